//! Asks whether identifiers are in an index: of a service, which learns nothing of them but a prefix that at least a
//! thousand share, or of an index file at hand: with its key, when nothing leaves the machine, or without, when a service
//! evaluates and learns nothing but how many are asked about.
//!
//! Owns the order of a check and everything that a client refuses. Does not parse what people type (that is
//! `exposure-identifier`) and does not print. No identifier, prefix or element is in any error.
//!
//! ```no_run
//! use exposure_client::{Client, Finding};
//! use exposure_identifier::{Kind, Rules};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let rules = Rules::on(jiff::civil::date(2026, 1, 1));
//! let numbers = Kind::named("phone")?.canonicalise("154 0000 1234", &rules).into_result()?;
//! let mut client = Client::new("https://exposure.example").connect()?;
//! for answer in client.check(&numbers) {
//!     match answer? {
//!         Finding::Absent => println!("in no leak of this index"),
//!         Finding::Found(slugs) => println!("in {}", slugs.join(", ")),
//!         Finding::Undetermined => println!("in some leak of this index"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod accept;
mod asked;
mod check;
mod client;
mod error;
mod evaluate;
mod file;
mod http;
mod key;
mod local;
mod mirror;
mod range;
mod snapshot;

pub use client::{Client, ClientBuilder};
pub use error::ClientError;
pub use exposure_protocol::MIN_POSSIBLE;
pub use local::Local;
pub use mirror::Mirror;

/// What an index says of one identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// In no source of the index.
    Absent,
    /// In the sources with these slugs, sorted.
    Found(Vec<String>),
    /// In the index, but entries collide, so that the sources cannot be told.
    Undetermined,
}

#[cfg(test)]
mod tests;
