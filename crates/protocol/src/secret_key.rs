//! The secret key of an epoch, and keys that are derived from it. Its file format is
//! `exposure-index`'s.

use crate::error::ProtocolError;
use crate::public_key::PublicKey;
use crate::suite::Suite;
use rand_core::OsRng;
use std::fmt;
use voprf::{Group, VoprfServer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A secret key and the epoch it belongs to. Wiped from memory when dropped; `Debug` shows the
/// epoch alone.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SecretKey {
    scalar: [u8; 32],
    #[zeroize(skip)]
    public: PublicKey,
    #[zeroize(skip)]
    epoch: u32,
}

impl SecretKey {
    /// A new key from the operating system's random number generator. Epochs count from 1.
    pub fn generate(epoch: u32) -> Self {
        let server = VoprfServer::<Suite>::new(&mut OsRng).expect("the suite's own parameters are in range");
        Self::from_server(&server, epoch)
    }

    /// `DeriveKeyPair` of RFC 9497 §3.2.1, for reproducible examples.
    pub fn derive(seed: &[u8; 32], info: &[u8], epoch: u32) -> Result<Self, ProtocolError> {
        let server = VoprfServer::<Suite>::new_from_seed(seed, info).map_err(|_| ProtocolError::Input(0))?;
        Ok(Self::from_server(&server, epoch))
    }

    /// The key with this scalar, little-endian. Fails if that is not canonical, or zero.
    pub fn from_bytes(scalar: &[u8], epoch: u32) -> Result<Self, ProtocolError> {
        let server = VoprfServer::<Suite>::new_with_key(scalar).map_err(|_| ProtocolError::SecretKey)?;
        Ok(Self::from_server(&server, epoch))
    }

    /// The scalar, little-endian and canonical. **Secret.**
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.scalar
    }

    /// The epoch that the key belongs to.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The public key that proofs are verified against.
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// A key that encrypts what one run spills to disk before evaluation. Without the secret key,
    /// spilled data cannot be read. `run` is random.
    pub fn spill_key(&self, run: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        let mut hasher = blake3::Hasher::new_derive_key("exposure-checker 2026 spill v1");
        hasher.update(&self.scalar).update(run);
        Zeroizing::new(*hasher.finalize().as_bytes())
    }

    /// A key under which a service hashes the addresses that it counts during one day. Without the
    /// secret key, the hashes cannot be linked to addresses. `salt` is random.
    pub fn budget_key(&self, salt: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        let mut hasher = blake3::Hasher::new_derive_key("exposure-checker 2026 budget v1");
        hasher.update(&self.scalar).update(salt);
        Zeroizing::new(*hasher.finalize().as_bytes())
    }

    fn from_server(server: &VoprfServer<Suite>, epoch: u32) -> Self {
        let mut serialized = server.serialize();
        let mut scalar = [0; 32];
        scalar.copy_from_slice(&serialized[..32]);
        serialized[..].zeroize();
        let element = <Suite as Group>::serialize_elem(server.get_public_key());
        let public = PublicKey::from_bytes(element.into()).expect("a public key is a group element");
        Self { scalar, public, epoch }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(epoch {}, …)", self.epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_bytes() {
        let key = SecretKey::generate(3);
        let again = SecretKey::from_bytes(key.as_bytes(), 3).expect("own bytes");
        assert_eq!((again.epoch(), again.public(), again.as_bytes()), (3, key.public(), key.as_bytes()));
        for wrong in [&[0; 32][..], &[0xff; 32], &[1; 31]] {
            assert_eq!(SecretKey::from_bytes(wrong, 1).map(|_| ()), Err(ProtocolError::SecretKey));
        }
    }

    #[test]
    fn debug_shows_nothing_secret() {
        let key = SecretKey::generate(1);
        assert_eq!(format!("{key:?}"), "SecretKey(epoch 1, …)");
    }
}
