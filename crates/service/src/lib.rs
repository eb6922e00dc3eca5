//! The HTTP service: answers blinded requests about an index, and reveals nothing else.
//!
//! Owns the API and its description, the site, quotas, accounts, problem documents, metrics,
//! reloading and the transport. File formats belong to `exposure-index`, cryptography to
//! `exposure-protocol`. Never sees an identifier. Logs method, matched route, status and time;
//! never a path, prefix, address or body.
//!
//! ```no_run
//! use exposure_service::{Budget, Config, Published, Service};
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let service = Service::open(Config {
//!     current: Published {
//!         index: "exposure-data/index/current.index".into(),
//!         catalogue: "exposure-data/sources.toml".into(),
//!         key: None,
//!     },
//!     previous: None,
//!     allow_unkeyed: true,
//!     budget: Budget::default(),
//!     partners: Some("exposure-data/partners.sqlite".into()),
//!     proxies: Vec::new(),
//!     site: Some("exposure-data/site".into()),
//!     tls: None,
//! })?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! service.serve(listener.into(), async { drop(tokio::signal::ctrl_c().await) }).await;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod api;
mod clock;
mod config;
mod http;
mod metrics;
mod net;
mod quota;
mod router;
mod service;
mod site;
mod snapshot;
mod state;
mod throttle;
mod upkeep;

pub use accounts::error::PartnerError;
pub use accounts::key::PartnerKey;
pub use accounts::key_id::{KeyId, KeyIdError};
pub use accounts::store::{PartnerRecord, PartnerStore};
pub use accounts::terms::Terms;
pub use config::{Config, ServiceError};
pub use net::proxies::{Proxy, ProxyError};
pub use net::socket::{ListenAddress, ListenAddressError, Listener, UnixSocket};
pub use net::tls::{TlsError, TlsFiles};
pub use quota::budget::{Budget, BudgetError};
pub use service::Service;
pub use site::operator_error::SiteError;
pub use snapshot::error::SnapshotError;
pub use snapshot::published::Published;

#[cfg(test)]
mod tests;
