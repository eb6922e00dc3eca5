//! The key of a partner: `expk_`, 16 hex digits of a public id, `_`, 64 hex digits of a secret of 256 bits.
//!
//! Only the id and a hash of the secret are ever kept; the text is shown once and then known to the partner alone.

use crate::partners::PartnerError;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use zeroize::{Zeroize as _, Zeroizing};

/// In front of every key, so that a key that got into a repository or a log can be recognised as one.
const MARK: &str = "expk_";

const ID_DIGITS: usize = 16;
const SECRET_DIGITS: usize = 64;

/// The public half of a key: it names the key in lists, and proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(u64);

/// A whole key. Wiped from memory when dropped; `Debug` shows nothing of it.
pub struct PartnerKey {
    id: KeyId,
    secret: Zeroizing<[u8; 32]>,
}

impl PartnerKey {
    /// A new key from the operating system's random numbers.
    pub(crate) fn generate() -> Self {
        let mut id = [0; 8];
        let mut secret = Zeroizing::new([0; 32]);
        for bytes in [&mut id[..], &mut secret[..]] {
            getrandom::fill(bytes).expect("the operating system has random numbers");
        }
        Self { id: KeyId(u64::from_be_bytes(id)), secret }
    }

    /// The key with this text; none if the text is none, without a word about why: whoever sends one has no right to
    /// know.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(MARK)?.split_once('_')?;
        let id = id.parse().ok()?;
        if secret.len() != SECRET_DIGITS {
            return None;
        }
        let mut bytes = Zeroizing::new([0; 32]);
        HEXLOWER.decode_mut(secret.as_bytes(), &mut bytes[..]).ok()?;
        Some(Self { id, secret: bytes })
    }

    /// Its public half.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What is kept of the secret.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.secret[..]).into()
    }

    /// The text that a partner sends. **Secret.**
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut secret = HEXLOWER.encode(&self.secret[..]);
        let text = Zeroizing::new(format!("{MARK}{}_{secret}", self.id));
        secret.zeroize();
        text
    }
}

impl fmt::Debug for PartnerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartnerKey(…)")
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for KeyId {
    type Err = PartnerError;

    fn from_str(text: &str) -> Result<Self, PartnerError> {
        let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let id = u64::from_str_radix(text, 16).ok().filter(|_| is_hex && text.len() == ID_DIGITS);
        id.map(Self).ok_or(PartnerError::KeyId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text() {
        let key = PartnerKey::generate();
        let text = key.to_text();
        assert_eq!((text.len(), &text[..5]), (5 + 16 + 1 + 64, "expk_"));
        let again = PartnerKey::parse(&text).expect("own text");
        assert_eq!((again.id(), again.hash()), (key.id(), key.hash()));
        assert_ne!(PartnerKey::generate().hash(), key.hash());
    }

    #[test]
    fn what_is_no_key_is_none() {
        let text = PartnerKey::generate().to_text();
        let (marked, secret) = text.rsplit_once('_').expect("two parts");
        for broken in [
            String::new(),
            "expk_".into(),
            text[1..].to_owned(),
            text.replace("expk_", "EXPK_"),
            format!("{} ", *text),
            format!("{}0", *text),
            text[..text.len() - 1].to_owned(),
            format!("{marked}_{}", "G".repeat(64)),
            format!("expk_+{}_{secret}", &marked[6..]),
            format!("{marked}_{}", secret.replace(|_| true, "A")),
        ] {
            assert!(PartnerKey::parse(&broken).is_none(), "a broken key is taken for one");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", PartnerKey::generate()), "PartnerKey(…)");
    }
}
