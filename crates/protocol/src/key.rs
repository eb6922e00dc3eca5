//! The key of an epoch: generation, and the text of a key file. Opening the file is not done here.

use crate::oblivious::Suite;
use crate::{ProtocolError, SUITE};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use rand_core::OsRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use voprf::{Group, VoprfServer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The version of the key file's text.
const KEY_FILE_VERSION: u32 = 1;

/// A secret key and the epoch it belongs to. Wiped from memory when dropped; `Debug` shows the epoch alone.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SecretKey {
    scalar: [u8; 32],
    #[zeroize(skip)]
    public: PublicKey,
    #[zeroize(skip)]
    epoch: u32,
}

/// The key that proofs are checked against: a ristretto255 element.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

/// What is wrong with a key file. None of the variants holds any of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not the text that `exposure keygen` writes.
    #[error("this is not a key file as `exposure keygen` writes it: {0}")]
    Syntax(&'static str),
    /// Written by another version of the program.
    #[error("the key file has version {0}; this program reads version {KEY_FILE_VERSION}")]
    Version(u32),
    /// A suite that this program does not know.
    #[error("the key file is for another suite than {SUITE}")]
    Suite,
    /// The public key does not follow from the secret one.
    #[error("the key file is damaged: its public key does not belong to its secret key")]
    Mismatch,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    version: u32,
    suite: String,
    epoch: u32,
    secret_key: Zeroizing<String>,
    public_key: String,
}

impl SecretKey {
    /// A new key from the operating system's random numbers. Epochs count from 1.
    pub fn generate(epoch: u32) -> Self {
        let server = VoprfServer::<Suite>::new(&mut OsRng).expect("the suite's own parameters are in range");
        Self::from_server(&server, epoch)
    }

    /// `DeriveKeyPair` of RFC 9497 §3.2.1, for reproducible examples.
    pub fn derive(seed: &[u8; 32], info: &[u8], epoch: u32) -> Result<Self, ProtocolError> {
        let server = VoprfServer::<Suite>::new_from_seed(seed, info).map_err(|_| ProtocolError::Input(0))?;
        Ok(Self::from_server(&server, epoch))
    }

    /// The epoch this key belongs to.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The key that proofs are checked against.
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// The scalar, little-endian and canonical. **Secret.**
    pub(crate) fn scalar(&self) -> &[u8; 32] {
        &self.scalar
    }

    /// A key for what an indexer must write down before it is evaluated, good for one run: without the secret key,
    /// nothing that is left behind can be read. `run` is random.
    pub fn spill_key(&self, run: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        let mut hasher = blake3::Hasher::new_derive_key("exposure-checker 2026 spill v1");
        hasher.update(&self.scalar).update(run);
        Zeroizing::new(*hasher.finalize().as_bytes())
    }

    /// A key under which a service hashes the addresses that it counts, good for one day: without the secret key, what
    /// is left behind says nothing about them. `salt` is random.
    pub fn budget_key(&self, salt: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        let mut hasher = blake3::Hasher::new_derive_key("exposure-checker 2026 budget v1");
        hasher.update(&self.scalar).update(salt);
        Zeroizing::new(*hasher.finalize().as_bytes())
    }

    /// The text of a key file. **Secret.**
    pub fn to_text(&self) -> Zeroizing<String> {
        let file = KeyFile {
            version: KEY_FILE_VERSION,
            suite: SUITE.to_owned(),
            epoch: self.epoch,
            secret_key: HEXLOWER.encode(&self.scalar).into(),
            public_key: HEXLOWER.encode(&self.public.0),
        };
        let fields = Zeroizing::new(toml::to_string(&file).expect("five plain fields are TOML"));
        Zeroizing::new(format!(
            "# Secret key of an exposure index. Whoever has it can try every phone number against the index:\n\
             # keep it off the web, readable by its owner alone, with a copy in a safe.\n{}",
            *fields
        ))
    }

    /// The key in the text of a key file.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let file: KeyFile =
            toml::from_str(text).map_err(|_| KeyError::Syntax("a field is missing, unknown or of another type"))?;
        if file.version != KEY_FILE_VERSION {
            return Err(KeyError::Version(file.version));
        }
        if file.suite != SUITE {
            return Err(KeyError::Suite);
        }
        if file.epoch == 0 {
            return Err(KeyError::Syntax("epochs count from 1"));
        }
        let scalar = Zeroizing::new(
            HEXLOWER.decode(file.secret_key.as_bytes()).map_err(|_| KeyError::Syntax("the secret key is not hex"))?,
        );
        let server = VoprfServer::<Suite>::new_with_key(&scalar)
            .map_err(|_| KeyError::Syntax("the secret key is not a canonical scalar other than zero"))?;
        let key = Self::from_server(&server, file.epoch);
        if HEXLOWER.encode(&key.public.0) == file.public_key { Ok(key) } else { Err(KeyError::Mismatch) }
    }

    fn from_server(server: &VoprfServer<Suite>, epoch: u32) -> Self {
        let mut serialised = server.serialize();
        let mut scalar = [0; 32];
        scalar.copy_from_slice(&serialised[..32]);
        serialised[..].zeroize();
        let element = <Suite as Group>::serialize_elem(server.get_public_key());
        Self { scalar, public: PublicKey(element.into()), epoch }
    }
}

impl PublicKey {
    /// The key with this encoding; refused if it is no group element or the identity.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, ProtocolError> {
        <Suite as Group>::deserialize_elem(&bytes).map_err(|_| ProtocolError::PublicKey)?;
        Ok(Self(bytes))
    }

    /// Its encoding.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What people compare over another channel: the first 16 bytes of SHA-256, as eight groups of four hex digits.
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

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(epoch {}, …)", self.epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_file() {
        let key = SecretKey::generate(3);
        let again = SecretKey::from_text(&key.to_text()).expect("own text");
        assert_eq!((again.epoch(), again.public(), again.scalar()), (3, key.public(), key.scalar()));
    }

    #[test]
    fn a_damaged_file_is_refused_without_quoting_it() {
        let text = SecretKey::generate(1).to_text();
        let other = SecretKey::generate(1);
        let swapped: Vec<_> = text.lines().filter(|line| !line.starts_with("public_key")).collect();
        let swapped =
            format!("{}\npublic_key = \"{}\"\n", swapped.join("\n"), HEXLOWER.encode(other.public().as_bytes()));
        assert_eq!(SecretKey::from_text(&swapped).map(|_| ()), Err(KeyError::Mismatch));
        let newer = text.replace("version = 1", "version = 2");
        assert_eq!(SecretKey::from_text(&newer).map(|_| ()), Err(KeyError::Version(2)));
        for broken in ["", "version = 1", &text.replace("epoch", "epok"), &text.replace("epoch = 1", "epoch = 0")] {
            let error = SecretKey::from_text(broken).map(|_| ()).expect_err("not a key file");
            assert!(matches!(error, KeyError::Syntax(_)));
        }
    }

    #[test]
    fn debug_shows_nothing_secret() {
        let key = SecretKey::generate(1);
        assert_eq!(format!("{key:?}"), "SecretKey(epoch 1, …)");
    }
}
