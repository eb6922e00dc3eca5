//! `canonical`: prints one line for each input line; other implementations are tested against it.

use crate::settings::rules;
use crate::stdin::Lines;
use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use exposure_identifier::{Identifier, Kind, Region};
use std::io::{self, BufWriter, Write as _};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Kind of the values, such as phone or cn.ric
    #[arg(long, value_name = "KIND", value_parser = Kind::asked_as)]
    kind: &'static Kind,
    /// Default region of phone numbers without a country code
    #[arg(long, env = "EXPOSURE_REGION", default_value = "CN", hide_env = true)]
    region: Region,
    /// Read values from standard input, one per line. Required: arguments are kept in the shell
    /// history
    #[arg(long, required = true)]
    stdin: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let rules = rules(args.region);
    let mut input = Lines::of_stdin();
    let mut out = BufWriter::new(io::stdout().lock());
    loop {
        let lines = input.read().context("cannot read standard input")?;
        if lines.is_empty() {
            return Ok(());
        }
        for line in lines {
            match args.kind.canonicalise(&line, &rules).into_result() {
                Ok(identifiers) => {
                    let forms: Vec<_> = identifiers.iter().map(Identifier::canonical).collect();
                    writeln!(out, "{}", forms.join("\t"))?;
                }
                Err(reason) => writeln!(out, "!{reason}")?,
            }
        }
        out.flush()?;
    }
}
