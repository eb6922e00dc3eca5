//! The formats of a part: detection, and a reader for each. A reader delivers rows of cells
//! (`rows`) or blocks of whole records (`blocks`, `json`).

pub(crate) mod blocks;
pub(crate) mod delimited;
pub(crate) mod detect;
pub(crate) mod json;
pub(crate) mod parquet;
pub(crate) mod rows;
pub(crate) mod sql;
mod window;
pub(crate) mod xlsx;
