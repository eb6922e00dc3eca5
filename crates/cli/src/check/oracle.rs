//! Whom to ask: a service, an index and key at hand, or an index at hand and a service that only evaluates.

use super::Args;
use crate::settings::Common;
use anyhow::{Context as _, Result, anyhow, bail};
use exposure_client::{Client, ClientBuilder, ClientError, IndexCopy, Local, Outcome};
use exposure_identifier::Identifier;
use exposure_index::{Catalogue, KeyMismatch, read_key};
use exposure_protocol::PublicKey;
use exposure_protocol::wire::CatalogueEntry;
use std::collections::BTreeMap;
use std::path::Path;
use zeroize::Zeroizing;

/// Lines answered together by an index and key at hand: enough for many cores, and soon answered by one.
const LINES_AT_HAND: usize = 16_384;

/// Lines answered together where a service has a part in it: each eight of them are a request, and somebody waits.
const LINES_OF_A_SERVICE: usize = 512;

/// What answers.
pub(super) enum Oracle {
    Service(Box<Client>),
    Local(Box<Local>),
    IndexCopy(Box<IndexCopy>),
}

impl Oracle {
    /// The service that a flag names, with the index that one names, if any, as a copy of its own; else that index; else the
    /// service of the environment; else the data directory's index.
    pub(super) fn open(common: &Common, args: &Args) -> Result<Self> {
        let named = args.index.is_some() || args.key.is_some();
        let server = args.server.clone().or_else(|| std::env::var("EXPOSURE_SERVER").ok().filter(|_| !named));
        match (server, &args.index) {
            (Some(server), Some(index)) => {
                open_index_copy(&server, index, args).map(|copy| Self::IndexCopy(Box::new(copy)))
            }
            (Some(server), None) => connect(&server, args).map(|client| Self::Service(Box::new(client))),
            (None, _) => open_local(common, args).map(|local| Self::Local(Box::new(local))),
        }
    }

    /// How many lines to answer together.
    pub(super) fn lines(&self) -> usize {
        match self {
            Self::Local(_) => LINES_AT_HAND,
            Self::Service(_) | Self::IndexCopy(_) => LINES_OF_A_SERVICE,
        }
    }

    pub(super) fn check(&mut self, identifiers: &[Identifier]) -> Vec<Result<Outcome, ClientError>> {
        match self {
            Self::Service(client) => client.check(identifiers),
            Self::Local(local) => local.check(identifiers),
            Self::IndexCopy(copy) => copy.check(identifiers),
        }
    }

    /// What is known of each source. An index of elsewhere comes without a catalogue.
    pub(super) fn catalogue(&self, common: &Common, args: &Args) -> Result<BTreeMap<String, CatalogueEntry>> {
        Ok(match self {
            Self::Service(client) => {
                client.breaches().iter().map(|breach| (breach.slug.clone(), breach.entry.clone())).collect()
            }
            Self::Local(_) | Self::IndexCopy(_) if args.index.is_some() => BTreeMap::new(),
            Self::Local(_) | Self::IndexCopy(_) => Catalogue::read(&common.data().catalogue())?.sources,
        })
    }
}

fn connect(server: &str, args: &Args) -> Result<Client> {
    builder(server, args)?.connect().map_err(|error| {
        // The flag that lifts a refusal of the client's own.
        let hint = if matches!(error, ClientError::Unkeyed) { " (--allow-unkeyed)" } else { "" };
        anyhow!("cannot ask {server}: {error}{hint}")
    })
}

fn open_index_copy(server: &str, index: &Path, args: &Args) -> Result<IndexCopy> {
    let copy = builder(server, args)?.index_copy(index).map_err(|error| match error {
        ClientError::Index { .. } | ClientError::NoServiceNeeded { .. } => error.into(),
        error => anyhow!("cannot ask {server}: {error}"),
    })?;
    if !copy.is_current() {
        eprintln!(
            "the index at hand, {}, is not the one that {server} serves at present: what was added or withdrawn between the two is not as it is there",
            copy.index().id()
        );
    }
    Ok(copy)
}

/// What is accepted of a service.
fn builder(server: &str, args: &Args) -> Result<ClientBuilder> {
    let mut builder = Client::new(server);
    if let Some(key) = pinned(args)? {
        builder = builder.pin(key);
    }
    if args.allow_unkeyed {
        builder = builder.allow_unkeyed();
    }
    if let Some((key, from)) = partner_key(args)? {
        builder = builder.partner_key(&key).map_err(|error| anyhow!("{from} cannot be used: {error}"))?;
    }
    Ok(builder)
}

/// The partner key in the file that a flag names, else the environment's, and where it is from. It has no place on a
/// command line, which everybody on the machine can read.
fn partner_key(args: &Args) -> Result<Option<(Zeroizing<String>, String)>> {
    if let Some(path) = &args.partner_key_file {
        let from = path.display().to_string();
        let key =
            std::fs::read_to_string(path).with_context(|| format!("the partner key cannot be read from {from}"))?;
        return Ok(Some((key.into(), from)));
    }
    let key = std::env::var("EXPOSURE_PARTNER_KEY").ok();
    Ok(key.map(|key| (key.into(), "EXPOSURE_PARTNER_KEY".to_owned())))
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
    if args.partner_key_file.is_some() {
        bail!("--partner-key-file is what a service is asked with, and no service is asked; name it with --server");
    }
    if args.pin.is_some() {
        bail!("--pin is the key that a service must have, and no service is asked; name it with --server");
    }
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
        _ if matches!(error, ClientError::Key { mismatch: KeyMismatch::NoKey { .. }, .. }) => {
            anyhow!("{error}. Without it, name a service that has it with --server: it is asked for evaluations alone")
        }
        _ => error.into(),
    })
}
