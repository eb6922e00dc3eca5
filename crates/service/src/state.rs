//! What all requests share.

use crate::Config;
use crate::budget::Budgets;
use crate::holdings::Holdings;
use crate::listen::seats::Seats;
use crate::listen::tls::Tls;
use crate::partners::Partners;
use crate::pool::Pool;
use crate::problem::Problem;
use crate::watch::Metrics;
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) holdings: ArcSwap<Holdings>,
    pub(crate) budgets: Budgets,
    pub(crate) partners: Partners,
    pub(crate) pool: Pool,
    pub(crate) seats: Arc<Seats>,
    /// None where no TLS is spoken.
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) metrics: Arc<Metrics>,
    /// Set when the service is told to stop: what has begun is finished, and no more should come.
    pub(crate) stopping: AtomicBool,
}

impl Shared {
    /// Why no questions should be sent here, if so. A service without an index does not start, and one with a bad new index
    /// serves the old one, so that only stopping makes it unready, and spending that cannot be saved.
    pub(crate) fn unready(&self) -> Option<Problem> {
        if self.stopping.load(Relaxed) {
            return Some(Problem::Stopping);
        }
        (!self.budgets.is_available(self.budgets.now())).then_some(Problem::BudgetUnavailable)
    }
}
