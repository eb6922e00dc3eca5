//! The report of an input. Counts, names and positions, never values.

mod column;
mod file;
mod part;
mod places;
mod schema;

pub use column::{ColumnReport, KindReport, ReadAs};
pub(crate) use column::{LATE_PATH, NUMBERED_PATH, ROWS_OF_OTHER_WIDTH, TEXT_OUTSIDE};
pub use file::FileReport;
pub use part::PartReport;
pub use places::Rejects;
pub(crate) use places::{POSITIONS, keep_first};
pub(crate) use schema::is_schema_name;
