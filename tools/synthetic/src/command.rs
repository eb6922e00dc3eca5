//! The subcommands, and the parsing of their choices.

pub(crate) mod leak;
pub(crate) mod member;
pub(crate) mod sources;

use anyhow::{Context as _, Result};
use exposure_synthetic::{Dump, Label, Standing, World};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Bytes per write.
const BUFFER: usize = 1 << 20;

/// The choice with this name.
pub(crate) fn named<T: Copy>(all: &[T], name_of: fn(T) -> &'static str, name: &str) -> Result<T, String> {
    let found = all.iter().copied().find(|&choice| name_of(choice) == name);
    let known = || all.iter().map(|&choice| name_of(choice)).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| format!("choose one of {}", known()))
}

pub(crate) fn world(name: &str) -> Result<World, String> {
    let name_of = |world| match world {
        World::Nobody => "nobody",
        World::NobodyInText => "nobody-in-text",
        World::Realistic => "realistic",
    };
    named(&[World::Nobody, World::NobodyInText, World::Realistic], name_of, name)
}

/// Writes a dump to a file or to standard output, and its truth, if wanted, to another file: one
/// line per identifier in a row, with row, kind, canonical form, and whether it must be found.
pub(crate) fn write(dump: &Dump, out: &Path, truth: Option<&Path>) -> Result<()> {
    let mut out: Box<dyn Write + Send> = if out == Path::new("-") { Box::new(io::stdout()) } else { create(out)? };
    match truth {
        None => dump.write_unlabelled(&mut *out),
        Some(path) => {
            let mut truth = create(path)?;
            writeln!(truth, "row\tkind\tcanonical\tstanding")?;
            dump.write_labelled(&mut *out, &mut |label| write_label(&label, &mut truth))?;
            truth.flush()
        }
    }
    .context("cannot write the dump")?;
    Ok(out.flush()?)
}

fn write_label(label: &Label, out: &mut dyn Write) -> io::Result<()> {
    for (identifier, standing) in &label.identifiers {
        let standing = match standing {
            Standing::Expected => "expected",
            Standing::Optional => "optional",
            Standing::Negative => "negative",
        };
        writeln!(out, "{}\t{}\t{}\t{standing}", label.row, identifier.kind.name(), identifier.canonical)?;
    }
    Ok(())
}

fn create(path: &Path) -> Result<Box<dyn Write + Send>> {
    let file = File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
    Ok(Box::new(BufWriter::with_capacity(BUFFER, file)))
}
