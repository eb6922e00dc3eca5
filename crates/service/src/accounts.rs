//! Accounts: partners, their keys, terms and usage, and the saved counts of all quotas.
//!
//! The one owner of `partners.sqlite`. What may be spent is decided in `quota`; the loop that keeps
//! the file and memory in step is in `upkeep`.

pub(crate) mod error;
pub(crate) mod key;
pub(crate) mod key_id;
pub(crate) mod live;
mod schema;
pub(crate) mod spent;
pub(crate) mod store;
pub(crate) mod table;
pub(crate) mod terms;
