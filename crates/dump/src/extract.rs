//! From the members of an input to identifiers and a report: detects formats, reads rows on all
//! cores, canonicalises cells, and delivers identifiers to a [`Sink`].

mod batch;
mod by_format;
mod cells;
mod columns;
mod context;
mod counts;
mod delimited;
mod detected;
mod identifiers;
mod json;
mod masked;
mod other_widths;
mod packed;
mod part;
mod pending;
mod pool;
mod reader;
mod tables;
mod text;
mod trial;
mod unheld;

pub(crate) use context::{Context, Extractor};
pub use identifiers::{Identifiers, KindOrder, Sink};
pub use pool::{Pool, Tasks};
pub(crate) use reader::member;

#[cfg(test)]
mod conservation;
#[cfg(test)]
mod tests;
