//! The decisions that `ingest` would make, by the first rows of each file; nothing is written.

use crate::error::IngestError;
use crate::inputs::{self, Found, Opened};
use crate::progress::Progress;
use crate::worker::{Ended, Readers, Reading, Workers};
use exposure_dump::{ColumnSpec, End, Event, FileReport, Limits, Mapping};
use exposure_identifier::Rules;
use exposure_index::DataDir;
use std::path::PathBuf;

/// Bytes that a preview holds in memory, about: it reads heads.
const MEMORY: usize = 256 << 20;

/// What to look at, and how.
pub struct PreviewOptions<'a> {
    /// Left out where a directory above it is named.
    pub data: &'a DataDir,
    /// Columns as asked for.
    pub columns: &'a [ColumnSpec],
    /// How files are to be understood.
    pub mapping: &'a Mapping,
    /// Default region and today's date.
    pub rules: Rules,
    /// What an input may ask for.
    pub limits: Limits,
    /// Who parses the dump.
    pub readers: &'a Readers,
    /// The dump: files, directories, patterns, `-`.
    pub files: &'a [PathBuf],
}

/// Looks at the head of each file. What is counted is counted of that.
pub fn preview(options: &PreviewOptions<'_>, progress: &dyn Progress) -> Result<Vec<FileReport>, IngestError> {
    let PreviewOptions { columns, mapping, rules, limits, readers, .. } = *options;
    let reading = Reading { rules, columns, mapping, limits, is_preview: true, memory: MEMORY };
    let mut workers = Workers::new(readers, &reading, progress);
    let look = |found: Found| {
        let Opened { input, mut request } = inputs::open(&found)?;
        // What cannot be read is shown, too.
        request.is_named = false;
        let mut file = FileReport { path: found.path.clone(), ..FileReport::default() };
        let ended = workers.read(&request, &input, &mut |event| match event {
            Event::Part(part) => {
                file.push(*part);
                Ok(())
            }
            Event::Failed(error) => Err(IngestError::of_dump(found.path.clone(), error)),
            _ => Ok(()),
        })?;
        match ended {
            Ended::Done(End { walked: Some(walked), .. }) => file.walked(walked),
            Ended::Done(_) => {}
            Ended::Died(why) => file.damage = Some(why),
        }
        Ok(file)
    };
    inputs::find(options.files, options.data.root())?.into_iter().map(look).collect()
}
