//! Who is charged: an address or a partner.

use std::net::IpAddr;

/// A class of clients; each class shares one quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Without a partner key.
    Anonymous,
    /// With a partner key.
    Partner,
}

/// Who is charged. Not `Debug`, so that no address can be printed.
#[derive(Clone, Copy)]
pub(crate) enum Client {
    /// A client without a key.
    Address(IpAddr),
    /// A partner with a valid key.
    Partner(PartnerQuota),
}

/// What a partner may have evaluated, in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartnerQuota {
    /// The partner's row id, which is never reused.
    pub(crate) id: i64,
    pub(crate) per_minute: u32,
    pub(crate) per_day: u32,
    /// Per request.
    pub(crate) batch: u32,
}

impl Class {
    /// The value of the metrics label.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Partner => "partner",
        }
    }
}

impl Client {
    /// The class it belongs to.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Address(_) => Class::Anonymous,
            Self::Partner(_) => Class::Partner,
        }
    }
}
