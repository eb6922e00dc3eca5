//! The key of a partner: `expk_`, 16 hex digits of a public id, `_`, 64 hex digits of a secret of
//! 256 bits.
//!
//! Only the id and a hash of the secret are stored; the text is shown once and then known to the
//! partner alone.

use crate::accounts::key_id::KeyId;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::fmt;
use zeroize::{Zeroize as _, Zeroizing};

/// Begins every key, so that scanners recognise one that got into a repository or a log.
const MARK: &str = "expk_";

const SECRET_DIGITS: usize = 64;

/// A whole key. Wiped from memory when dropped; `Debug` does not show it.
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
        Self { id: KeyId::from_bytes(id), secret }
    }

    /// Parses a key; `None` if the text is not one. Gives no reason, since clients must not learn
    /// it.
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

    /// The stored hash of the secret.
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
    fn malformed_keys_are_rejected() {
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
            assert!(PartnerKey::parse(&broken).is_none(), "a malformed key is accepted");
        }
    }

    #[test]
    fn debug_does_not_show_the_key() {
        assert_eq!(format!("{:?}", PartnerKey::generate()), "PartnerKey(…)");
    }
}
