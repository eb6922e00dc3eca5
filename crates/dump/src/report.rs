//! The report of an input. Counts, names and positions, never values.

mod column;
mod file;
mod part;
mod places;
mod schema;

pub use column::{ColumnReport, KindReport, ReadAs};
pub use file::FileReport;
pub use part::PartReport;
pub use places::Rejects;
pub(crate) use places::{POSITIONS, keep_first};
pub(crate) use schema::is_schema_name;
