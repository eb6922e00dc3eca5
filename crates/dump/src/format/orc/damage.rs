//! The error of a file that is not of the format, or was changed.

use crate::format::records::damaged;
use std::io;

pub(super) fn broken() -> io::Error {
    damaged("the ORC file is damaged", 0)
}
