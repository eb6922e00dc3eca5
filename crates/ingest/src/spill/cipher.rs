//! The ciphers of a run: what waits for evaluation is a canonical identifier, and touches the disk encrypted only.
//!
//! Each attempt at a run has a key of its own, from the secret key, the run and the attempt's number. The nonce is file number
//! ‖ frame number, neither of which comes twice in an attempt: so no nonce comes twice under a key, even if a dead attempt's
//! frames are cut off and their numbers are free again.

use super::SpillFile;
use crate::error::IngestError;
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use exposure_protocol::SecretKey;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;
use std::io;
use zeroize::Zeroizing;

/// Domains of what is derived for a run. The partition hash is alike in all attempts.
const CIPHER: &[u8] = b"cipher of attempt";
const PARTITION_HASH: &[u8] = b"partition hash";

/// Encrypts and decrypts the payloads of a run, and hashes what they hold.
pub(crate) struct Ciphers {
    of_attempts: BTreeMap<u32, ChaCha20Poly1305>,
    hash: PartitionHash,
    is_lasting: bool,
    /// Attempt, file and frame of all that was encrypted.
    #[cfg(test)]
    pub(crate) used: std::sync::Mutex<Vec<(u32, u32, u64)>>,
}

/// SipHash-2-4 under a key that whoever made the dump cannot know.
#[derive(Clone, Copy)]
pub(crate) struct PartitionHash(u64, u64);

impl Ciphers {
    /// Those of these attempts at a run, from the secret key: a later attempt gets the same.
    pub(crate) fn derived(key: &SecretKey, run: &[u8; 32], attempts: &BTreeSet<u32>) -> Self {
        let derive = |domain: &[u8], number: u32| {
            let mut hasher = blake3::Hasher::new_keyed(run);
            hasher.update(domain).update(&number.to_le_bytes());
            key.spill_key(hasher.finalize().as_bytes())
        };
        let of_attempts = attempts.iter().map(|&attempt| (attempt, cipher(&derive(CIPHER, attempt)))).collect();
        Self::new(of_attempts, PartitionHash::new(&derive(PARTITION_HASH, 0)), true)
    }

    /// One for this attempt alone, which nobody can read once the process is gone.
    pub(crate) fn passing(attempt: u32) -> io::Result<Self> {
        let mut keys = Zeroizing::new([[0; 32]; 2]);
        getrandom::fill(keys.as_flattened_mut()).map_err(|error| io::Error::other(error.to_string()))?;
        let of_attempts = BTreeMap::from([(attempt, cipher(&keys[0]))]);
        Ok(Self::new(of_attempts, PartitionHash::new(&keys[1]), false))
    }

    fn new(of_attempts: BTreeMap<u32, ChaCha20Poly1305>, hash: PartitionHash, is_lasting: bool) -> Self {
        Self {
            of_attempts,
            hash,
            is_lasting,
            #[cfg(test)]
            used: std::sync::Mutex::default(),
        }
    }

    /// Whether a later attempt can read what these encrypt.
    pub(crate) fn is_lasting(&self) -> bool {
        self.is_lasting
    }

    /// What decides where an identifier goes.
    pub(crate) fn hash(&self) -> PartitionHash {
        self.hash
    }

    /// Encrypts what will be this frame of this file.
    pub(crate) fn encrypt(&self, file: &SpillFile, frame: u64, payload: &mut Vec<u8>) -> Result<(), IngestError> {
        let nonce = nonce(file.number, frame);
        #[cfg(test)]
        self.used.lock().expect("no panic while it is held").push((file.attempt, file.number, frame));
        let encrypted = |cipher: &ChaCha20Poly1305| cipher.encrypt_in_place(&nonce, b"", payload).ok();
        self.of_attempts.get(&file.attempt).and_then(encrypted).ok_or(IngestError::Spill)
    }

    /// Decrypts this frame of the file of this number, which that attempt wrote.
    pub(crate) fn decrypt(&self, place: Place, frame: u64, payload: &mut Vec<u8>) -> Result<(), IngestError> {
        let nonce = nonce(place.number, frame);
        let decrypted = |cipher: &ChaCha20Poly1305| cipher.decrypt_in_place(&nonce, b"", payload).ok();
        self.of_attempts.get(&place.attempt).and_then(decrypted).ok_or(IngestError::Spill)
    }
}

/// What tells a file from all others of a run.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    number: u32,
    attempt: u32,
}

impl SpillFile {
    /// What [`Ciphers::decrypt`] wants to know, for when the file itself is being read.
    pub(crate) fn place(&self) -> Place {
        Place { number: self.number, attempt: self.attempt }
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
