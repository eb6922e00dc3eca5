//! A snapshot: the served epochs, the superseded indexes that are still served, and the ids of
//! retired ones.

use crate::quota::budget::Budget;
use crate::snapshot::answers::{Answers, updated};
use crate::snapshot::error::SnapshotError;
use crate::snapshot::published::Published;
use crate::snapshot::served::ServedIndex;
use arc_swap::ArcSwap;
use exposure_index::Catalogue;
use exposure_protocol::Evaluator;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most ids of retired indexes that are remembered, to answer 410 instead of 404: years of them at
/// an index a week.
const RETIRED_IDS: usize = 256;

/// The snapshot that requests see now.
pub(crate) type CurrentSnapshot = ArcSwap<Snapshot>;

/// Everything that a request can ask for.
#[derive(Clone)]
pub(crate) struct Snapshot {
    /// The current epoch first, then the previous one if it is served too.
    epochs: Vec<Epoch>,
    superseded: Vec<Superseded>,
    /// Oldest first.
    retired: Vec<String>,
}

/// An index, its catalogue and its key. The key stays; index and catalogue are replaced.
#[derive(Clone)]
pub(crate) struct Epoch {
    pub(crate) served: Arc<ServedIndex>,
    pub(crate) answers: Arc<Answers>,
    /// `None` for an unkeyed index.
    pub(crate) evaluator: Option<Arc<Evaluator>>,
    pub(crate) catalogue: Arc<Catalogue>,
}

/// A replaced index, served on for clients that began before it was replaced.
#[derive(Clone)]
struct Superseded {
    served: Arc<ServedIndex>,
    until: Instant,
}

/// What is known about an index id.
pub(crate) enum IndexLookup {
    Served(Arc<ServedIndex>),
    Retired,
    Unknown,
}

impl Epoch {
    /// Opens index and catalogue.
    fn open(published: &Published, allow_unkeyed: bool, budget: &Budget) -> Result<Self, SnapshotError> {
        let served = ServedIndex::open(published, allow_unkeyed)?;
        let catalogue = Catalogue::read(&published.catalogue)?;
        let key = published.key.as_ref().filter(|_| served.index.header().public_key.is_some());
        Ok(Self {
            answers: Arc::new(Answers::new(&served, &catalogue, budget)),
            served: Arc::new(served),
            evaluator: key.map(|key| Arc::new(Evaluator::new(key))),
            catalogue: Arc::new(catalogue),
        })
    }

    /// The latest `added` date of its sources.
    pub(crate) fn updated(&self) -> Option<&str> {
        updated(&self.served, &self.catalogue)
    }

    /// Its number; 0 without a key.
    pub(crate) fn number(&self) -> u32 {
        self.served.index.header().epoch
    }
}

impl Snapshot {
    /// Opens the current epoch and, if given, the previous one.
    pub(crate) fn open(
        current: &Published,
        previous: Option<&Published>,
        allow_unkeyed: bool,
        budget: &Budget,
    ) -> Result<Self, SnapshotError> {
        let mut epochs = vec![Epoch::open(current, allow_unkeyed, budget)?];
        if let Some(published) = previous {
            let previous = Epoch::open(published, allow_unkeyed, budget)?;
            let epoch = previous.number();
            if epoch == epochs[0].number() {
                return Err(SnapshotError::SameEpoch { path: published.index.clone(), epoch });
            }
            epochs.push(previous);
        }
        Ok(Self { epochs, superseded: Vec::new(), retired: Vec::new() })
    }

    /// The epoch for requests that name none.
    pub(crate) fn current(&self) -> &Epoch {
        &self.epochs[0]
    }

    /// The epoch with this number, or the current one without a number. An unknown number returns
    /// the current one as the error.
    pub(crate) fn epoch(&self, number: Option<u32>) -> Result<&Epoch, u32> {
        let current = self.current().number();
        let number = number.unwrap_or(current);
        self.epochs.iter().find(|epoch| epoch.number() == number).ok_or(current)
    }

    /// Replaces the index of an epoch, counted from the current one. The previous index is served
    /// for `grace` more.
    pub(crate) fn with_index(&self, position: usize, served: ServedIndex, budget: &Budget, grace: Duration) -> Self {
        let mut epochs = self.epochs.clone();
        let epoch = &mut epochs[position];
        let previous = Superseded { served: Arc::clone(&epoch.served), until: Instant::now() + grace };
        let id = served.index.id();
        let superseded = self.superseded.iter().cloned().chain([previous]).filter(|old| old.served.index.id() != id);
        let superseded = superseded.collect();
        let retired = self.retired.iter().filter(|retired| *retired != id).cloned().collect();
        epoch.answers = Arc::new(Answers::new(&served, &epoch.catalogue, budget));
        epoch.served = Arc::new(served);
        Self { epochs, superseded, retired }
    }

    /// Replaces the catalogue of an epoch, counted from the current one.
    pub(crate) fn with_catalogue(&self, position: usize, catalogue: Catalogue, budget: &Budget) -> Self {
        let mut epochs = self.epochs.clone();
        let epoch = &mut epochs[position];
        epoch.answers = Arc::new(Answers::new(&epoch.served, &catalogue, budget));
        epoch.catalogue = Arc::new(catalogue);
        Self { epochs, ..self.clone() }
    }

    /// Retires the superseded indexes whose time is over; `None` if there are none. A file is
    /// closed when the last request for it ends.
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

    /// Looks up an index id.
    pub(crate) fn find(&self, id: &str) -> IndexLookup {
        let now = Instant::now();
        let superseded = self.superseded.iter().find(|old| old.served.index.id() == id);
        if let Some(epoch) = self.epochs.iter().find(|epoch| epoch.served.index.id() == id) {
            IndexLookup::Served(Arc::clone(&epoch.served))
        } else if let Some(old) = superseded {
            if now < old.until { IndexLookup::Served(Arc::clone(&old.served)) } else { IndexLookup::Retired }
        } else if self.retired.iter().any(|retired| retired == id) {
            IndexLookup::Retired
        } else {
            IndexLookup::Unknown
        }
    }
}
