//! Doors for the fuzz targets in `tests/fuzz`, one a reader of what strangers write. Nothing else may use them.

mod documents;
mod inputs;
mod tables;
mod texts;

pub use documents::json;
pub use inputs::{containers, decoded};
pub use tables::{parquet, sql, xlsx};
pub use texts::text;
