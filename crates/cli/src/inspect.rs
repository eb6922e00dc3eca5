//! `inspect`: an index's contents, its size beside the information-theoretic limit, and how many
//! identifiers share a prefix.
//!
//! Everything is computed from what opening an index verifies. No leaf is read, and no identifier
//! or digest is needed.

mod anonymity;
mod show;
mod svg;

use crate::forms;
use crate::output;
use crate::settings::{Common, shown};
use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use exposure_index::{Bar, Distribution, FORMAT_VERSION, Index, IndexError, Inspection, Ranges};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::{fs, io};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Index file [default: the data directory's]
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Also write a diagram of the index to this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let path = args.index.clone().unwrap_or_else(|| common.data().index());
    let index = Index::open(&path).map_err(|error| {
        let is_missing = matches!(&error, IndexError::Io(error) if error.kind() == io::ErrorKind::NotFound);
        let advice = if is_missing { "; create it with `exposure build`" } else { "" };
        anyhow::anyhow!("{error}{advice}")
    });
    let index = index.with_context(|| format!("cannot open the index {}", path.display()))?;
    let inspection = index.inspect();
    if let Some(file) = &args.svg {
        fs::write(file, svg::picture(&index, &inspection))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    if common.json {
        return output::json(&document(&path, &index, &inspection));
    }
    show::all(&path, &index, &inspection)
}

fn document(path: &Path, index: &Index, inspection: &Inspection) -> Value {
    let (header, table) = (index.header(), index.table());
    let Inspection { sections, leaf_bytes, tag_bits, sealed_bits, limit_bits, leaves, ranges, sets_by_size } =
        inspection;
    let ranges = ranges.iter().map(|(bits, Ranges { entries, text_bytes, packed_bytes })| {
        json!({ "prefix_bits": bits, "entries": spread(entries), "text_lines": entries.max, "text_bytes": text_bytes, "packed_bytes": packed_bytes })
    });
    let sources = table.sources.iter().map(|source| {
        let versions = source.kinds.keys().map(|kind| (kind.clone(), json!(source.canonical_version(kind))));
        let versions: Map<_, _> = versions.collect();
        json!({ "slug": source.slug, "identifiers": source.kinds, "canonical_versions": versions })
    });
    json!({
        "index": index.id(),
        "path": shown(path),
        "format_version": FORMAT_VERSION,
        "scheme": header.scheme,
        "epoch": header.epoch,
        "public_key": header.public_key,
        "records": header.records,
        "bytes": index.bytes(),
        "widths": {
            "digest_bits": header.digest_bits,
            "depth": header.depth,
            "prefix_bits": header.prefix_bits,
            "high_bits": header.digest_bits - header.depth - header.low_bits,
            "low_bits": header.low_bits,
            "seal_bits": header.seal_bits,
        },
        "sections": sections.iter().map(|(name, bytes)| ((*name).to_owned(), json!(bytes))).collect::<Map<_, _>>(),
        "leaf_bytes": {
            "heads": leaf_bytes.heads, "high": leaf_bytes.high, "low": leaf_bytes.low, "seals": leaf_bytes.seals,
        },
        "bits_a_tag": {
            "tags": tag_bits,
            "limit": limit_bits,
            "ratio": tag_bits.zip(*limit_bits).map(|(bits, limit)| bits / limit),
            "seals": sealed_bits,
        },
        "leaves": spread(leaves),
        "ranges": ranges.collect::<Vec<_>>(),
        "sources": sources.collect::<Vec<_>>(),
        "kinds": table.kinds,
        "canonical_versions": forms::document(table),
        "source_sets": sets_by_size.iter().map(|(size, sets)| json!({ "sources": size, "sets": sets })).collect::<Vec<_>>(),
        "anonymity": anonymity::rows(header, table).iter().map(anonymity::Row::document).collect::<Vec<_>>(),
    })
}

fn spread(spread: &Distribution) -> Value {
    let Distribution { count, min, mean, median, p90, p99, max, bars } = spread;
    let bar = |Bar { from, to, count }: &Bar| json!({ "from": from, "to": to, "count": count });
    json!({
        "count": count, "min": min, "mean": mean, "median": median, "p90": p90, "p99": p99, "max": max,
        "bars": bars.iter().map(bar).collect::<Vec<_>>(),
    })
}
