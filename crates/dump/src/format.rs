//! The formats of a part: detection, and a reader for each. A reader delivers rows of cells
//! (`rows`) or blocks of whole records (`blocks`, `json`).

pub(crate) mod blocks;
pub(crate) mod delimited;
pub(crate) mod detect;
mod encoded;
mod html;
pub(crate) mod json;
mod keyed;
pub(crate) mod layout;
mod ldif;
mod lines;
mod markup;
pub(crate) mod parquet;
pub(crate) mod rows;
mod ruled;
pub(crate) mod sql;
mod vcard;
mod vertical;
mod window;
pub(crate) mod xlsx;
mod xml;
