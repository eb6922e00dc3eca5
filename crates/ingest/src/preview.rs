//! `preview`: what `ingest` would detect in the first rows of each file. Writes nothing.

use crate::error::IngestError;
use crate::inputs::{self, Found, Opened};
use crate::progress::Progress;
use crate::worker::{Ended, Readers, Reading, Workers};
use exposure_dump::{ColumnSpec, End, Event, FileReport, Limits, Mapping};
use exposure_identifier::Rules;
use exposure_index::DataDir;
use std::path::PathBuf;

/// Approximate memory bound of a preview, which reads only heads.
const MEMORY: usize = 256 << 20;

/// What to preview, and how.
pub struct PreviewOptions<'a> {
    /// The data directory, which is skipped in directories of the dump.
    pub data: &'a DataDir,
    /// The columns asked for.
    pub columns: &'a [ColumnSpec],
    /// Formats, encodings and columns of files, as far as the operator states them.
    pub mapping: &'a Mapping,
    /// The default region and today's date.
    pub rules: Rules,
    /// Limits on each input.
    pub limits: Limits,
    /// What parses the dump.
    pub readers: &'a Readers,
    /// The dump: files, directories, patterns, `-`.
    pub files: &'a [PathBuf],
}

/// Previews each file. Counts are those of its head.
pub fn preview(options: &PreviewOptions<'_>, progress: &dyn Progress) -> Result<Vec<FileReport>, IngestError> {
    let PreviewOptions { columns, mapping, rules, limits, readers, .. } = *options;
    let reading = Reading { rules, columns, mapping, limits, is_preview: true, memory: MEMORY };
    let mut workers = Workers::new(readers, &reading, progress);
    let look = |found: Found| {
        if found.is_link {
            return found.link();
        }
        let Opened { input, mut request } = inputs::open(&found)?;
        // So that an unknown format is reported like any damage, and does not end the preview.
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
