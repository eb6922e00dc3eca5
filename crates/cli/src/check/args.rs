//! The options of `check`.

#![allow(clippy::doc_markdown, reason = "help is plain text: names of variables have no backticks")]

use clap::Args as ClapArgs;
use exposure_identifier::{Kind, Region};
use exposure_protocol::PublicKey;
use std::path::PathBuf;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Service to ask [default: EXPOSURE_SERVER]; with --index it only evaluates, and learns how
    /// many identifiers are checked but not their prefixes
    #[arg(long, value_name = "URL", conflicts_with = "key")]
    pub(super) server: Option<String>,
    /// Index to look up in, with its --key or as a copy of the index of --server [default: the data
    /// directory's]
    #[arg(long, value_name = "FILE")]
    pub(super) index: Option<PathBuf>,
    /// Key of the index [default: the data directory's]
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// Reject a service whose public key differs from this one [default: EXPOSURE_PIN]
    // A key can begin with a hyphen: one in 64 does.
    #[arg(long, value_name = "PUBLIC_KEY", conflicts_with = "key", allow_hyphen_values = true)]
    pub(super) pin: Option<PublicKey>,
    /// Ask as a partner, with the key in this file [default: EXPOSURE_PARTNER_KEY]
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    pub(super) partner_key_file: Option<PathBuf>,
    /// Allow an index of the sha256 scheme, whose prefixes reveal which numbers are checked
    #[arg(long)]
    pub(super) allow_unkeyed: bool,
    /// Kind of the values; `test` is the test identifier, which is in every index and needs no
    /// value
    #[arg(long, value_name = "KIND", value_parser = Kind::asked_as, default_value = "phone")]
    pub(super) kind: &'static Kind,
    /// Region of phone numbers without a calling code: a default, and what may be a number of
    /// another country says so
    #[arg(long, env = "EXPOSURE_REGION", default_value = "CN", hide_env = true)]
    pub(super) region: Region,
    /// Read values from standard input, one per line, and print one line per answer
    #[arg(long, conflicts_with = "values")]
    pub(super) stdin: bool,
    /// Values to check; without any, one is prompted for without echo. Arguments are kept in the
    /// shell history
    #[arg(value_name = "VALUE")]
    pub(super) values: Vec<String>,
}
