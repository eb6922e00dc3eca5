//! What laying out a row needs to know of its dump.

use super::headers::Names;
use super::shape::Shape;

/// How the rows of a dump become text.
pub(super) struct Layout<'d> {
    pub(super) shape: Shape,
    pub(super) names: &'d Names,
    pub(super) rows: u64,
}
