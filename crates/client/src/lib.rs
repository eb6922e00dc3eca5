#![doc = include_str!("../README.md")]
//!
//! No identifier, prefix or element is in any error.

mod accept;
mod check;
mod client;
mod distinct;
mod error;
mod evaluate;
mod file;
mod forms;
mod http;
mod index_copy;
mod local;
mod outcome;
mod partner_key;
mod range_format;
mod snapshot;

pub use client::{Client, ClientBuilder};
pub use error::ClientError;
pub use exposure_protocol::MIN_POSSIBLE;
pub use index_copy::IndexCopy;
pub use local::Local;
pub use outcome::Outcome;

#[cfg(test)]
mod tests;
