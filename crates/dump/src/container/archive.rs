//! Archives: their entries, one after another, each handed to whoever looks at what is in it.

mod entry;
mod streamed;
mod tarred;
mod zipped;

pub(super) use streamed::{may_be_office, streamed};
pub(super) use tarred::{is_tar_header, tarred};
pub(super) use zipped::{Look, look, zipped};
