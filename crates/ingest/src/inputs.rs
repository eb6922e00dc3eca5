//! From arguments on a command line to open files. Reads a file only to hash it.

mod find;
mod found;
mod links;
mod open;

pub(crate) use find::find;
pub(crate) use found::Found;
pub(crate) use open::{Opened, hash, open};
