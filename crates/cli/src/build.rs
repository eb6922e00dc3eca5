//! `build`: builds one index from all ledgers.

use crate::output::{self, count};
use crate::progress::Shown;
use crate::settings::{Common, shown};
use anyhow::Result;
use clap::Args as ClapArgs;
use exposure_index::{DEFAULT_FALSE_POSITIVE_RATE, TEST_SOURCE};
use exposure_ingest::{BuildOptions, Built, OtherForms, build};
use serde_json::{Value, json};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Probability that an identifier in no source is found by chance
    #[arg(long, value_name = "RATE", default_value_t = DEFAULT_FALSE_POSITIVE_RATE)]
    false_positive_rate: f64,
    /// Include sources that the catalogue marks as sensitive; anybody can then check anybody's
    /// number
    #[arg(long)]
    include_sensitive: bool,
    /// Allow ledgers of the sha256 scheme
    #[arg(long)]
    allow_unkeyed: bool,
    /// Allow ledgers whose canonical forms are of another version than this program's; a check that
    /// finds nothing then says that it cannot tell
    #[arg(long)]
    allow_other_forms: bool,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let (data, key) = (common.data(), common.key()?);
    let options = BuildOptions {
        data: &data,
        key: key.as_ref(),
        false_positive_rate: args.false_positive_rate,
        include_sensitive: args.include_sensitive,
        allow_unkeyed: args.allow_unkeyed,
        allow_other_forms: args.allow_other_forms,
    };
    let built = build(&options, &Shown::new())?;
    if common.json {
        return output::json(&json!({
            "index": built.id,
            "path": shown(&data.index()),
            "records": built.records,
            "kinds": built.kinds,
            "sources": built.sources,
            "left_out": built.left_out,
            "suppressed": built.suppressed,
            "other_forms": built.other_forms.iter().map(other_forms).collect::<Vec<_>>(),
            "outdated_objections": built.outdated_objections,
            "source_sets": built.sets,
            "bytes": built.bytes,
            "digest_bits": built.sizing.digest_bits,
            "prefix_bits": built.sizing.prefix_bits,
        }));
    }
    print_text(&built, &shown(&data.index()))
}

fn print_text(built: &Built, path: &str) -> Result<()> {
    output::line(&format!("index    {} in {path}", built.id))?;
    let kinds: Vec<_> = built.kinds.iter().map(|(kind, n)| format!("{} {kind}", count(*n))).collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    output::line(&format!("records  {}{kinds}, {} bytes", count(built.records), count(built.bytes)))?;
    let leaks: Vec<_> = built.sources.iter().filter(|slug| *slug != TEST_SOURCE).map(String::as_str).collect();
    let sources = if leaks.is_empty() { "none".to_owned() } else { leaks.join(", ") };
    output::line(&format!("sources  {sources}, and the test entry; {} source sets", built.sets))?;
    output::line(&format!(
        "widths   {}-bit tags, prefixes of up to {} bits",
        built.sizing.digest_bits, built.sizing.prefix_bits
    ))?;
    if built.suppressed > 0 {
        output::line(&format!("excluded {} because of objections (`exposure suppress`)", count(built.suppressed)))?;
    }
    for OtherForms { source, kind, version, own } in &built.other_forms {
        output::line(&format!(
            "forms    {kind} in {} is of canonical version {version}, not {own}: a check that finds nothing cannot tell",
            output::harmless(source)
        ))?;
    }
    for kind in &built.outdated_objections {
        output::line(&format!(
            "note     objections of kind {kind} were recorded in another canonical version than the ledgers': those whose number has another form now are without effect; move suppressed.ledger away and record all objections again"
        ))?;
    }
    if !built.left_out.is_empty() {
        output::line(&format!(
            "excluded {} (sensitive; --include-sensitive includes them)",
            built.left_out.join(", ")
        ))?;
    }
    Ok(())
}

fn other_forms(OtherForms { source, kind, version, own }: &OtherForms) -> Value {
    json!({ "source": source, "kind": kind, "canonical_version": version, "own_canonical_version": own })
}
