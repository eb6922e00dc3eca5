//! Why a check was not completed. No variant holds an identifier, a prefix or an element, and none
//! means "not found".

use exposure_index::{IndexError, KeyMismatch, PackedError};
use exposure_protocol::range_text::RangeError;
use exposure_protocol::{MIN_POSSIBLE, ProtocolError, PublicKey};
use std::path::PathBuf;
use std::sync::Arc;

/// Why a check was not completed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Not the address of a service.
    #[error("not the address of a service; write it as https://host or http://host:port")]
    Address,
    /// Not a partner key.
    #[error("not a partner key: a key is one line that begins with expk_")]
    PartnerKey,
    /// The connection failed.
    #[error("cannot reach the service: {0}")]
    Unreachable(String),
    /// The connection ended before the answer was complete.
    #[error("the answer ({0}) was cut off; try again")]
    Unfinished(&'static str),
    /// Longer than announced, or than any real service needs.
    #[error("the answer ({0}) is too long")]
    TooLong(&'static str),
    /// The service answered with a problem document.
    #[error("the service rejected the request ({status}): {title}. {detail}")]
    Problem {
        /// The HTTP status.
        status: u16,
        /// The title of the problem document.
        title: String,
        /// The detail of the problem document.
        detail: String,
    },
    /// Another error status. The body is not passed on, since it may quote the request.
    #[error("status {status} instead of {what}")]
    Status {
        /// What was requested.
        what: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// A redirect, which could lead to another host.
    #[error("the service redirects; redirects are not followed, so use the address that it redirects to")]
    Redirect,
    /// This address, or this partner, has used up its quota.
    #[error("the evaluation quota of this address or key is used up; try again in {seconds} seconds")]
    QuotaExceeded {
        /// Seconds until a retry may succeed.
        seconds: u64,
    },
    /// The service is at its limit for all clients together.
    #[error("the service is busy; try again in {seconds} seconds")]
    Busy {
        /// Seconds until a retry may succeed.
        seconds: u64,
    },
    /// An invalid answer.
    #[error("invalid {what} from the service: {why}")]
    Malformed {
        /// Which answer.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The scheme is sha256, which the caller does not allow.
    #[error(
        "the service's index is unkeyed (scheme sha256): anyone who sees a prefix can find the number by trying all \
         numbers; nothing was sent. Allow unkeyed indexes if that is acceptable, as in a closed network"
    )]
    Unkeyed,
    /// The key is not the pinned one.
    #[error("the service's public key is {}, but {expected} is pinned; nothing was sent", got.map_or("none".into(), |key| key.to_string()))]
    OtherKey {
        /// The pinned key.
        expected: PublicKey,
        /// The service's; none in an unkeyed index.
        got: Option<PublicKey>,
    },
    /// The announced prefixes are too long.
    #[error("the service announces prefixes of {0} bits, but a client sends at most 16; nothing was sent")]
    PrefixTooLong(u8),
    /// The index holds no such kind, so "not found" would mislead.
    #[error("the index holds no numbers of kind {0}; not checked")]
    KindNotHeld(&'static str),
    /// Not found, but the index was made by other rules for canonical forms than this program's, so
    /// it may hold the number in another form. Identifiers that are found are found all the same.
    #[error(
        "not found, but it cannot be told whether it is in the index: that holds numbers of kind {kind} in canonical \
         forms of version {}, and this program knows version {own}; {}", listed(index), advice(index, *own)
    )]
    OtherForms {
        /// The kind.
        kind: &'static str,
        /// The canonical versions by which its identifiers in the index were made.
        index: Vec<u16>,
        /// The canonical version of the kind in this program.
        own: u16,
    },
    /// Not found, but no numbering plan contains the number: nobody has it, so that another one was
    /// meant. Numbers that are found are found all the same.
    #[error(
        "it cannot be told whether it is in the index: {} has no such number, so another one was meant; check the \
         digits and the country", country.as_deref().unwrap_or("no country")
    )]
    OutsidePlans {
        /// The country in which it was looked for, ISO 3166-1 alpha-2; `None` if it is of none.
        country: Option<String>,
    },
    /// Even the shortest served prefix is shared by too few possible identifiers.
    #[error(
        "the shortest prefix that the service takes ({bits} bits) is shared by {left} possible numbers of this kind \
         and country, fewer than {min}; nothing was sent", min = MIN_POSSIBLE
    )]
    TooFew {
        /// Bits of the shortest served prefix.
        bits: u8,
        /// How many possible identifiers share it.
        left: u64,
    },
    /// The evaluation is invalid, or its proof is.
    #[error("invalid evaluation: {0}")]
    Evaluation(#[from] ProtocolError),
    /// A text range that is not as announced.
    #[error("invalid range: {0}; try again")]
    Range(#[from] RangeError),
    /// A packed range that is not as announced.
    #[error("invalid range: {0}; try again")]
    Packed(#[from] PackedError),
    /// A seal that opens to no source set.
    #[error("a seal opens to a source set that does not exist: index and source sets do not belong together")]
    NoSuchSet,
    /// The index was replaced repeatedly.
    #[error("the service replaced its index twice during the check; try again")]
    Moved,
    /// The key changed. A second prefix of the same number, under another key, would narrow it down
    /// further.
    #[error(
        "the service changed its key since this client connected. With a second prefix of the same number, about \
         {candidates} numbers would fit both; nothing more was sent. Connect again if that is acceptable"
    )]
    KeyChanged {
        /// How many possible identifiers would fit both prefixes.
        candidates: u64,
    },
    /// A local index cannot be opened or read.
    #[error("the index {} cannot be read: {error}", path.display())]
    Index {
        /// The index.
        path: PathBuf,
        /// Why.
        error: Arc<IndexError>,
    },
    /// A local index was built under another key.
    #[error("cannot use the index {}: {mismatch}", path.display())]
    Key {
        /// The index.
        path: PathBuf,
        /// Why.
        mismatch: KeyMismatch,
    },
    /// The service evaluates under another key than the copy of an index was built under.
    #[error(
        "the index {} was built under {}, but the service evaluates under {}; nothing was sent. Copy the index of this \
         service again, or use the service that the copy came from", path.display(), key_of(*copy_epoch, *copy_key),
         key_of(*service_epoch, *service_key)
    )]
    CopyOfOtherIndex {
        /// The index.
        path: PathBuf,
        /// The index's key.
        copy_key: Option<PublicKey>,
        /// The index's epoch.
        copy_epoch: u32,
        /// The service's key; none in an unkeyed index.
        service_key: Option<PublicKey>,
        /// The service's epoch.
        service_epoch: u32,
    },
    /// The copy of an index is unkeyed, so there is nothing to evaluate.
    #[error(
        "the index {} is unkeyed (scheme sha256) and needs no service: use it alone, with --allow-unkeyed, if it is \
         acceptable that anyone who has the index can try every phone number", path.display()
    )]
    NoServiceNeeded {
        /// The index.
        path: PathBuf,
    },
}

impl ClientError {
    /// Seconds until a retry may succeed, if the service stated them.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::QuotaExceeded { seconds } | Self::Busy { seconds } => Some(*seconds),
            _ => None,
        }
    }

    /// Whether the index is no longer served.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Self::Status { status: 410, .. })
    }

    /// Whether the requested epoch is not the current one.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Problem { status: 409 | 410, .. })
    }
}

/// Versions as an error message names them.
fn listed(versions: &[u16]) -> String {
    versions.iter().map(u16::to_string).collect::<Vec<_>>().join(" and ")
}

/// What helps where forms are of other versions than this program's.
fn advice(index: &[u16], own: u16) -> &'static str {
    if index.iter().any(|&version| version > own) {
        "use a newer version of this program"
    } else {
        "its sources have to be ingested again"
    }
}

/// A key as error messages name it.
fn key_of(epoch: u32, key: Option<PublicKey>) -> String {
    key.map_or_else(|| "no key".to_owned(), |key| format!("the key of epoch {epoch} ({key})"))
}
