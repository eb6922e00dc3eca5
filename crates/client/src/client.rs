//! A client of one service: how it is set up, and what it knows once connected.

use crate::accept::Terms;
use crate::http::Http;
use crate::key::PartnerKey;
use crate::snapshot::Snapshot;
use crate::{ClientError, Mirror};
use exposure_protocol::PublicKey;
use exposure_protocol::wire::{Breach, Parameters};
use std::fmt;
use std::path::Path;

/// What a client accepts, before it connects.
#[derive(Clone, Debug)]
pub struct ClientBuilder {
    address: String,
    terms: Terms,
    key: Option<PartnerKey>,
}

/// A client that has fetched everything but ranges. It belongs to the key that it found, and never asks under another.
pub struct Client {
    pub(crate) http: Http,
    pub(crate) terms: Terms,
    pub(crate) snapshot: Snapshot,
}

impl Client {
    /// A client of the service at this address, such as `https://host` or `http://127.0.0.1:8080`.
    #[expect(clippy::new_ret_no_self, reason = "a client exists when it is connected")]
    pub fn new(address: impl Into<String>) -> ClientBuilder {
        ClientBuilder { address: address.into(), terms: Terms::default(), key: None }
    }

    /// What the service says of its index.
    pub fn parameters(&self) -> &Parameters {
        &self.snapshot.parameters
    }

    /// The catalogue of the sources in the index. Its texts are the service's: print them with care.
    pub fn breaches(&self) -> &[Breach] {
        &self.snapshot.breaches
    }
}

impl ClientBuilder {
    /// Refuses a service with another public key.
    #[must_use]
    pub fn pin(mut self, key: PublicKey) -> Self {
        self.terms.pinned = Some(key);
        self
    }

    /// Accepts the scheme `sha256`, in which a prefix tells whoever sees it which numbers it can be.
    #[must_use]
    pub fn allow_unkeyed(mut self) -> Self {
        self.terms.allow_unkeyed = true;
        self
    }

    /// Asks for evaluations with a partner's key, in batches as large as its account allows. Nothing else is asked with
    /// it: ranges tell more about a partner than about anybody.
    pub fn partner_key(mut self, text: &str) -> Result<Self, ClientError> {
        self.key = Some(PartnerKey::new(text)?);
        Ok(self)
    }

    /// Fetches parameters, source sets and catalogue, and refuses what a client refuses.
    pub fn connect(self) -> Result<Client, ClientError> {
        let http = Http::new(&self.address, self.key)?;
        let snapshot = Snapshot::fetch(&http, self.terms)?;
        Ok(Client { http, terms: self.terms, snapshot })
    }

    /// Opens a copy of the service's index, and connects for evaluations alone: the service is never shown a prefix. The
    /// key and epoch of both must be the same; the index itself may be older or newer than the one that is served.
    pub fn mirror(self, index: &Path) -> Result<Mirror, ClientError> {
        Mirror::open(index, Http::new(&self.address, self.key)?, self.terms)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client(index {})", self.snapshot.parameters.index)
    }
}
