//! Why there is no answer. None of the variants holds an identifier, a prefix or an element, and none means "absent".

use exposure_index::{IndexError, KeyMismatch, PackedError};
use exposure_protocol::range_text::RangeError;
use exposure_protocol::{ProtocolError, PublicKey};
use std::path::PathBuf;
use std::sync::Arc;

/// Why a check has no result.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Not where a service can be.
    #[error("this is not the address of a service; give it as https://host or http://host:port")]
    Address,
    /// Not the text of a partner key.
    #[error("this is not a partner key, which is one line that begins with expk_, as the operator gave it")]
    PartnerKey,
    /// No connection, or none that holds.
    #[error("the service cannot be reached: {0}")]
    Unreachable(String),
    /// The connection ended before the answer did.
    #[error("the answer ({0}) broke off before its end, so that it says nothing; ask again")]
    Unfinished(&'static str),
    /// More than was announced, or than any honest service has.
    #[error("the answer ({0}) is longer than it may be")]
    TooLong(&'static str),
    /// The service says what is wrong.
    #[error("the service refuses ({status}): {title}. {detail}")]
    Problem {
        /// The HTTP status.
        status: u16,
        /// Of the problem document.
        title: String,
        /// Of the problem document.
        detail: String,
    },
    /// The service does not say what is wrong, or might quote the question.
    #[error("the service answers with status {status} where {what} was expected")]
    Status {
        /// What was asked for.
        what: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// A redirect, which could lead to somebody else.
    #[error("the service redirects elsewhere, which is not followed; give the address that it redirects to")]
    Redirect,
    /// This address, or this partner, has used up its evaluations.
    #[error("the service evaluates no more for this address or key at present; ask again in {seconds} seconds")]
    AddressBudget {
        /// When to come back.
        seconds: u64,
    },
    /// Everybody together has used up the service's evaluations.
    #[error("the service is busy; ask again in {seconds} seconds")]
    Busy {
        /// When to come back.
        seconds: u64,
    },
    /// An answer that makes no sense.
    #[error("the service's {what} make no sense: {why}")]
    Malformed {
        /// Which answer.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The scheme sha256, not asked for.
    #[error(
        "the service's index is unkeyed (scheme sha256): whoever sees the prefix that would be asked for can find the \
         number by trying all of them; not asked. Allow unkeyed indexes if that is acceptable, as in a closed network"
    )]
    Unkeyed,
    /// Another key than expected.
    #[error("the service's public key is {}, and {expected} is pinned; not asked", got.map_or("none".into(), |key| key.to_string()))]
    OtherKey {
        /// The pinned key.
        expected: PublicKey,
        /// The service's; none in an unkeyed index.
        got: Option<PublicKey>,
    },
    /// Too few would share a prefix.
    #[error("the service announces prefixes of {0} bits, and a client shows at most 16; not asked")]
    PrefixTooLong(u8),
    /// "Absent" would be true, and misleading.
    #[error("the index holds no numbers of kind {0}, so that a check would say nothing; not asked")]
    KindNotHeld(&'static str),
    /// Even the shortest served prefix is shared by too few.
    #[error(
        "the shortest prefix that the service takes, of {bits} bits, would leave {left} possible numbers of this kind \
         and country, fewer than {min}; not asked", min = crate::MIN_POSSIBLE
    )]
    TooFew {
        /// Bits of the shortest served prefix.
        bits: u8,
        /// How many possible identifiers share it.
        left: u64,
    },
    /// The evaluation is wrong.
    #[error("the evaluation is worth nothing: {0}")]
    Evaluation(#[from] ProtocolError),
    /// The range is not the one that was announced.
    #[error("the range says nothing: {0}; ask again")]
    Range(#[from] RangeError),
    /// The same of a packed range.
    #[error("the range says nothing: {0}; ask again")]
    Packed(#[from] PackedError),
    /// A match that leads nowhere.
    #[error("a seal opens to a source set that the index does not have: index and source sets do not belong together")]
    NoSuchSet,
    /// The index was replaced again and again.
    #[error("the service replaced its index twice during the check; ask again")]
    Moved,
    /// Under another key the same number has another prefix, and both together say more.
    #[error(
        "the service has changed its key since this client connected. A second prefix of the same number would leave \
         about {candidates} numbers that fit both; not asked. Connect again if that is acceptable"
    )]
    KeyChanged {
        /// How many possible identifiers would fit both prefixes.
        candidates: u64,
    },
    /// A local index that cannot be opened or read.
    #[error("the index {} cannot be read: {error}", path.display())]
    Index {
        /// Which.
        path: PathBuf,
        /// Why.
        error: Arc<IndexError>,
    },
    /// A local index and a key that do not belong together.
    #[error("the index {} cannot be asked: {mismatch}", path.display())]
    Key {
        /// Which index.
        path: PathBuf,
        /// Why.
        mismatch: KeyMismatch,
    },
    /// A mirrored index and a service that evaluates under another key.
    #[error(
        "the index {} was built under {}, and the service evaluates under {}; not asked. Copy the index of this service \
         again, or ask the service that the copy came from", path.display(), key_of(*mirrored_epoch, *mirrored),
         key_of(*served_epoch, *served)
    )]
    MirrorOfAnother {
        /// Which index.
        path: PathBuf,
        /// The index's key.
        mirrored: Option<PublicKey>,
        /// The index's epoch.
        mirrored_epoch: u32,
        /// The service's key; none in an unkeyed index.
        served: Option<PublicKey>,
        /// The service's epoch.
        served_epoch: u32,
    },
    /// A mirrored index without a key, for which there is nothing to evaluate.
    #[error(
        "the index {} is unkeyed (scheme sha256), so that no service has to be asked: give it alone, with --allow-unkeyed, \
         if an index in which whoever has it can try every phone number is acceptable", path.display()
    )]
    NoServiceNeeded {
        /// Which index.
        path: PathBuf,
    },
}

impl ClientError {
    /// In how many seconds the same question may be answered, where the service says so.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::AddressBudget { seconds } | Self::Busy { seconds } => Some(*seconds),
            _ => None,
        }
    }

    /// The index that was asked is served no more.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Self::Status { status: 410, .. })
    }

    /// The epoch that was asked in is not the current one.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Problem { status: 409 | 410, .. })
    }
}

/// A key as errors name it.
fn key_of(epoch: u32, key: Option<PublicKey>) -> String {
    key.map_or_else(|| "no key".to_owned(), |key| format!("the key of epoch {epoch} ({key})"))
}
