//! Why reading stops before the end of an input, when the input is not at fault.

use crate::error::DumpError;

/// Why whoever takes members or rows wants no more of them. Damage of an input is not among the
/// reasons: that is part of its report.
#[derive(Debug)]
pub(crate) enum Halt {
    /// A preview has seen enough.
    Enough,
    /// The run cannot go on.
    Failed(DumpError),
}

impl From<DumpError> for Halt {
    fn from(error: DumpError) -> Self {
        Self::Failed(error)
    }
}
