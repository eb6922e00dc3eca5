//! Whether a key and an index belong together. Used by the service and by local checks.

use crate::header::Header;
use exposure_protocol::{PublicKey, Scheme, SecretKey};

/// Why an index cannot be used with this key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyMismatch {
    /// A keyed index, and no key.
    #[error(
        "it was built under the key of epoch {epoch} ({public_key}), and that key was not found; put it into the file \
         `key` of the data directory"
    )]
    NoKey {
        /// The index's epoch.
        epoch: u32,
        /// The index's key.
        public_key: PublicKey,
    },
    /// An index that was built under another key.
    #[error(
        "it was built under the key of epoch {index_epoch} ({index_key}), but this key is of epoch {epoch} ({key}); use the \
         key it was built under, or build it again from ledgers of this key"
    )]
    OtherKey {
        /// The index's epoch.
        index_epoch: u32,
        /// The index's key.
        index_key: PublicKey,
        /// The epoch of the given key.
        epoch: u32,
        /// The given key.
        key: PublicKey,
    },
    /// An unkeyed index, which is not allowed.
    #[error(
        "it is unkeyed (scheme sha256): anyone who has a range of it can try every phone number in minutes; \
         use --allow-unkeyed if that is acceptable, as in a closed network"
    )]
    Unkeyed,
}

impl Header {
    /// Checks that an index with this header can be used with this key. `allow_unkeyed` accepts the
    /// scheme `sha256`, which has no key.
    pub fn fits(&self, key: Option<&SecretKey>, allow_unkeyed: bool) -> Result<(), KeyMismatch> {
        match (self.scheme, self.public_key, key) {
            (Scheme::Sha256, ..) if allow_unkeyed => Ok(()),
            (Scheme::Voprf, Some(public_key), None) => Err(KeyMismatch::NoKey { epoch: self.epoch, public_key }),
            (Scheme::Voprf, Some(index_key), Some(key)) => {
                if (index_key, self.epoch) == (key.public(), key.epoch()) {
                    return Ok(());
                }
                let index_epoch = self.epoch;
                Err(KeyMismatch::OtherKey { index_epoch, index_key, epoch: key.epoch(), key: key.public() })
            }
            _ => Err(KeyMismatch::Unkeyed),
        }
    }
}
