//! `verify`: checks every byte of an index, and whether the key of the data directory belongs to
//! it.

use crate::forms;
use crate::output::{self, count};
use crate::settings::{Common, shown};
use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use exposure_index::Index;
use exposure_protocol::Scheme;
use serde_json::json;
use std::path::PathBuf;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Index file [default: the data directory's]
    file: Option<PathBuf>,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let path = args.file.clone().unwrap_or_else(|| common.data().index());
    let index = Index::open(&path).with_context(|| format!("cannot open the index {}", path.display()))?;
    index.verify().with_context(|| format!("the index {} is damaged", path.display()))?;
    let header = index.header();
    // An index of the sha256 scheme has no key to compare.
    let key_fits = match header.scheme {
        Scheme::Voprf => common.key()?.map(|key| header.fits(Some(&key), false).is_ok()),
        Scheme::Sha256 => None,
    };
    if common.json {
        return output::json(&json!({
            "index": index.id(),
            "path": shown(&path),
            "records": header.records,
            "bytes": index.bytes(),
            "scheme": header.scheme,
            "epoch": header.epoch,
            "public_key": header.public_key,
            "key_matches": key_fits,
            "canonical_versions": forms::document(index.table()),
        }));
    }
    output::line(&format!(
        "{}: valid; index {}, {} records, every byte checked",
        shown(&path),
        index.id(),
        count(header.records)
    ))?;
    forms::note(index.table())?;
    match key_fits {
        Some(true) => {
            output::line(&format!("The key of the data directory belongs to this index (epoch {}).", header.epoch))
        }
        Some(false) => output::line("The key of the data directory does not belong to this index."),
        None => Ok(()),
    }
}
