//! Why reading stops early although the input is not at fault.

use crate::error::DumpError;

/// Why the receiver wants no more members or rows. Damage of an input is not among the reasons:
/// that is part of its report.
#[derive(Debug)]
pub(crate) enum Halt {
    /// A preview has seen enough.
    Enough,
    /// The run cannot continue.
    Failed(DumpError),
}

impl From<DumpError> for Halt {
    fn from(error: DumpError) -> Self {
        Self::Failed(error)
    }
}
