//! What answers a check: a service, a local index with its key, or a local index and a service that
//! only evaluates.

use super::args::Args;
use super::partial::Held;
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

/// Batch size in lines with a local index and key: enough work for many cores, soon done by one.
const LINES_LOCAL: usize = 16_384;

/// Batch size in lines with a service: every 8 lines are one request, and answers should appear
/// soon.
const LINES_SERVICE: usize = 512;

pub(super) enum Oracle {
    Service(Box<Client>),
    Local(Box<Local>),
    IndexCopy(Box<IndexCopy>),
}

impl Oracle {
    /// In this order: the service of `--server`, together with `--index` if given; the index of
    /// `--index` or `--key`; the service of `EXPOSURE_SERVER`; the data directory's index.
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

    /// Batch size in lines.
    pub(super) fn lines(&self) -> usize {
        match self {
            Self::Local(_) => LINES_LOCAL,
            Self::Service(_) | Self::IndexCopy(_) => LINES_SERVICE,
        }
    }

    pub(super) fn check(&mut self, identifiers: &[Identifier]) -> Vec<Result<Outcome, ClientError>> {
        match self {
            Self::Service(client) => client.check(identifiers),
            Self::Local(local) => local.check(identifiers),
            Self::IndexCopy(copy) => copy.check(identifiers),
        }
    }

    /// The leaks that hold a kind, and which of them could be read only in part.
    pub(super) fn held(&self, catalogue: &BTreeMap<String, CatalogueEntry>, kind: &str) -> Held {
        let index = match self {
            Self::Service(client) => return Held::by_service(client.breaches(), kind),
            Self::Local(local) => local.index(),
            Self::IndexCopy(copy) => copy.index(),
        };
        Held::by_index(&index.table().sources, catalogue, kind)
    }

    /// The catalogue. An index from outside the data directory comes without one.
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
        // The error of the library does not know the flag that allows it.
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
            "exposure: note: index {} is not the one that {server} serves now: sources added or withdrawn since may be missing or still be found",
            copy.index().id()
        );
    }
    Ok(copy)
}

/// A client with the options that apply to every service.
fn builder(server: &str, args: &Args) -> Result<ClientBuilder> {
    let mut builder = Client::new(server);
    if let Some(key) = pinned(args)? {
        builder = builder.pin(key);
    }
    if args.allow_unkeyed {
        builder = builder.allow_unkeyed();
    }
    if let Some((key, from)) = partner_key(args)? {
        builder =
            builder.partner_key(&key).map_err(|error| anyhow!("cannot use the partner key in {from}: {error}"))?;
    }
    Ok(builder)
}

/// The partner key of `--partner-key-file`, else of the environment, and where it is from. It is
/// not an argument, because every user of the machine can read command lines.
fn partner_key(args: &Args) -> Result<Option<(Zeroizing<String>, String)>> {
    if let Some(path) = &args.partner_key_file {
        let from = path.display().to_string();
        let key = std::fs::read_to_string(path).with_context(|| format!("cannot read the partner key from {from}"))?;
        return Ok(Some((key.into(), from)));
    }
    let key = std::env::var("EXPOSURE_PARTNER_KEY").ok();
    Ok(key.map(|key| (key.into(), "EXPOSURE_PARTNER_KEY".to_owned())))
}

/// The public key of `--pin`, else of `EXPOSURE_PIN`.
fn pinned(args: &Args) -> Result<Option<PublicKey>> {
    if args.pin.is_some() {
        return Ok(args.pin);
    }
    let pin = std::env::var("EXPOSURE_PIN").ok();
    pin.map(|pin| pin.parse().map_err(|error| anyhow!("invalid EXPOSURE_PIN: {error}"))).transpose()
}

fn open_local(common: &Common, args: &Args) -> Result<Local> {
    if args.partner_key_file.is_some() {
        bail!("--partner-key-file needs a service; name one with --server");
    }
    if args.pin.is_some() {
        bail!("--pin needs a service; name one with --server");
    }
    let index = args.index.clone().unwrap_or_else(|| common.data().index());
    let key = match &args.key {
        Some(path) => Some(read_key(path)?),
        None => common.key()?,
    };
    Local::open(&index, key, args.allow_unkeyed).map_err(|error| match index.try_exists() {
        Ok(false) => anyhow!(
            "there is no index at {}; name one with --index, create one with `exposure build`, or name a service with --server",
            index.display()
        ),
        _ if matches!(error, ClientError::Key { mismatch: KeyMismatch::NoKey { .. }, .. }) => {
            anyhow!("{error}. Without the key, name a service that has it with --server; it then only evaluates")
        }
        _ => error.into(),
    })
}
