//! Where the encoding of a text changes, as it is reported.

use serde::{Deserialize, Serialize};

/// A place from which a text is in another encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodingChange {
    /// The first byte in the new encoding, of the decompressed input before it is decoded.
    pub at: u64,
    /// The encoding before it.
    pub from: String,
    /// The new one; the same as before where UTF-16 has a byte too many or too few.
    pub to: String,
}
