//! `canonical`: one line out for each line in; the reference by which anybody can check another implementation.

use crate::settings::rules;
use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use exposure_identifier::{Kind, Region};
use std::io::{self, BufRead as _, BufWriter, Write as _};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The kind of what is read, such as phone or cn.ric
    #[arg(long, value_name = "KIND", value_parser = Kind::named)]
    kind: &'static Kind,
    /// Where a phone number without a calling code belongs
    #[arg(long, env = "EXPOSURE_REGION", default_value = "CN", hide_env = true)]
    region: Region,
    /// Read values from standard input, one a line: the only way, since a number on a command line lands in a history
    #[arg(long, required = true)]
    stdin: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let rules = rules(args.region);
    let mut out = BufWriter::new(io::stdout().lock());
    for (number, line) in (1..).zip(io::stdin().lock().split(b'\n')) {
        let line = line.context("cannot read standard input")?;
        // A line that is not UTF-8 holds characters that no kind has.
        let text = String::from_utf8_lossy(&line);
        match args.kind.canonicalise(&text, &rules).into_result() {
            Ok(identifiers) => {
                let forms: Vec<_> = identifiers.iter().map(exposure_identifier::Identifier::canonical).collect();
                writeln!(out, "{}", forms.join("\t"))
            }
            Err(reason) => writeln!(out, "!{reason}"),
        }
        .with_context(|| format!("cannot write line {number}"))?;
    }
    out.flush().context("cannot write to standard output")
}
