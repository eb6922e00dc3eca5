//! Options that `ingest` and `preview` share: the input files, how to read them, and the limits.

use crate::settings::shown;
use anyhow::{Context as _, Result, anyhow};
use clap::Args as ClapArgs;
use exposure_identifier::Region;
use exposure_ingest::{ColumnSpec, Limits, Mapping, Readers};
use std::path::PathBuf;

/// `--max-whole` defaults to this fraction of the memory.
const WHOLE_SHARE: usize = 4;
/// Smallest default of `--max-whole`, in bytes.
const WHOLE_AT_LEAST: usize = 16 << 20;

#[derive(ClapArgs)]
pub(crate) struct DumpArgs {
    /// A column and its kind, such as mobile=phone, 3=cn.ric or _source.contact.mobile=phone;
    /// kind `text` searches running text, `none` sets the column aside. Other columns are detected
    /// by headers and values
    #[arg(long, value_name = "NAME=KIND")]
    pub(crate) column: Vec<ColumnSpec>,
    /// A TOML file that states formats, encodings, delimiters and columns
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Default region of phone numbers without a country code
    #[arg(long, env = "EXPOSURE_REGION", default_value = "CN", hide_env = true)]
    pub(crate) region: Region,
    /// Maximum decompressed bytes per compressed byte
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio, help_heading = "Limits", hide_short_help = true)]
    max_ratio: u64,
    /// Maximum number of archive members per file
    #[arg(long, value_name = "N", default_value_t = Limits::default().entries, help_heading = "Limits", hide_short_help = true)]
    max_entries: u64,
    /// Maximum size of a line, row or JSON value [default: 1M]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "Limits", hide_short_help = true)]
    max_record: Option<usize>,
    /// Maximum nesting depth of objects, arrays and archives
    #[arg(long, value_name = "N", default_value_t = Limits::default().depth, help_heading = "Limits", hide_short_help = true)]
    max_depth: usize,
    /// Maximum size of data that must be held in memory whole: strings of a spreadsheet, Parquet in
    /// an archive [default: a quarter of the memory, 16M to 256M]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "Limits", hide_short_help = true)]
    max_whole: Option<usize>,
    /// Refuse to parse where the kernel lacks a layer of the sandbox
    #[arg(long, hide_short_help = true)]
    require_sandbox: bool,
    /// Inputs in any format: files, directories, patterns such as 'dump/*.gz', or - for standard
    /// input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

impl DumpArgs {
    /// The limits, where `--max-whole` defaults to a share of the memory.
    pub(crate) fn limits(&self, memory: usize) -> Limits {
        let default = Limits::default();
        let whole = (memory / WHOLE_SHARE).clamp(WHOLE_AT_LEAST, default.whole);
        Limits {
            ratio: self.max_ratio,
            entries: self.max_entries,
            record: self.max_record.unwrap_or(default.record),
            depth: self.max_depth,
            whole: self.max_whole.unwrap_or(whole),
        }
    }

    /// This program, executed anew for parsing.
    pub(crate) fn readers(&self) -> Result<Readers> {
        Readers::this_program(self.require_sandbox).context("cannot locate this program")
    }

    /// The mapping file, or an empty mapping.
    pub(crate) fn mapping(&self) -> Result<Mapping> {
        let Some(path) = &self.mapping else { return Ok(Mapping::default()) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", shown(path)))?;
        Mapping::parse(&text).map_err(|error| anyhow!("invalid mapping {}: {error}", shown(path)))
    }
}

/// A number of bytes with an optional K, M, G or T (powers of 1,024).
pub(crate) fn parse_size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return Err("write a size such as 512M or 4G".to_owned()),
    };
    let number: usize = digits.parse().map_err(|_| "write a size such as 512M or 4G".to_owned())?;
    let bytes = number.checked_mul(1 << shift).filter(|&bytes| bytes >= 1 << 20);
    bytes.ok_or_else(|| "the size must be at least 1M".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_size("512M"), Ok(512 << 20));
        assert_eq!(parse_size("4g"), Ok(4 << 30));
        assert_eq!(parse_size("2097152"), Ok(2 << 20));
        for wrong in ["", "M", "1X", "1K", "-1G", "99999999999T"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
