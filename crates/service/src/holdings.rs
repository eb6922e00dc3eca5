//! What is served at one moment: the current index, the ones it superseded, and the ids that are gone.
//!
//! A value of its own that is replaced whole, so that a request sees one moment and never parts of two.

pub(crate) mod answers;
pub(crate) mod reload;
pub(crate) mod served;

use crate::Budget;
use crate::holdings::answers::Answers;
use crate::holdings::served::Served;
use exposure_index::Catalogue;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Ids of retired indexes that are remembered, to answer 410 and not 404: years of them at an index a week.
const RETIRED_IDS: usize = 256;

/// Everything that a request can ask for.
#[derive(Clone)]
pub(crate) struct Holdings {
    pub(crate) current: Arc<Served>,
    pub(crate) answers: Arc<Answers>,
    catalogue: Arc<Catalogue>,
    superseded: Vec<Superseded>,
    /// Oldest first.
    retired: Vec<String>,
}

/// Still served, for who began before it was replaced.
#[derive(Clone)]
struct Superseded {
    served: Arc<Served>,
    until: Instant,
}

/// Where an id stands.
pub(crate) enum Standing {
    Served(Arc<Served>),
    Retired,
    Unknown,
}

impl Holdings {
    /// What is served from the start.
    pub(crate) fn new(current: Served, catalogue: Catalogue, budget: &Budget) -> Self {
        let answers = Arc::new(Answers::new(&current, &catalogue, budget));
        let (current, catalogue) = (Arc::new(current), Arc::new(catalogue));
        Self { current, answers, catalogue, superseded: Vec::new(), retired: Vec::new() }
    }

    /// With another index in front; the one before is served for `grace` more.
    pub(crate) fn with_index(&self, current: Served, budget: &Budget, grace: Duration) -> Self {
        let before = Superseded { served: Arc::clone(&self.current), until: Instant::now() + grace };
        let id = current.index.id();
        let superseded = self.superseded.iter().cloned().chain([before]).filter(|old| old.served.index.id() != id);
        Self {
            superseded: superseded.collect(),
            retired: self.retired.iter().filter(|retired| *retired != id).cloned().collect(),
            answers: Arc::new(Answers::new(&current, &self.catalogue, budget)),
            current: Arc::new(current),
            ..self.clone()
        }
    }

    /// With another catalogue.
    pub(crate) fn with_catalogue(&self, catalogue: Catalogue, budget: &Budget) -> Self {
        let answers = Arc::new(Answers::new(&self.current, &catalogue, budget));
        Self { answers, catalogue: Arc::new(catalogue), ..self.clone() }
    }

    /// Without the superseded indexes whose time is over; none if there are none. Their files are let go when the last
    /// request for them is done.
    pub(crate) fn without_expired(&self) -> Option<Self> {
        let now = Instant::now();
        let (superseded, expired): (Vec<_>, Vec<_>) = self.superseded.iter().cloned().partition(|old| now < old.until);
        if expired.is_empty() {
            return None;
        }
        let mut retired = self.retired.clone();
        retired.extend(expired.iter().map(|old| old.served.index.id().to_owned()));
        retired.drain(..retired.len().saturating_sub(RETIRED_IDS));
        Some(Self { superseded, retired, ..self.clone() })
    }

    /// Where this id stands.
    pub(crate) fn find(&self, id: &str) -> Standing {
        let now = Instant::now();
        let superseded = self.superseded.iter().find(|old| old.served.index.id() == id);
        if self.current.index.id() == id {
            Standing::Served(Arc::clone(&self.current))
        } else if let Some(old) = superseded {
            if now < old.until { Standing::Served(Arc::clone(&old.served)) } else { Standing::Retired }
        } else if self.retired.iter().any(|retired| retired == id) {
            Standing::Retired
        } else {
            Standing::Unknown
        }
    }
}
