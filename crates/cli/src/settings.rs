//! Where things are and how they are set: flags, `EXPOSURE_*` variables, a TOML file, in falling precedence.

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

/// What every subcommand takes.
#[derive(Args)]
pub(crate) struct Common {
    /// The data directory: key, ledgers, index, catalogue [default: ./exposure-data]
    #[arg(long, global = true, env = "EXPOSURE_DATA", value_name = "DIR", hide_env = true)]
    pub(crate) data: Option<PathBuf>,
    /// A TOML file with settings of `serve` [default: exposure.toml in the data directory, if there is one]
    #[arg(long, global = true, env = "EXPOSURE_CONFIG", value_name = "FILE", hide_env = true)]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON, for programs
    #[arg(long, global = true)]
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

/// A value that is written as text, in its own syntax.
fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(deserializer: D) -> Result<Option<T>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(de::Error::custom)
}

/// Several of them.
fn all_parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(de::Error::custom)).collect()
}

impl Common {
    pub(crate) fn data(&self) -> DataDir {
        DataDir::new(self.data.clone().unwrap_or_else(|| DEFAULT_DATA.into()))
    }

    /// The key of the data directory, if it has one.
    pub(crate) fn key(&self) -> Result<Option<SecretKey>> {
        key_of(&self.data())
    }

    pub(crate) fn read_config(&self) -> Result<Config> {
        let path = self.config.clone().unwrap_or_else(|| self.data().root().join("exposure.toml"));
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|error| anyhow!("{} is not a configuration: {}", path.display(), toml_mistake(&text, &error))),
            Err(error) if error.kind() == ErrorKind::NotFound && self.config.is_none() => Ok(Config::default()),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }
}

/// The key of a data directory, if it has one.
pub(crate) fn key_of(data: &DataDir) -> Result<Option<SecretKey>> {
    let path = data.key();
    let there = path.try_exists().with_context(|| format!("cannot look for the key {}", path.display()))?;
    Ok(if there { Some(read_key(&path)?) } else { None })
}

/// The rules for a default region, today.
pub(crate) fn rules(region: Region) -> Rules {
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    Rules { region, ..Rules::on(today) }
}

/// A path for messages and JSON.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
