//! Reloads indexes, catalogues, the certificate and the operator's texts when they are replaced,
//! while requests continue.
//!
//! Polls, because that works on every file system and for every way of replacing a file, and a
//! second is soon enough. A file that cannot be used is rejected once, with a line in the log, and
//! the previous one stays in use.

use crate::config::{Config, ServiceError};
use crate::snapshot::current::Snapshot;
use crate::snapshot::error::SnapshotError;
use crate::snapshot::published::Published;
use crate::snapshot::served::ServedIndex;
use crate::state::AppState;
use crate::upkeep::last_failure::LastFailure;
use crate::upkeep::resource::{Resource, Watched};
use exposure_index::{Catalogue, IndexError};
use std::sync::Arc;
use std::time::Duration;
use tokio::task;
use tokio::time::{MissedTickBehavior, interval};

/// The default polling interval.
pub(crate) const POLL: Duration = Duration::from_secs(1);

/// Watches the files, and retires superseded indexes. Runs until it is aborted.
pub(crate) async fn watch(state: AppState, mut watched: Watched, poll: Duration, grace: Duration) {
    let mut ticks = interval(poll);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = LastFailure::default();
    loop {
        ticks.tick().await;
        for watched in &mut watched.0 {
            // Read before the files are opened, so that another replacement in between is noticed
            // next time.
            let Some(stamps) = watched.changed() else { continue };
            let outcome = reload(&state, watched.resource, grace).await;
            // After an error of the system, such as too few file descriptors or too little memory,
            // the index is tried again: a withdrawn source must not stay in use because of a burst
            // of connections.
            if !matches!(outcome, Err(ServiceError::Snapshot(SnapshotError::Index { error: IndexError::Io(_), .. }))) {
                watched.set_seen(stamps);
            }
            report(&state, watched.resource, outcome, &mut last);
        }
        if let Some(snapshot) = state.snapshot.load().without_expired() {
            state.snapshot.store(Arc::new(snapshot));
        }
    }
}

async fn reload(state: &AppState, resource: Resource, grace: Duration) -> Result<(), ServiceError> {
    match resource {
        Resource::Index(position) => Ok(reload_index(state, position, grace).await?),
        Resource::Catalogue(position) => Ok(reload_catalogue(state, position)?),
        Resource::Certificate => Ok(state.tls.as_ref().map_or(Ok(()), |tls| tls.reload())?),
        Resource::Site => {
            let Config { site, budget, .. } = &state.config;
            Ok(state.site.reload(site.as_deref(), state.snapshot.load().current(), budget)?)
        }
    }
}

/// Counts an outcome, and logs it unless it is the same failure as the last one.
fn report(state: &AppState, resource: Resource, outcome: Result<(), ServiceError>, last: &mut LastFailure) {
    let name = resource.name();
    state.metrics.reloaded(resource.label(), outcome.is_ok());
    match outcome {
        Ok(()) => {
            tracing::info!("serving the new {name}");
            last.clear();
        }
        Err(error) => {
            let failure = format!("the new {name} is rejected, and the previous one stays in use: {error}");
            if last.is_new(&failure) {
                tracing::error!("{failure}");
            }
        }
    }
}

/// Opens the new index, verifies all of it, and serves it.
async fn reload_index(state: &AppState, position: usize, grace: Duration) -> Result<(), SnapshotError> {
    let on_thread = state.clone();
    let opened = task::spawn_blocking(move || {
        let published = published(&on_thread.config, position);
        let served = ServedIndex::open(published, on_thread.config.allow_unkeyed)?;
        let verified = served.index.verify();
        verified.map_err(|error| SnapshotError::Index { path: published.index.clone(), error })?;
        Ok(served)
    });
    let served = opened.await.unwrap_or_else(|_| {
        let error = IndexError::Damaged("the program panicked while reading it");
        Err(SnapshotError::Index { path: published(&state.config, position).index.clone(), error })
    })?;
    replace(state, |snapshot| snapshot.with_index(position, served, &state.config.budget, grace));
    Ok(())
}

fn reload_catalogue(state: &AppState, position: usize) -> Result<(), SnapshotError> {
    let catalogue = Catalogue::read(&published(&state.config, position).catalogue)?;
    replace(state, |snapshot| snapshot.with_catalogue(position, catalogue, &state.config.budget));
    Ok(())
}

/// Replaces the snapshot, and the pages about it.
fn replace(state: &AppState, change: impl FnOnce(&Snapshot) -> Snapshot) {
    let snapshot = Arc::new(change(&state.snapshot.load()));
    state.site.update(snapshot.current(), &state.config.budget);
    state.snapshot.store(snapshot);
}

fn published(config: &Config, position: usize) -> &Published {
    if position == 0 { &config.current } else { config.previous.as_ref().expect("only configured epochs are watched") }
}
