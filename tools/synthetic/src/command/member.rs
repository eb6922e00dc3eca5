//! `member`: tells whether an identifier belongs to the population, without a dump.

use super::world;
use anyhow::{Result, ensure};
use clap::Args as ClapArgs;
use exposure_synthetic::{Population, World};
use std::io::{self, BufRead as _, BufWriter, Write as _};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Canonical identifiers: an ID number of eighteen characters, or a phone number with +86
    values: Vec<String>,
    /// Read them from standard input instead, one per line
    #[arg(long, conflicts_with = "values")]
    stdin: bool,
    /// Number of people who are members
    #[arg(long)]
    people: u64,
    /// The world: nobody, nobody-in-text or realistic
    #[arg(long, default_value = "nobody", value_parser = world)]
    world: World,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    ensure!(args.stdin || !args.values.is_empty(), "name an identifier, or pass --stdin");
    let population = Population::of(args.world);
    let is_member = |value: &str| {
        let value = value.strip_prefix("cn.ric:").or_else(|| value.strip_prefix("phone:")).unwrap_or(value);
        let index = population.index_of_id(value).or_else(|| population.index_of_phone(value));
        index.is_some_and(|index| index < args.people)
    };
    let mut out = BufWriter::new(io::stdout().lock());
    // Prints the answer only, so that no identifier is repeated.
    let mut answer = |value: &str| writeln!(out, "{}", if is_member(value) { "member" } else { "not" });
    if args.stdin {
        for line in io::stdin().lock().lines() {
            answer(line?.trim())?;
        }
    } else {
        args.values.iter().try_for_each(|value| answer(value))?;
    }
    Ok(out.flush()?)
}
