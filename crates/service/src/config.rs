//! The configuration of a service, and why a service cannot start.

use crate::accounts::error::PartnerError;
use crate::net::proxies::Proxy;
use crate::net::tls::{TlsError, TlsFiles};
use crate::quota::budget::{Budget, BudgetError};
use crate::site::operator_error::SiteError;
use crate::snapshot::error::SnapshotError;
use crate::snapshot::published::Published;
use std::path::PathBuf;

/// What to serve, and under which limits.
#[derive(Clone, Debug)]
pub struct Config {
    /// The current epoch, served to clients that do not request another.
    pub current: Published,
    /// The previous epoch, served too while clients and mirrors change over.
    pub previous: Option<Published>,
    /// Serve an index of scheme `sha256`, whose ranges reveal their identifiers to anybody.
    pub allow_unkeyed: bool,
    /// How many elements are evaluated, for whom.
    pub budget: Budget,
    /// The file of partners, their usage and saved counts; created if missing. Without it there are
    /// no partners, and counts are lost when the process ends. Only one service may use a file.
    pub partners: Option<PathBuf>,
    /// The proxies that are trusted to name their client.
    pub proxies: Vec<Proxy>,
    /// The operator's texts: a folder with `site.toml` and Markdown files. Watched; may be missing.
    pub site: Option<PathBuf>,
    /// The TLS certificate for TCP listeners.
    pub tls: Option<TlsFiles>,
}

/// Why a service cannot start, or cannot use a replaced file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// An index or a catalogue cannot be served.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The partners cannot be read.
    #[error(transparent)]
    Partners(#[from] PartnerError),
    /// The operator's texts have a mistake.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The budgets make no sense.
    #[error(transparent)]
    Budget(#[from] BudgetError),
}
