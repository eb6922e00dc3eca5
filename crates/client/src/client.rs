//! A client of one service: its builder, and its state once connected. Checks are in `check`.

use crate::accept::Terms;
use crate::error::ClientError;
use crate::http::Http;
use crate::index_copy::IndexCopy;
use crate::partner_key::PartnerKey;
use crate::snapshot::Snapshot;
use exposure_protocol::PublicKey;
use exposure_protocol::wire::{Breach, Parameters};
use std::fmt;
use std::path::Path;

/// The configuration of a client that is not connected yet.
#[derive(Clone, Debug)]
pub struct ClientBuilder {
    address: String,
    terms: Terms,
    key: Option<PartnerKey>,
}

/// A connected client. It is bound to the public key that it found on connecting, and never checks
/// under another.
pub struct Client {
    pub(crate) http: Http,
    pub(crate) terms: Terms,
    pub(crate) snapshot: Snapshot,
}

impl Client {
    /// A client of the service at this address, such as `https://host` or `http://127.0.0.1:8080`.
    #[expect(clippy::new_ret_no_self, reason = "a client exists only once it is connected")]
    pub fn new(address: impl Into<String>) -> ClientBuilder {
        ClientBuilder { address: address.into(), terms: Terms::default(), key: None }
    }

    /// The service's parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.snapshot.parameters
    }

    /// The catalogue of the sources in the index. Its texts are the service's: escape them before
    /// printing.
    pub fn breaches(&self) -> &[Breach] {
        &self.snapshot.breaches
    }
}

impl ClientBuilder {
    /// Rejects a service with any other public key.
    #[must_use]
    pub fn pin(mut self, key: PublicKey) -> Self {
        self.terms.pinned = Some(key);
        self
    }

    /// Accepts the scheme `sha256`, in which anyone who sees a prefix can enumerate the numbers
    /// that have it.
    #[must_use]
    pub fn allow_unkeyed(mut self) -> Self {
        self.terms.allow_unkeyed = true;
        self
    }

    /// Sends this partner key with evaluations, in batches as large as its account allows. The key
    /// is not sent with range requests, which would let the service link prefixes to the partner.
    pub fn partner_key(mut self, text: &str) -> Result<Self, ClientError> {
        self.key = Some(PartnerKey::new(text)?);
        Ok(self)
    }

    /// Fetches parameters, source sets and catalogue, and checks that they are acceptable.
    pub fn connect(self) -> Result<Client, ClientError> {
        let http = Http::new(&self.address, self.key)?;
        let snapshot = Snapshot::fetch(&http, self.terms)?;
        Ok(Client { http, terms: self.terms, snapshot })
    }

    /// Opens a copy of the service's index, and connects for evaluations alone: the service never
    /// sees a prefix. Key and epoch of both must match; the copy may be older or newer than the
    /// index that is served.
    pub fn index_copy(self, index: &Path) -> Result<IndexCopy, ClientError> {
        IndexCopy::open(index, Http::new(&self.address, self.key)?, self.terms)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client(index {})", self.snapshot.parameters.index)
    }
}
