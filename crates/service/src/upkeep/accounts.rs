//! Keeps accounts and quotas in step with their file: reads changes, and saves counts each second.

use crate::clock::{self, Clock};
use crate::quota::budget::Budget;
use crate::quota::quotas::Quotas;
use crate::quota::saved::Saved;
use crate::state::AppState;
use crate::upkeep::last_failure::LastFailure;
use exposure_protocol::SecretKey;
use std::time::Duration;
use tokio::task;
use tokio::time::{MissedTickBehavior, interval};

/// How often the file is read and counts are saved; a crash loses at most as much.
const INTERVAL: Duration = Duration::from_secs(1);

/// Quotas that continue from saved counts, and the clock that they are counted by.
pub(crate) fn resume(
    budget: &Budget,
    secret: Option<SecretKey>,
    saved: Option<Saved>,
    is_saved: bool,
) -> (Quotas, Clock) {
    let system = clock::system().as_secs();
    let saved = saved.filter(|saved| {
        let is_plausible = saved.is_plausible(system);
        if !is_plausible {
            tracing::warn!("the saved counts are from the future and are discarded; check the system's clock");
        }
        is_plausible
    });
    let clock = Clock::not_before(saved.as_ref().map_or(0, Saved::latest));
    (Quotas::new(budget, secret, saved, is_saved, clock.now()), clock)
}

/// Syncs each second until it is aborted.
pub(crate) async fn keep_in_sync(state: AppState) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = LastFailure::default();
    loop {
        ticks.tick().await;
        match sync(state.clone()).await {
            Ok(()) if last.clear() => tracing::info!("partners can be read and counts saved again"),
            Err(failure) if last.is_new(&failure) => tracing::error!("cannot save counts: {failure}"),
            _ => {}
        }
    }
}

/// Saves once more, when the service stops.
pub(crate) async fn save_finally(state: AppState) {
    if let Err(failure) = sync(state).await {
        tracing::error!("cannot save counts: {failure}");
    }
}

/// Syncs once, on a thread that may block.
async fn sync(state: AppState) -> Result<(), String> {
    let synced = task::spawn_blocking(move || state.accounts.sync(&state.quotas, state.clock.now()));
    match synced.await {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("the task panicked".to_owned()),
    }
}

#[cfg(test)]
mod tests;
