//! Whether a key and an index belong together, asked wherever both are at hand: by the service and by local checks.

use crate::Header;
use exposure_protocol::{PublicKey, Scheme, SecretKey};

/// Why an index cannot be used with what is at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyMismatch {
    /// A keyed index without a key.
    #[error(
        "it was built under the key of epoch {epoch} ({public_key}), which is not at hand; its place is the file `key` in \
         the data directory"
    )]
    NoKey {
        /// The index's epoch.
        epoch: u32,
        /// The index's key.
        public_key: PublicKey,
    },
    /// An index of another key.
    #[error(
        "it was built under the key of epoch {index_epoch} ({index_key}), and the key given is that of epoch {epoch} \
         ({key}); give the key it was built under, or build it again from ledgers of this key"
    )]
    OtherKey {
        /// The index's epoch.
        index_epoch: u32,
        /// The index's key.
        index_key: PublicKey,
        /// The epoch of the key at hand.
        epoch: u32,
        /// The key at hand.
        key: PublicKey,
    },
    /// An unkeyed index, not asked for.
    #[error(
        "it is unkeyed (scheme sha256): whoever has a range of it can try every phone number in minutes; \
         give --allow-unkeyed if that is acceptable, as in a closed network"
    )]
    Unkeyed,
}

impl Header {
    /// Whether an index with this header may be used with this key; `allow_unkeyed` lets the `sha256` scheme through,
    /// for which the key is of no use.
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
