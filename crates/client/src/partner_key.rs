//! A partner's key, as a client keeps and sends it. The service alone interprets it.

use crate::error::ClientError;
use std::fmt;
use zeroize::Zeroizing;

/// How every key begins.
const KEY_PREFIX: &str = "expk_";

/// The longest text that is taken for a key.
const KEY_BYTES: usize = 256;

/// The text of a key. Wiped from memory when dropped; `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct PartnerKey(Zeroizing<String>);

impl PartnerKey {
    /// The key in a text such as a file's. Anything else is rejected before it is sent.
    pub(crate) fn new(text: &str) -> Result<Self, ClientError> {
        let key = text.trim_ascii();
        let is_key =
            key.starts_with(KEY_PREFIX) && key.len() <= KEY_BYTES && key.bytes().all(|byte| byte.is_ascii_graphic());
        if is_key { Ok(Self(key.to_owned().into())) } else { Err(ClientError::PartnerKey) }
    }

    /// The value of the header `Authorization`.
    pub(crate) fn authorization(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("Bearer {}", *self.0))
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
    fn a_key_is_one_line_and_debug_shows_nothing_of_it() {
        let key = PartnerKey::new("expk_canary\n").expect("a line");
        assert_eq!(
            (key.authorization().as_str(), format!("{key:?}").as_str()),
            ("Bearer expk_canary", "PartnerKey(…)")
        );
        for text in ["", "canary", "expk_a\nexpk_b", "expk_\u{e9}", &format!("expk_{}", "a".repeat(300))] {
            let error = PartnerKey::new(text).expect_err("no key");
            assert!(!error.to_string().contains("canary"));
        }
    }
}
