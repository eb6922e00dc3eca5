//! What is served at one moment: an index an epoch, the ones they superseded, and the ids that are gone.
//!
//! A value of its own that is replaced whole, so that a request sees one moment and never parts of two.

pub(crate) mod answers;
pub(crate) mod reload;
pub(crate) mod served;

use crate::pages::site::Site;
use crate::pages::{Pages, read_site};
use crate::{Budget, Config, Published, ServiceError};
use answers::{Answers, updated};
use exposure_index::Catalogue;
use exposure_protocol::Evaluator;
use served::Served;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Ids of retired indexes that are remembered, to answer 410 and not 404: years of them at an index a week.
const RETIRED_IDS: usize = 256;

/// Everything that a request can ask for.
#[derive(Clone)]
pub(crate) struct Holdings {
    /// The current one first; besides it, perhaps, the one before.
    epochs: Vec<Epoch>,
    superseded: Vec<Superseded>,
    /// Oldest first.
    retired: Vec<String>,
    /// What the operator adds to the pages.
    site: Arc<Site>,
    /// The pages about the current epoch; none where they were not built.
    pages: Option<Arc<Pages>>,
}

/// What is in front under one key. Its key stays; index and catalogue are replaced.
#[derive(Clone)]
pub(crate) struct Epoch {
    pub(crate) served: Arc<Served>,
    pub(crate) answers: Arc<Answers>,
    /// None for an unkeyed index.
    pub(crate) evaluator: Option<Arc<Evaluator>>,
    pub(crate) catalogue: Arc<Catalogue>,
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

impl Epoch {
    /// Opens index and catalogue.
    pub(crate) fn open(published: &Published, config: &Config) -> Result<Self, ServiceError> {
        let served = Served::open(published, config.allow_unkeyed)?;
        let catalogue = Catalogue::read(&published.catalogue)?;
        let key = published.key.as_ref().filter(|_| served.index.header().public_key.is_some());
        Ok(Self {
            answers: Arc::new(Answers::new(&served, &catalogue, &config.budget)),
            served: Arc::new(served),
            evaluator: key.map(|key| Arc::new(Evaluator::new(key))),
            catalogue: Arc::new(catalogue),
        })
    }

    /// The latest `added` date of the leaks that it holds.
    pub(crate) fn updated(&self) -> Option<&str> {
        updated(&self.served, &self.catalogue)
    }

    /// Its number; 0 without a key.
    pub(crate) fn number(&self) -> u32 {
        self.served.index.header().epoch
    }
}

impl Holdings {
    /// Opens what is served from the start.
    pub(crate) fn open(config: &Config) -> Result<Self, ServiceError> {
        let current = Epoch::open(&config.current, config)?;
        let mut epochs = vec![current];
        if let Some(published) = &config.previous {
            let previous = Epoch::open(published, config)?;
            let epoch = previous.number();
            if epoch == epochs[0].number() {
                return Err(ServiceError::SameEpoch { path: published.index.clone(), epoch });
            }
            epochs.push(previous);
        }
        let site = Arc::new(read_site(config.site.as_deref())?);
        let pages = Pages::new(&epochs[0], &site, &config.budget).map(Arc::new);
        Ok(Self { epochs, superseded: Vec::new(), retired: Vec::new(), site, pages })
    }

    /// The pages for people.
    pub(crate) fn pages(&self) -> Option<Arc<Pages>> {
        self.pages.clone()
    }

    /// With what an operator has written anew.
    pub(crate) fn with_site(&self, site: Site, budget: &Budget) -> Self {
        Self { site: Arc::new(site), ..self.clone() }.with_pages(budget)
    }

    /// With pages about what is served now.
    fn with_pages(mut self, budget: &Budget) -> Self {
        self.pages = Pages::new(&self.epochs[0], &self.site, budget).map(Arc::new);
        self
    }

    /// What is served to who does not ask for an epoch.
    pub(crate) fn current(&self) -> &Epoch {
        &self.epochs[0]
    }

    /// The epoch that is asked for, the current one without a number; an error names the current one.
    pub(crate) fn epoch(&self, number: Option<u32>) -> Result<&Epoch, u32> {
        let current = self.current().number();
        let number = number.unwrap_or(current);
        self.epochs.iter().find(|epoch| epoch.number() == number).ok_or(current)
    }

    /// With another index of the epoch at this place, counted from the current one; the index before is served for `grace`
    /// more.
    pub(crate) fn with_index(&self, place: usize, served: Served, budget: &Budget, grace: Duration) -> Self {
        let mut epochs = self.epochs.clone();
        let epoch = &mut epochs[place];
        let before = Superseded { served: Arc::clone(&epoch.served), until: Instant::now() + grace };
        let id = served.index.id();
        let superseded = self.superseded.iter().cloned().chain([before]).filter(|old| old.served.index.id() != id);
        let superseded = superseded.collect();
        let retired = self.retired.iter().filter(|retired| *retired != id).cloned().collect();
        epoch.answers = Arc::new(Answers::new(&served, &epoch.catalogue, budget));
        epoch.served = Arc::new(served);
        Self { epochs, superseded, retired, ..self.clone() }.with_pages(budget)
    }

    /// With another catalogue of the epoch at this place.
    pub(crate) fn with_catalogue(&self, place: usize, catalogue: Catalogue, budget: &Budget) -> Self {
        let mut epochs = self.epochs.clone();
        let epoch = &mut epochs[place];
        epoch.answers = Arc::new(Answers::new(&epoch.served, &catalogue, budget));
        epoch.catalogue = Arc::new(catalogue);
        Self { epochs, ..self.clone() }.with_pages(budget)
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
        if let Some(epoch) = self.epochs.iter().find(|epoch| epoch.served.index.id() == id) {
            Standing::Served(Arc::clone(&epoch.served))
        } else if let Some(old) = superseded {
            if now < old.until { Standing::Served(Arc::clone(&old.served)) } else { Standing::Retired }
        } else if self.retired.iter().any(|retired| retired == id) {
            Standing::Retired
        } else {
            Standing::Unknown
        }
    }
}
