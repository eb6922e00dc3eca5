//! What a service is told before it starts, and why it may not start.

use crate::pages::site::SiteError;
use crate::partners::PartnerError;
use crate::{Proxy, TlsFiles};
use exposure_index::{CatalogueError, IndexError, KeyMismatch};
use exposure_protocol::SecretKey;
use exposure_protocol::wire::ANONYMOUS_BATCH;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What to serve, with which key, to how many.
#[derive(Clone, Debug)]
pub struct Config {
    /// What is served to who does not ask for an epoch.
    pub current: Published,
    /// The epoch before, while clients and mirrors change over to the current one.
    pub previous: Option<Published>,
    /// Serve an index of scheme `sha256`, which hides nothing from whoever reads a range of it.
    pub allow_unkeyed: bool,
    /// How many evaluations callers get.
    pub budget: Budget,
    /// Partners, their usage, and what has been spent; made if it is not there. Without it there are no partners, and
    /// what has been spent is forgotten with the process. One service at a time counts in one file.
    pub partners: Option<PathBuf>,
    /// The proxies that are believed when they say for whom they ask.
    pub proxies: Vec<Proxy>,
    /// What the operator adds to the pages: a folder with `site.toml` and Markdown; watched. One that is not there adds nothing.
    pub site: Option<PathBuf>,
    /// Speak TLS with this certificate, where it is a TCP address that is listened on.
    pub tls: Option<TlsFiles>,
}

/// An index under its key, and what people are told about its sources.
#[derive(Clone, Debug)]
pub struct Published {
    /// The index; watched, and swapped when it is replaced.
    pub index: PathBuf,
    /// The catalogue of sources; watched too. A missing file is an empty one.
    pub catalogue: PathBuf,
    /// The key that the index was built under; none for an unkeyed index.
    pub key: Option<SecretKey>,
}

/// How many elements are evaluated for whom: what stands between an index and whoever would try every number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// All callers together, a second. At 100, ten billion phone numbers take three years.
    pub global_per_second: u32,
    /// One IPv4 address or IPv6 /64, a minute.
    pub address_per_minute: u32,
    /// One IPv4 address or IPv6 /64, a day (UTC). A carrier puts many people behind one address.
    pub address_per_day: u32,
    /// The share of `global_per_second`, from 0 to 1, that is kept for partners. Where it comes to no whole element a
    /// second, partners are not served.
    pub partner_share: f64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { global_per_second: 100, address_per_minute: 30, address_per_day: 100, partner_share: 0.5 }
    }
}

impl Budget {
    /// What callers without a partner key get of the global budget, in elements a second: at least one.
    pub(crate) fn anonymous_per_second(&self) -> u32 {
        let share = f64::from(self.global_per_second) * (1.0 - self.partner_share);
        (share.floor() as u32).max(1)
    }

    /// What partners get of the global budget together, in elements a second: all that the others do not.
    pub(crate) fn partner_per_second(&self) -> u32 {
        self.global_per_second - self.anonymous_per_second()
    }

    /// The most elements that a caller without a partner key can have evaluated at once.
    pub(crate) fn anonymous_batch(&self) -> u32 {
        let budgets = self.anonymous_per_second().min(self.address_per_minute).min(self.address_per_day);
        budgets.min(ANONYMOUS_BATCH as u32)
    }

    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        let counts = [
            ("global_per_second", self.global_per_second),
            ("address_per_minute", self.address_per_minute),
            ("address_per_day", self.address_per_day),
        ];
        if let Some((name, _)) = counts.into_iter().find(|&(_, count)| count == 0) {
            return Err(ServiceError::BudgetCount(name));
        }
        let is_share = (0.0..=1.0).contains(&self.partner_share);
        if is_share { Ok(()) } else { Err(ServiceError::BudgetShare(self.partner_share)) }
    }
}

/// Why a service cannot start, or cannot take over a replaced file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// Nothing was built yet, or the path is wrong.
    #[error("there is no index at {}; build it with `exposure build`", .0.display())]
    NoIndex(PathBuf),
    /// Damaged, or not to be read.
    #[error("the index {} cannot be served: {error}", path.display())]
    Index {
        /// Which.
        path: PathBuf,
        /// Why.
        error: IndexError,
    },
    /// Index and key do not belong together.
    #[error("the index {} cannot be served: {mismatch}", path.display())]
    Key {
        /// Which index.
        path: PathBuf,
        /// Why.
        mismatch: KeyMismatch,
    },
    /// The partners cannot be read.
    #[error(transparent)]
    Partners(#[from] PartnerError),
    /// The catalogue has a mistake.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Two indexes of one epoch.
    #[error("the index {} is of epoch {epoch}, as is the current one; give the data directory of another epoch", path.display())]
    SameEpoch {
        /// The index of what should be the epoch before.
        path: PathBuf,
        /// The epoch of both.
        epoch: u32,
    },
    /// What the operator adds to the pages has a mistake.
    #[error(transparent)]
    Site(SiteError),
    /// The certificate or its key cannot be used.
    #[error("TLS cannot be spoken with {}: {why}", path.display())]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it, without any of its content.
        why: String,
    },
    /// A budget of nothing is a service that answers nobody.
    #[error("{0} is 0, so that nothing would ever be evaluated; give at least 1")]
    BudgetCount(&'static str),
    /// Not a share.
    #[error("partner_share is {0}; give a number from 0 to 1")]
    BudgetShare(f64),
}
