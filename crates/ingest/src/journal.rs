//! The journal of a run of `ingest`: what a later attempt may rely on after a crash. No value of a
//! dump.
//!
//! `entry` defines what the journal says and its bytes, `file` the durable file, `id` how it names
//! input files; `attempt` decides when a checkpoint is written and what an earlier attempt's files
//! are good for.

mod attempt;
mod entry;
mod file;
mod hex;
mod id;

pub(crate) use attempt::{Attempt, Wanted};
pub(crate) use entry::Finished;
pub(crate) use id::FileId;

#[cfg(test)]
mod tests;
