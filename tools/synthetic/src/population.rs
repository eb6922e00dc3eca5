//! A population of up to a billion people, of whom nothing is stored: the numbers of person i
//! follow from i, and i from the numbers.
//!
//! ID numbers are cells of a table of areas and birth dates, weighted by population and births;
//! phone numbers are cells of carriers' segments. A keyed permutation maps person i to a cell, and
//! its inverse a cell to its person. So membership is answered at once, and everybody beyond the
//! first N is a realistic person who is certainly not a member.
//!
//! Owns whose number is which. How it is spelled in a dump is decided in `dump`.

mod areas;
mod everybody;
mod ids;
mod permutation;
mod phones;
mod profile;
#[cfg(test)]
mod tests;
mod world;

pub use everybody::{MOST_PHONES, Population};
pub(crate) use ids::check;
pub(crate) use permutation::mix;
pub use phones::Phone;
pub(crate) use profile::Cast;
pub use profile::Profile;
pub use world::World;
