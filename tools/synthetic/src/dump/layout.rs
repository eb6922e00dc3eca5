//! What rendering a row needs to know of its dump.

use super::headers::Names;
use super::shape::Shape;

/// Writes the rows of a dump as text.
pub(super) struct Layout<'d> {
    pub(super) shape: Shape,
    pub(super) names: &'d Names,
    pub(super) rows: u64,
}
