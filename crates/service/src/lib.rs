//! The HTTP service: answers blinded questions about an index, and says nothing it does not have to.
//!
//! Owns routes, limits, problem documents, hot reload and the accept loop. Knows no bytes on disk (that is
//! `exposure-index`), no arithmetic (`exposure-protocol`), and never sees an identifier. Logs method, matched route,
//! status and time; never a path, prefix, address or body.
//!
//! ```no_run
//! use exposure_service::{Budget, Config, Service};
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let service = Service::open(Config {
//!     index: "exposure-data/index/current.index".into(),
//!     catalogue: "exposure-data/sources.toml".into(),
//!     key: None,
//!     allow_unkeyed: true,
//!     budget: Budget::default(),
//!     partners: Some("exposure-data/partners.sqlite".into()),
//! })?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! service.serve(listener, async { drop(tokio::signal::ctrl_c().await) }).await;
//! # Ok(())
//! # }
//! ```

mod budget;
mod caller;
mod config;
mod cors;
mod holdings;
mod layers;
mod listen;
mod partners;
mod pool;
mod problem;
mod routes;
mod service;
mod state;

pub use config::{Budget, Config, ServiceError};
pub use partners::{KeyId, PartnerError, PartnerKey, PartnerRecord, PartnerStore, Terms};
pub use service::Service;

#[cfg(test)]
mod tests;
