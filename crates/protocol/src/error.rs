//! Why a cryptographic message is rejected.

/// Why a cryptographic message or key is rejected. No variant holds any of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The bytes are not a group element: not canonical, or the identity.
    #[error("element {0} (counted from 0) is not a canonical ristretto255 element other than the identity")]
    Element(usize),
    /// The number of evaluated elements differs from that of blinded ones.
    #[error("{got} evaluated elements for {expected} blinded ones")]
    Count {
        /// Blinded elements.
        expected: usize,
        /// Evaluated elements.
        got: usize,
    },
    /// The bytes are not a proof.
    #[error("the proof is not two canonical scalars")]
    ProofEncoding,
    /// The proof does not hold: another key was used, or the answer was changed in transit.
    #[error("the proof does not hold: the server used another key than it published")]
    ProofRejected,
    /// An input outside the bounds of RFC 9497, or, with negligible probability, one that hashes to
    /// the identity.
    #[error(
        "input {0} (counted from 0) cannot be hashed: it is empty, longer than 65,535 bytes, or maps to the identity"
    )]
    Input(usize),
    /// The published key is not a group element.
    #[error("the public key is not a canonical ristretto255 element")]
    PublicKey,
    /// The secret key is not a scalar that can be inverted.
    #[error("the secret key is not a canonical scalar other than zero")]
    SecretKey,
}
