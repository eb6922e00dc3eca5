//! The ciphers of a run: canonical identifiers are written to disk only encrypted.
//!
//! Each attempt at a run has its own key, derived from the secret key, the run and the number of
//! the attempt. The nonce is file number ‖ frame number, and no attempt uses a pair of them twice.
//! So no nonce is used twice under a key, even after the frames of a dead attempt were cut off and
//! their numbers are free.

use crate::error::IngestError;
use crate::spill::file::Origin;
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use exposure_protocol::SecretKey;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;
use std::io;
use zeroize::Zeroizing;

/// Domains of the keys that are derived for a run. All attempts share the key of the partition
/// hash.
const CIPHER: &[u8] = b"cipher of attempt";
const PARTITION_HASH: &[u8] = b"partition hash";

/// Encrypts and decrypts the payloads of a run, and holds the hash that partitions their entries.
pub(crate) struct Ciphers {
    of_attempts: BTreeMap<u32, ChaCha20Poly1305>,
    hash: PartitionHash,
    is_derived: bool,
    /// Attempt, file and frame of each encryption.
    #[cfg(test)]
    pub(crate) used: std::sync::Mutex<Vec<(u32, u32, u64)>>,
}

/// SipHash-2-4 under a key that the author of a dump cannot know.
#[derive(Clone, Copy)]
pub(crate) struct PartitionHash(u64, u64);

impl Ciphers {
    /// The ciphers of these attempts at a run, derived from the secret key. A later attempt derives
    /// the same.
    pub(crate) fn derived(key: &SecretKey, run: &[u8; 32], attempts: &BTreeSet<u32>) -> Self {
        let derive = |domain: &[u8], number: u32| {
            let mut hasher = blake3::Hasher::new_keyed(run);
            hasher.update(domain).update(&number.to_le_bytes());
            key.spill_key(hasher.finalize().as_bytes())
        };
        let of_attempts = attempts.iter().map(|&attempt| (attempt, cipher(&derive(CIPHER, attempt)))).collect();
        Self::new(of_attempts, PartitionHash::new(&derive(PARTITION_HASH, 0)), true)
    }

    /// A random cipher for this attempt. Once the process has ended, nobody can decrypt its files.
    pub(crate) fn ephemeral(attempt: u32) -> io::Result<Self> {
        let mut keys = Zeroizing::new([[0; 32]; 2]);
        getrandom::fill(keys.as_flattened_mut()).map_err(|error| io::Error::other(error.to_string()))?;
        let of_attempts = BTreeMap::from([(attempt, cipher(&keys[0]))]);
        Ok(Self::new(of_attempts, PartitionHash::new(&keys[1]), false))
    }

    fn new(of_attempts: BTreeMap<u32, ChaCha20Poly1305>, hash: PartitionHash, is_derived: bool) -> Self {
        Self {
            of_attempts,
            hash,
            is_derived,
            #[cfg(test)]
            used: std::sync::Mutex::default(),
        }
    }

    /// Whether a later attempt can decrypt the files.
    pub(crate) fn is_derived(&self) -> bool {
        self.is_derived
    }

    /// The hash that partitions identifiers.
    pub(crate) fn hash(&self) -> PartitionHash {
        self.hash
    }

    /// Encrypts a payload that becomes this frame of this file.
    pub(crate) fn encrypt(&self, origin: Origin, frame: u64, payload: &mut Vec<u8>) -> Result<(), IngestError> {
        let nonce = nonce(origin.number, frame);
        #[cfg(test)]
        self.used.lock().expect("no panic while it is held").push((origin.attempt, origin.number, frame));
        let encrypted = |cipher: &ChaCha20Poly1305| cipher.encrypt_in_place(&nonce, b"", payload).ok();
        self.of_attempts.get(&origin.attempt).and_then(encrypted).ok_or(IngestError::Spill)
    }

    /// Decrypts this frame of this file.
    pub(crate) fn decrypt(&self, origin: Origin, frame: u64, payload: &mut Vec<u8>) -> Result<(), IngestError> {
        let nonce = nonce(origin.number, frame);
        let decrypted = |cipher: &ChaCha20Poly1305| cipher.decrypt_in_place(&nonce, b"", payload).ok();
        self.of_attempts.get(&origin.attempt).and_then(decrypted).ok_or(IngestError::Spill)
    }
}

impl PartitionHash {
    fn new(key: &[u8; 32]) -> Self {
        let [first, second, ..] = key.as_chunks().0 else { unreachable!("four words") };
        Self(u64::from_le_bytes(*first), u64::from_le_bytes(*second))
    }

    #[expect(deprecated, reason = "the one SipHash of the standard library that takes a key")]
    pub(crate) fn of(self, bytes: &[u8]) -> u64 {
        let mut hasher = std::hash::SipHasher::new_with_keys(self.0, self.1);
        hasher.write(bytes);
        hasher.finish()
    }
}

fn cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(*key))
}

fn nonce(file: u32, frame: u64) -> Nonce {
    let mut nonce = [0; 12];
    nonce[..4].copy_from_slice(&file.to_le_bytes());
    nonce[4..].copy_from_slice(&frame.to_le_bytes());
    nonce.into()
}
