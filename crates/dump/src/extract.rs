//! From the members of an input to identifiers and a report: formats are detected, rows are read on all
//! cores, cells become canonical forms, and a [`Sink`] takes them.

mod batch;
mod columns;
mod context;
mod counts;
mod decided;
mod identifiers;
mod json;
mod masked;
mod packed;
mod part;
mod pool;
mod reader;
mod tables;
mod text;

pub(crate) use context::{Context, Extractor};
pub use identifiers::{Identifiers, KindOrder, Sink};
pub use pool::{Pool, Tasks};
pub(crate) use reader::member;
