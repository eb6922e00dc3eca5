//! Why elements are not evaluated now.

/// Why a charge is rejected. Nothing was charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// The address has used up its minute or its day.
    Address { retry_seconds: u64 },
    /// The partner has used up its minute or its day.
    Partner { retry_seconds: u64 },
    /// The quota that all clients without a key share is used up.
    AnonymousShared { retry_seconds: u64 },
    /// The quota that all partners share is used up.
    PartnerShared { retry_seconds: u64 },
    /// The operator reserves no share of the budget for partners.
    NoPartnerShare,
    /// No window of the client can ever hold this many elements.
    ExceedsQuota { got: u32, limit: u32 },
    /// Counts could not be saved for too long; a restart would forget them.
    Unsaved,
}
