//! The snapshot: one consistent state that is served (index, key, catalogue and parameters).
//!
//! Owns opening and combining them. Replaced as a whole, so that a request never sees parts of two
//! states. Noticing that files have changed is done by `upkeep`.

pub(crate) mod answers;
pub(crate) mod current;
pub(crate) mod error;
pub(crate) mod published;
pub(crate) mod served;
