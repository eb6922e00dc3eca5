#![doc = include_str!("../README.md")]
//!
//! Owns the table of kinds, the rules of `docs/canonical.md`, the scanner of running text, masking,
//! and the count of possible identifiers. Does no I/O, reads no clock and holds no secret: today's
//! date and the default region come from the caller.

mod canonicalise;
mod cell;
mod entry;
mod identifier;
mod kind;
mod national;
mod phone;
mod region;
mod rejection;
mod rules;
mod scan;
mod table;
mod text;
mod tier;
mod versions;

pub use cell::{Cell, Identifiers};
pub use identifier::Identifier;
pub use kind::{Kind, Label};
pub use region::{Region, UnknownRegion};
pub use rejection::Rejection;
pub use rules::{CANONICAL_VERSION, Rules};
pub use scan::{Found, Scanner};
pub use table::UnknownKind;
pub use tier::Tier;
pub use versions::CanonicalVersion;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod vectors;
