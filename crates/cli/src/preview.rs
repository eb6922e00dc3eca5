//! `preview`: how `ingest` would read a dump.

use crate::dump::DumpArgs;
use crate::ingest::report::{encodings, understood};
use crate::output::{self, harmless};
use crate::progress::Shown;
use crate::settings::{Common, rules, shown};
use anyhow::Result;
use clap::Args as ClapArgs;
use exposure_ingest::{FileReport, PartReport, PreviewOptions, UNREAD_RATE, incomplete_causes, preview};
use serde_json::json;

#[derive(ClapArgs)]
pub(crate) struct Args {
    #[command(flatten)]
    dump: DumpArgs,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let (data, mapping, readers) = (common.data(), args.dump.mapping()?, args.dump.readers()?);
    let options = PreviewOptions {
        data: &data,
        columns: &args.dump.column,
        mapping: &mapping,
        rules: rules(args.dump.region),
        limits: args.dump.limits(usize::MAX),
        readers: &readers,
        files: &args.dump.files,
    };
    let files = preview(&options, &Shown::new())?;
    if common.json {
        let files = files
            .iter()
            .map(|file| {
                let incomplete = incomplete_causes(file, UNREAD_RATE);
                json!({ "path": shown(&file.path), "parts": file.parts, "damage": file.damages(), "incomplete": incomplete })
            });
        return output::json(&json!({ "files": files.collect::<Vec<_>>() }));
    }
    files.iter().try_for_each(print)?;
    output::line("\nOnly the first rows were read, and nothing was written.")
}

fn print(file: &FileReport) -> Result<()> {
    for part in &file.parts {
        let name = part.name.as_ref().map_or_else(String::new, |name| format!("!{}", harmless(name)));
        output::line(&format!("{}{name}: {}", shown(&file.path), understood(part)))?;
        encodings(part).iter().try_for_each(|note| output::line(note))?;
        rows(part)?;
    }
    // The same that would make the status of `ingest` 2.
    incomplete_causes(file, UNREAD_RATE).iter().try_for_each(|cause| output::line(&format!("  {}", harmless(cause))))
}

/// Prints the first rows, masked, under the names of their columns.
fn rows(part: &PartReport) -> Result<()> {
    if part.shown.is_empty() {
        return Ok(());
    }
    // The columns that are read come first.
    let width = part.shown.iter().map(Vec::len).max().unwrap_or_default();
    let names = part.columns.iter().take(width).map(|column| format!("  {}", harmless(&column.name))).collect();
    let indented = |row: &Vec<String>| row.iter().map(|cell| format!("  {}", harmless(cell))).collect();
    let rows: Vec<Vec<String>> = std::iter::once(names).chain(part.shown.iter().map(indented)).collect();
    output::table(&rows)
}
