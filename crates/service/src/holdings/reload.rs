//! Notices when indexes, catalogues, the certificate or the operator's texts are replaced, and swaps them while requests go on.
//!
//! Polls: it works on every file system and through every way of replacing a file, and a second is soon enough. A file
//! that cannot be served is refused once, with a line in the log, and what was served before is served on.

use super::served::Served;
use crate::pages::read_site;
use crate::state::Shared;
use crate::{Config, Published, ServiceError};
use exposure_index::{Catalogue, IndexError};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task;
use tokio::time::{MissedTickBehavior, interval};

/// How often to look, unless told otherwise.
pub(crate) const POLL: Duration = Duration::from_secs(1);

/// Something that is replaced while it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The index of the epoch at this place, counted from the current one.
    Index(usize),
    /// Its catalogue.
    Catalogue(usize),
    /// The certificate and its key.
    Certificate,
    /// What the operator adds to the pages.
    Site,
}

impl Part {
    /// Its name, the same for all epochs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Index(_) => "index",
            Self::Catalogue(_) => "catalogue",
            Self::Certificate => "certificate",
            Self::Site => "site",
        }
    }

    /// A name that no other part has, for metrics.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Index(0) => "index",
            Self::Index(_) => "previous-index",
            Self::Catalogue(0) => "catalogue",
            Self::Catalogue(_) => "previous-catalogue",
            Self::Certificate => "certificate",
            Self::Site => "site",
        }
    }
}

/// The watched parts, and what the files of each looked like just before they were opened.
#[derive(Clone)]
pub(crate) struct Watched(Vec<(Part, Vec<PathBuf>, Vec<Stamp>)>);

/// What a replaced file differs in: device, inode, seconds and nanoseconds of its change, size. None without a file.
type Stamp = Option<(u64, u64, i64, i64, u64)>;

impl Watched {
    /// Everything that this configuration names.
    pub(crate) fn of(config: &Config) -> Self {
        let epochs = std::iter::once(&config.current).chain(&config.previous).enumerate();
        let published = epochs.flat_map(|(place, Published { index, catalogue, .. })| {
            [(Part::Index(place), vec![index.clone()]), (Part::Catalogue(place), vec![catalogue.clone()])]
        });
        let tls =
            config.tls.iter().map(|files| (Part::Certificate, vec![files.certificate.clone(), files.key.clone()]));
        let site = config.site.iter().map(|folder| (Part::Site, vec![folder.clone()]));
        let stamped = published.chain(tls).chain(site).map(|(part, files)| {
            let stamps = stamps(&files);
            (part, files, stamps)
        });
        Self(stamped.collect())
    }

    /// All of them.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> {
        self.0.iter().map(|(part, ..)| *part)
    }
}

/// Watches the files, lets go of superseded indexes. Runs until it is aborted.
pub(crate) async fn keep_up(shared: Arc<Shared>, mut watched: Watched, poll: Duration, grace: Duration) {
    let mut ticks = interval(poll);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut said = String::new();
    loop {
        ticks.tick().await;
        for (part, files, seen) in &mut watched.0 {
            // Taken before the files are opened, so that what replaces them meanwhile is noticed in the next round.
            let now = stamps(files);
            if now == *seen {
                continue;
            }
            let outcome = reload(&shared, *part, grace).await;
            // What the system refuses, for want of files or memory perhaps, is tried again: a source that was withdrawn
            // must not be served on because of a crowd at the door.
            if !matches!(outcome, Err(ServiceError::Index { error: IndexError::Io(_), .. })) {
                *seen = now;
            }
            report(&shared, *part, outcome, &mut said);
        }
        if let Some(holdings) = shared.holdings.load().without_expired() {
            shared.holdings.store(Arc::new(holdings));
        }
    }
}

async fn reload(shared: &Arc<Shared>, part: Part, grace: Duration) -> Result<(), ServiceError> {
    match part {
        Part::Index(place) => reload_index(shared, place, grace).await,
        Part::Catalogue(place) => reload_catalogue(shared, place),
        Part::Certificate => shared.tls.as_ref().map_or(Ok(()), |tls| tls.reload()),
        Part::Site => reload_site(shared),
    }
}

/// Counts an outcome, and logs it unless it is the failure that was logged last.
fn report(shared: &Shared, part: Part, outcome: Result<(), ServiceError>, said: &mut String) {
    let what = part.name();
    shared.metrics.reloaded(part.label(), outcome.is_ok());
    let failure = match outcome {
        Ok(()) => {
            tracing::info!("serving the new {what}");
            String::new()
        }
        Err(error) => format!("the new {what} is refused, and the old one served on: {error}"),
    };
    if !failure.is_empty() && failure != *said {
        tracing::error!("{failure}");
    }
    *said = failure;
}

/// Opens the new index, reads all of it, and puts it in front.
async fn reload_index(shared: &Arc<Shared>, place: usize, grace: Duration) -> Result<(), ServiceError> {
    let on_thread = Arc::clone(shared);
    let opened = task::spawn_blocking(move || {
        let published = published(&on_thread.config, place);
        let served = Served::open(published, on_thread.config.allow_unkeyed)?;
        let verified = served.index.verify();
        verified.map_err(|error| ServiceError::Index { path: published.index.clone(), error })?;
        Ok(served)
    });
    let served = opened.await.unwrap_or_else(|_| {
        let error = IndexError::Damaged("the program failed on it");
        Err(ServiceError::Index { path: published(&shared.config, place).index.clone(), error })
    })?;
    let holdings = shared.holdings.load().with_index(place, served, &shared.config.budget, grace);
    shared.holdings.store(Arc::new(holdings));
    Ok(())
}

fn reload_catalogue(shared: &Shared, place: usize) -> Result<(), ServiceError> {
    let catalogue = Catalogue::read(&published(&shared.config, place).catalogue)?;
    let holdings = shared.holdings.load().with_catalogue(place, catalogue, &shared.config.budget);
    shared.holdings.store(Arc::new(holdings));
    Ok(())
}

fn reload_site(shared: &Shared) -> Result<(), ServiceError> {
    let site = read_site(shared.config.site.as_deref())?;
    let holdings = shared.holdings.load().with_site(site, &shared.config.budget);
    shared.holdings.store(Arc::new(holdings));
    Ok(())
}

fn published(config: &Config, place: usize) -> &Published {
    if place == 0 { &config.current } else { config.previous.as_ref().expect("only what is configured is watched") }
}

/// Of files, and of folders with all that is in them.
fn stamps(files: &[PathBuf]) -> Vec<Stamp> {
    let in_folder = |file: &PathBuf| {
        let mut inside: Vec<_> = fs::read_dir(file).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        inside.sort();
        inside
    };
    files
        .iter()
        .flat_map(|file| std::iter::once(file.clone()).chain(in_folder(file)))
        .map(|file| stamp(&file))
        .collect()
}

fn stamp(path: &Path) -> Stamp {
    let data = fs::metadata(path).ok()?;
    Some((data.dev(), data.ino(), data.mtime(), data.mtime_nsec(), data.len()))
}
