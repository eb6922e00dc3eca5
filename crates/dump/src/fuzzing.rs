//! Entry points of the fuzz targets in `tests/fuzz`, one for each reader of hostile bytes. For
//! nothing else.

mod conserved;
mod dripping;
mod frames;
mod inputs;
mod json;
mod layouts;
mod mail;
mod records;
mod tables;
mod texts;

pub use frames::stream;
pub use inputs::{containers, decoded};
pub use json::json;
pub use layouts::layouts;
pub use mail::mail;
pub use records::records;
pub use tables::{ods, parquet, sql, xls, xlsb, xlsx};
pub use texts::text;
