//! Archives: delivers their entries, one after another, to a [`Visit`](super::visit::Visit).

mod entry;
mod streamed;
mod tarred;
mod zipped;

pub(super) use streamed::{may_be_office, walk_zip_stream};
pub(super) use tarred::{is_tar_header, walk_tar};
pub(super) use zipped::{ZipKind, classify, walk_zip};
