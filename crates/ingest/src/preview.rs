//! The decisions that `ingest` would make, by the first rows of each file; nothing is written.

use crate::extract::{Extractor, KindOrder, Sink};
use crate::heavy::Heavy;
use crate::read::Reader;
use crate::source;
use crate::{ColumnSpec, FileReport, IngestError, Limits, Mapping};
use exposure_identifier::Rules;
use exposure_index::DataDir;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

/// Rows that are shown, masked.
const ROWS: usize = 5;

/// Members of an archive that are looked at.
const MEMBERS: usize = 100;

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
    /// The dump: files, directories, patterns, `-`.
    pub files: &'a [PathBuf],
}

/// Looks at the head of each file. What is counted is counted of that.
pub fn preview(options: &PreviewOptions<'_>) -> Result<Vec<FileReport>, IngestError> {
    let (order, heavy) = (KindOrder::new(), Heavy::new());
    let extractor = Extractor {
        order: &order,
        sink: Sink::Nowhere,
        heavy: &heavy,
        found: AtomicU64::new(0),
        progress: &(),
        shows: ROWS,
    };
    let reader = Reader {
        extractor: &extractor,
        limits: &options.limits,
        rules: options.rules,
        mapping: options.mapping,
        columns: options.columns,
        is_preview: true,
    };
    let look = |found: source::Found| {
        let mut file = FileReport { path: found.path.clone(), ..FileReport::default() };
        let looked = source::walk(&found.path, &options.limits, &(), &mut |member| {
            // The rest of a file that is no archive is not read; archives are read as far as their members.
            let is_archive = member.name.is_some();
            // What cannot be read is shown, too.
            file.push(reader.member(&found.path, false, member)?);
            if is_archive && file.parts.len() < MEMBERS { Ok(()) } else { Err(IngestError::Enough) }
        });
        match looked {
            Ok(walked) => file.walked(walked),
            Err(IngestError::Enough) => {}
            Err(error) => return Err(error),
        }
        Ok(file)
    };
    source::find(options.files, options.data.root())?.into_iter().map(look).collect()
}
