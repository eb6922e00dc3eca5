//! One of each problem, for the description of the API and for tests of the documents.

use crate::http::problem::Problem;
use axum::http::StatusCode;

impl Problem {
    /// One of each, with example values.
    pub(crate) fn all() -> Vec<Self> {
        std::iter::successors(Some(Self::NoSuchPath), Self::next).collect()
    }

    /// The next one in the list. The match is exhaustive, so a new variant must be added here to
    /// compile.
    fn next(&self) -> Option<Self> {
        let current = "ffeeddccbbaa99887766554433221100".to_owned();
        Some(match self {
            Self::NoSuchPath => Self::WrongMethod,
            Self::WrongMethod => Self::Malformed("The only query parameter is epoch=N, once, with a number.".into()),
            Self::Malformed(_) => Self::Element(1),
            Self::Element(_) => Self::Count { got: 9, limit: 8 },
            Self::Count { .. } => Self::ExceedsQuota { got: 8, limit: 5 },
            Self::ExceedsQuota { .. } => Self::MediaType,
            Self::MediaType => Self::BodyTooLarge { limit: 16_384 },
            Self::BodyTooLarge { .. } => Self::BodyTooSlow,
            Self::BodyTooSlow => Self::UnknownEpoch { status: StatusCode::NOT_FOUND, current: 2 },
            Self::UnknownEpoch { status: StatusCode::NOT_FOUND, current } => {
                Self::UnknownEpoch { status: StatusCode::CONFLICT, current: *current }
            }
            Self::UnknownEpoch { .. } => Self::Unkeyed,
            Self::Unkeyed => Self::UnknownIndex,
            Self::UnknownIndex => Self::RetiredIndex { current },
            Self::RetiredIndex { .. } => Self::PrefixLength { served: vec![4, 8] },
            Self::PrefixLength { .. } => Self::Format,
            Self::Format => Self::UnknownSource,
            Self::UnknownSource => Self::Key,
            Self::Key => Self::AddressBudget { seconds: 17 },
            Self::AddressBudget { .. } => Self::PartnerBudget { seconds: 17 },
            Self::PartnerBudget { .. } => Self::GlobalBudget { seconds: 1 },
            Self::GlobalBudget { .. } => Self::PartnerPool { seconds: 1 },
            Self::PartnerPool { .. } => Self::NoPartnerPool,
            Self::NoPartnerPool => Self::BudgetUnavailable,
            Self::BudgetUnavailable => Self::TooSlow,
            Self::TooSlow => Self::Overloaded,
            Self::Overloaded => Self::Stopping,
            Self::Stopping => Self::Internal(String::new()),
            Self::Internal(_) => return None,
        })
    }
}
