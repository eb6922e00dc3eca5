//! What `ingest` and `preview` share: the dump, how it is to be understood, and what it may ask for.

use crate::settings::shown;
use anyhow::{Context as _, Result, anyhow};
use clap::Args as ClapArgs;
use exposure_identifier::Region;
use exposure_ingest::{ColumnSpec, Limits, Mapping, Readers};
use std::path::PathBuf;

/// Of the memory, the part for what must be held whole, and the least of it.
const WHOLE_SHARE: usize = 4;
const WHOLE_AT_LEAST: usize = 16 << 20;

#[derive(ClapArgs)]
pub(crate) struct DumpArgs {
    /// A column and its kind, such as mobile=phone, 3=cn.ric or _source.contact.mobile=phone, or =text for running text;
    /// without any, columns are known by their headers and values
    #[arg(long, value_name = "NAME=KIND")]
    pub(crate) column: Vec<ColumnSpec>,
    /// A TOML file that says how files are to be understood: format, encoding, delimiter, columns
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Where a phone number without a calling code belongs
    #[arg(long, env = "EXPOSURE_REGION", default_value = "CN", hide_env = true)]
    pub(crate) region: Region,
    /// Most bytes that one compressed byte may become
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio, help_heading = "Caps", hide_short_help = true)]
    max_ratio: u64,
    /// Most entries of the archives in one file
    #[arg(long, value_name = "N", default_value_t = Limits::default().entries, help_heading = "Caps", hide_short_help = true)]
    max_entries: u64,
    /// Longest line, row or JSON value that is looked at [default: 1M]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "Caps", hide_short_help = true)]
    max_record: Option<usize>,
    /// Most objects, arrays and archives inside one another
    #[arg(long, value_name = "N", default_value_t = Limits::default().depth, help_heading = "Caps", hide_short_help = true)]
    max_depth: usize,
    /// Most bytes of what must be held whole: strings of a spreadsheet, Parquet in an archive [default: a quarter of
    /// the memory, 16M to 256M]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "Caps", hide_short_help = true)]
    max_whole: Option<usize>,
    /// Refuse to parse where the kernel lacks a layer of the sandbox
    #[arg(long, hide_short_help = true)]
    require_sandbox: bool,
    /// The dump, in any format: files, directories, patterns such as 'dump/*.gz', or `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

impl DumpArgs {
    /// The caps. What must be held whole is part of what memory there is, unless it is said.
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
        Readers::this_program(self.require_sandbox).context("cannot tell where this program is")
    }

    /// The mapping, if there is one.
    pub(crate) fn mapping(&self) -> Result<Mapping> {
        let Some(path) = &self.mapping else { return Ok(Mapping::default()) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", shown(path)))?;
        Mapping::parse(&text).map_err(|error| anyhow!("{} is not a mapping: {error}", shown(path)))
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
