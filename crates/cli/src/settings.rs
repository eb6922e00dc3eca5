//! Paths and settings: flags, then `EXPOSURE_*` variables, then a TOML file; the first one set
//! wins.

use crate::logging::LogFormat;
use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use exposure_identifier::{Region, Rules};
use exposure_index::{DataDir, read_key, toml_mistake};
use exposure_protocol::SecretKey;
use exposure_service::{ListenAddress, Proxy};
use serde::{Deserialize, Deserializer, de};
use std::fmt::Display;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;

const DEFAULT_DATA: &str = "exposure-data";

/// Options that every subcommand accepts.
#[derive(Args)]
pub(crate) struct Common {
    /// Data directory: key, ledgers, index, catalogue [default: ./exposure-data]
    #[arg(
        long,
        global = true,
        env = "EXPOSURE_DATA",
        value_name = "DIR",
        hide_env = true,
        help_heading = "Common options"
    )]
    pub(crate) data: Option<PathBuf>,
    /// Settings of `serve`, a TOML file [default: exposure.toml in the data directory, if it
    /// exists]
    #[arg(
        long,
        global = true,
        env = "EXPOSURE_CONFIG",
        value_name = "FILE",
        hide_env = true,
        help_heading = "Common options"
    )]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long, global = true, help_heading = "Common options")]
    pub(crate) json: bool,
}

/// The TOML file.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) serve: ServeConfig,
    pub(crate) budget: exposure_service::Budget,
}

/// `[serve]` in the TOML file.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ServeConfig {
    #[serde(deserialize_with = "parsed")]
    pub(crate) listen: Option<ListenAddress>,
    #[serde(deserialize_with = "parsed")]
    pub(crate) admin: Option<ListenAddress>,
    pub(crate) log_format: Option<LogFormat>,
    pub(crate) allow_unkeyed: Option<bool>,
    pub(crate) tls_certificate: Option<PathBuf>,
    pub(crate) tls_key: Option<PathBuf>,
    #[serde(deserialize_with = "all_parsed")]
    pub(crate) trusted_proxies: Vec<Proxy>,
    pub(crate) previous: Option<PathBuf>,
}

/// Deserializes an optional string and parses it with `FromStr`.
fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(deserializer: D) -> Result<Option<T>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(de::Error::custom)
}

/// Deserializes a list of strings and parses each with `FromStr`.
fn all_parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(de::Error::custom)).collect()
}

impl Common {
    pub(crate) fn data(&self) -> DataDir {
        DataDir::new(self.data.clone().unwrap_or_else(|| DEFAULT_DATA.into()))
    }

    /// The key in the data directory, if there is one.
    pub(crate) fn key(&self) -> Result<Option<SecretKey>> {
        key_of(&self.data())
    }

    pub(crate) fn read_config(&self) -> Result<Config> {
        let path = self.config.clone().unwrap_or_else(|| self.data().root().join("exposure.toml"));
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|error| anyhow!("invalid configuration {}: {}", path.display(), toml_mistake(&text, &error))),
            Err(error) if error.kind() == ErrorKind::NotFound && self.config.is_none() => Ok(Config::default()),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }
}

/// The key in a data directory, if there is one.
pub(crate) fn key_of(data: &DataDir) -> Result<Option<SecretKey>> {
    let path = data.key();
    let exists = path.try_exists().with_context(|| format!("cannot look for the key {}", path.display()))?;
    Ok(if exists { Some(read_key(&path)?) } else { None })
}

/// The rules for canonical forms with this default region, as of today.
pub(crate) fn rules(region: Region) -> Rules {
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    Rules { region, ..Rules::on(today) }
}

/// A path as shown in messages and JSON.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
