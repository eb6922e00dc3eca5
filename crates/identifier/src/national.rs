//! National IDs: what an entry of the table of kinds says (`KINDS.md`), applied to one part of a
//! cell.
//!
//! Each aspect has its file: `spelling` of a text, the `form`s of a number and their `pattern`s,
//! its date of `birth`, its `check` characters; `rule` applies them in order. No kind is known by
//! name.

mod birth;
mod check;
mod form;
mod number;
mod pattern;
mod rule;
mod spelling;
mod values;
mod words;

pub(crate) use form::Form;
pub(crate) use number::Place;
pub(crate) use pattern::Shape;
pub(crate) use rule::National;
pub(crate) use spelling::{Pad, Prepare, SpellingEntry};
