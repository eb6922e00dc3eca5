//! The HTTP service: answers blinded questions about an index, and says nothing it does not have to.
//!
//! Owns routes, limits, problem documents, hot reload and the accept loop. Knows no bytes on disk (that is
//! `exposure-index`), no arithmetic (`exposure-protocol`), and never sees an identifier. Logs method, matched route,
//! status and time; never a path, prefix, address or body.
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

mod admin;
mod budget;
mod caller;
mod config;
mod cors;
mod holdings;
mod html;
mod layers;
mod listen;
mod openapi;
mod pages;
mod partners;
mod pool;
mod problem;
mod routes;
mod service;
mod state;
mod watch;

pub use config::{Budget, Config, Published, ServiceError};
pub use listen::proxies::{Proxy, ProxyError};
pub use listen::socket::{ListenAddress, ListenAddressError, Listener, UnixSocket};
pub use listen::tls::TlsFiles;
pub use pages::site::SiteError;
pub use partners::{KeyId, PartnerError, PartnerKey, PartnerRecord, PartnerStore, Terms};
pub use service::Service;

#[cfg(test)]
mod tests;
