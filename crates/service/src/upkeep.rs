//! Background tasks of a running service: reloading replaced files, and saving counts.

pub(crate) mod accounts;
mod last_failure;
pub(crate) mod reload;
pub(crate) mod resource;
