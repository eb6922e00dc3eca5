//! Whom to ask: a service, or an index and key at hand.

use super::Args;
use crate::settings::Common;
use anyhow::{Result, anyhow};
use exposure_client::{Client, ClientError, Finding, Local};
use exposure_identifier::Identifier;
use exposure_index::{Catalogue, read_key};
use exposure_protocol::PublicKey;
use exposure_protocol::wire::BreachEntry;
use std::collections::BTreeMap;

/// What answers.
pub(super) enum Oracle {
    Service(Box<Client>),
    Local(Box<Local>),
}

impl Oracle {
    /// The service that a flag names, else the index that one names, else the service of the environment, else the data
    /// directory's index.
    pub(super) fn open(common: &Common, args: &Args) -> Result<Self> {
        let named = args.index.is_some() || args.key.is_some();
        let server = args.server.clone().or_else(|| std::env::var("EXPOSURE_SERVER").ok().filter(|_| !named));
        match server {
            Some(server) => connect(&server, args).map(|client| Self::Service(Box::new(client))),
            None => open_local(common, args).map(|local| Self::Local(Box::new(local))),
        }
    }

    pub(super) fn check(&mut self, identifiers: &[Identifier]) -> Vec<Result<Finding, ClientError>> {
        match self {
            Self::Service(client) => client.check(identifiers),
            Self::Local(local) => local.check(identifiers),
        }
    }

    /// What is known of each source. An index of elsewhere comes without a catalogue.
    pub(super) fn catalogue(&self, common: &Common, args: &Args) -> Result<BTreeMap<String, BreachEntry>> {
        Ok(match self {
            Self::Service(client) => {
                client.breaches().iter().map(|breach| (breach.slug.clone(), breach.entry.clone())).collect()
            }
            Self::Local(_) if args.index.is_some() => BTreeMap::new(),
            Self::Local(_) => {
                let catalogue = Catalogue::read(&common.data().catalogue())?;
                catalogue.sources.into_iter().map(|(slug, entry)| (slug, entry.into())).collect()
            }
        })
    }
}

fn connect(server: &str, args: &Args) -> Result<Client> {
    let mut builder = Client::new(server);
    if let Some(key) = pinned(args)? {
        builder = builder.pin(key);
    }
    if args.allow_unkeyed {
        builder = builder.allow_unkeyed();
    }
    builder.connect().map_err(|error| {
        // The flag that lifts a refusal of the client's own.
        let hint = if matches!(error, ClientError::Unkeyed) { " (--allow-unkeyed)" } else { "" };
        anyhow!("cannot ask {server}: {error}{hint}")
    })
}

/// The key that a flag pins, else the environment's.
fn pinned(args: &Args) -> Result<Option<PublicKey>> {
    if args.pin.is_some() {
        return Ok(args.pin);
    }
    let pin = std::env::var("EXPOSURE_PIN").ok();
    pin.map(|pin| pin.parse().map_err(|error| anyhow!("EXPOSURE_PIN cannot be used: {error}"))).transpose()
}

fn open_local(common: &Common, args: &Args) -> Result<Local> {
    let index = args.index.clone().unwrap_or_else(|| common.data().index());
    let key = match &args.key {
        Some(path) => Some(read_key(path)?),
        None => common.key()?,
    };
    Local::open(&index, key, args.allow_unkeyed).map_err(|error| match index.try_exists() {
        Ok(false) => anyhow!(
            "there is no index at {}; name one with --index, build one with `exposure build`, or ask a --server",
            index.display()
        ),
        _ => error.into(),
    })
}
