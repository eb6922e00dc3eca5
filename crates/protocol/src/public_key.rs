//! The public key of an epoch: its encodings, and the fingerprint that people compare.

use crate::error::ProtocolError;
use crate::suite::Suite;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use voprf::Group;

/// The public key that proofs are verified against: a ristretto255 element.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The key with this encoding. Fails if that is not a group element, or the identity.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, ProtocolError> {
        <Suite as Group>::deserialize_elem(&bytes).map_err(|_| ProtocolError::PublicKey)?;
        Ok(Self(bytes))
    }

    /// Its encoding.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A fingerprint to compare over another channel: the first 16 bytes of SHA-256, as eight
    /// groups of four hex digits.
    pub fn fingerprint(&self) -> String {
        let hex = HEXLOWER.encode(&Sha256::digest(self.0)[..16]);
        let groups: Vec<_> = hex.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        groups.join(" ")
    }
}

impl TryFrom<String> for PublicKey {
    type Error = ProtocolError;

    /// From base64url without padding, as the API has it.
    fn try_from(text: String) -> Result<Self, ProtocolError> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| ProtocolError::PublicKey)?;
        Self::from_bytes(bytes.try_into().map_err(|_| ProtocolError::PublicKey)?)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        BASE64URL_NOPAD.encode(&key.0)
    }
}

impl std::str::FromStr for PublicKey {
    type Err = ProtocolError;

    fn from_str(text: &str) -> Result<Self, ProtocolError> {
        text.to_owned().try_into()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}
