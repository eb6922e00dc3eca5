//! Checks against the real service, against a local index, with and without its key, and against
//! servers that lie.

mod answers;
mod fixture;
mod forms;
mod index_copy;
mod lies;
mod partner;
mod refusals;
