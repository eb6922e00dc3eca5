//! Quotas: how much each client, and all clients of a class together, may have evaluated per
//! window.
//!
//! Pure: owns what is counted and which of it is unsaved. Takes the time as an argument, and knows
//! no SQL and no HTTP. Saving is done by `accounts`; the loop that saves is in `upkeep`.

pub(crate) mod allowances;
pub(crate) mod budget;
pub(crate) mod client;
pub(crate) mod count_key;
pub(crate) mod counts;
pub(crate) mod quotas;
pub(crate) mod rejection;
pub(crate) mod rules;
pub(crate) mod saved;
#[cfg(test)]
mod tests;
pub(crate) mod window;
