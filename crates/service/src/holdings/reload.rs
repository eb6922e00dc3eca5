//! Notices when index or catalogue are replaced, and swaps them while requests go on.
//!
//! Polls: it works on every file system and through every way of replacing a file, and a second is soon enough. A file
//! that cannot be served is refused once, with a line in the log, and what was served before is served on.

use crate::holdings::served::Served;
use crate::state::{Shared, read_catalogue};
use crate::{Config, ServiceError};
use exposure_index::IndexError;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task;
use tokio::time::{MissedTickBehavior, interval};

const POLL: Duration = Duration::from_secs(1);

/// What the watched files looked like just before they were opened.
#[derive(Clone, Copy)]
pub(crate) struct Stamps {
    index: Stamp,
    catalogue: Stamp,
}

/// What a replaced file differs in: device, inode, seconds and nanoseconds of its change, size. None without a file.
type Stamp = Option<(u64, u64, i64, i64, u64)>;

impl Stamps {
    pub(crate) fn of(config: &Config) -> Self {
        Self { index: stamp(&config.index), catalogue: stamp(&config.catalogue) }
    }
}

/// Watches the files, lets go of superseded indexes. Runs until it is aborted.
pub(crate) async fn keep_up(shared: Arc<Shared>, mut seen: Stamps, grace: Duration) {
    let mut ticks = interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut said = String::new();
    loop {
        ticks.tick().await;
        // Taken before the files are opened, so that what replaces them meanwhile is noticed in the next round.
        let now = Stamps::of(&shared.config);
        if now.index != seen.index {
            let outcome = reload_index(&shared, grace).await;
            // What the system refuses, for want of files or memory perhaps, is tried again: a source that was withdrawn
            // must not be served on because of a crowd at the door.
            if !matches!(outcome, Err(ServiceError::Index { error: IndexError::Io(_), .. })) {
                seen.index = now.index;
            }
            report("index", outcome, &mut said);
        }
        if now.catalogue != seen.catalogue {
            seen.catalogue = now.catalogue;
            report("catalogue", reload_catalogue(&shared), &mut said);
        }
        if let Some(holdings) = shared.holdings.load().without_expired() {
            shared.holdings.store(Arc::new(holdings));
        }
    }
}

/// Logs an outcome, unless it is the failure that was logged last.
fn report(what: &str, outcome: Result<(), ServiceError>, said: &mut String) {
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
async fn reload_index(shared: &Arc<Shared>, grace: Duration) -> Result<(), ServiceError> {
    let on_thread = Arc::clone(shared);
    let opened = task::spawn_blocking(move || {
        let served = Served::open(&on_thread.config)?;
        let verified = served.index.verify();
        verified.map_err(|error| ServiceError::Index { path: on_thread.config.index.clone(), error })?;
        Ok(served)
    });
    let served = opened.await.unwrap_or_else(|_| {
        let error = IndexError::Damaged("the program failed on it");
        Err(ServiceError::Index { path: shared.config.index.clone(), error })
    })?;
    let holdings = shared.holdings.load().with_index(served, &shared.config.budget, grace);
    shared.holdings.store(Arc::new(holdings));
    Ok(())
}

fn reload_catalogue(shared: &Shared) -> Result<(), ServiceError> {
    let catalogue = read_catalogue(&shared.config)?;
    let holdings = shared.holdings.load().with_catalogue(catalogue, &shared.config.budget);
    shared.holdings.store(Arc::new(holdings));
    Ok(())
}

fn stamp(path: &Path) -> Stamp {
    let data = fs::metadata(path).ok()?;
    Some((data.dev(), data.ino(), data.mtime(), data.mtime_nsec(), data.len()))
}
