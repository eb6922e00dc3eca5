//! Dumps of the population: the rows of one source, in a format, an encoding and a compression,
//! with noise at known rates, and the truth about each row.
//!
//! Owns the order of work: ranges of rows are filled (`row`, `spell`) and written (`delimited`,
//! `json`, `sql`, `text`) on all cores, encoded, and emitted in order. Spreadsheets and Parquet are
//! containers of their own.

mod column;
mod compression;
mod decoys;
mod delimited;
mod encoding;
mod headers;
mod json;
mod layout;
mod noise;
mod parquet;
mod plan;
mod render;
mod row;
mod shape;
mod spec;
mod spell;
mod sql;
#[cfg(test)]
mod tests;
mod text;
mod truth;
mod write;
mod xlsx;

pub use compression::{Archive, Compression};
pub use encoding::Encoding;
pub use headers::HeaderLanguage;
pub use noise::{Event, Noise};
pub use plan::Dump;
pub use shape::Shape;
pub use spec::DumpSpec;
pub use truth::{Identifier, IdentifierKind, Judgement, Label, Standing, Truth};
