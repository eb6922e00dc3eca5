//! The header of a ledger.

use exposure_protocol::{PublicKey, Scheme};
use std::io;

/// How every ledger begins.
pub(super) const MAGIC: &[u8; 8] = b"EXPLEDGR";

/// Bytes before the slug.
pub(super) const FIXED_BYTES: usize = 50;

/// What a ledger belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerHeader {
    /// The scheme of its digests.
    pub scheme: Scheme,
    /// The key's epoch; 0 in `sha256`.
    pub epoch: u32,
    /// The key; none in `sha256`.
    pub public_key: Option<PublicKey>,
    /// The source.
    pub slug: String,
}

impl LedgerHeader {
    /// The header of a ledger of this format version.
    pub(super) fn encode(&self, version: u16) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIXED_BYTES + self.slug.len());
        bytes.extend(MAGIC);
        bytes.extend(version.to_le_bytes());
        bytes.push(u8::from(self.scheme == Scheme::Voprf));
        bytes.push(0);
        bytes.extend(self.epoch.to_le_bytes());
        bytes.extend(self.public_key.as_ref().map_or([0; 32], |key| *key.as_bytes()));
        bytes.extend((self.slug.len() as u16).to_le_bytes());
        bytes.extend(self.slug.as_bytes());
        bytes
    }

    /// Decodes the fixed part, and the slug, which `slug` reads given its length. `None` if it is
    /// not a ledger.
    pub(super) fn decode(
        fixed: &[u8; FIXED_BYTES],
        slug: impl FnOnce(usize) -> io::Result<Vec<u8>>,
    ) -> io::Result<Option<Self>> {
        if fixed[..8] != *MAGIC || fixed[10] > 1 || fixed[11] != 0 {
            return Ok(None);
        }
        let scheme = if fixed[10] == 1 { Scheme::Voprf } else { Scheme::Sha256 };
        let key = PublicKey::from_bytes(fixed[16..48].try_into().expect("32 bytes")).ok();
        let slug = String::from_utf8(slug(usize::from(u16::from_le_bytes([fixed[48], fixed[49]])))?).ok();
        let epoch = u32::from_le_bytes(fixed[12..16].try_into().expect("4 bytes"));
        Ok(match (scheme, key, slug) {
            (Scheme::Voprf, None, _) | (_, _, None) => None,
            (Scheme::Voprf, public_key, Some(slug)) => Some(Self { scheme, epoch, public_key, slug }),
            (Scheme::Sha256, _, Some(slug)) => Some(Self { scheme, epoch, public_key: None, slug }),
        })
    }
}
