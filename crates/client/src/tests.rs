//! Checks against the real service, against an index at hand, and against servers that lie.

mod answers;
mod fixture;
mod lies;
mod refusals;
