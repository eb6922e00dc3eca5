//! The two schemes and their names.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How a canonical form becomes a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// RFC 9497, ristretto255-SHA512, mode VOPRF: nobody without the key can relate a digest to an
    /// identifier.
    Voprf,
    /// A bare SHA-256: anyone who has the index can try every phone number in minutes. For closed
    /// networks.
    Sha256,
}

impl Scheme {
    /// Its name on the command line, on the wire and in the nonce.
    pub fn name(self) -> &'static str {
        match self {
            Self::Voprf => "voprf",
            Self::Sha256 => "sha256",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
