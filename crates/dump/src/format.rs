//! The formats of a part: detection, and a reader for each. A reader delivers rows of cells
//! (`rows`) or blocks of whole records (`blocks`, `json`).

pub(crate) mod arrow;
pub(crate) mod avro;
mod beside;
pub(crate) mod blocks;
pub(crate) mod bson;
mod codec;
pub(crate) mod delimited;
pub(crate) mod detect;
mod exponent;
mod fault;
mod html;
pub(crate) mod json;
mod keyed;
pub(crate) mod layout;
mod ldif;
mod lines;
pub(crate) mod mail;
mod markup;
mod meter;
pub(crate) mod ods;
mod office_xml;
pub(crate) mod orc;
mod package;
pub(crate) mod parquet;
pub(crate) mod records;
pub(crate) mod rows;
mod ruled;
mod sheets;
pub(crate) mod sql;
mod vcard;
mod vertical;
mod window;
pub(crate) mod xls;
pub(crate) mod xlsb;
pub(crate) mod xlsx;
mod xml;
