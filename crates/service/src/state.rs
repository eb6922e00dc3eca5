//! What all requests share.

use crate::Config;
use crate::budget::Budgets;
use crate::holdings::Holdings;
use crate::listen::seats::Seats;
use crate::listen::tls::Tls;
use crate::pool::Pool;
use arc_swap::ArcSwap;
use std::sync::Arc;

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) holdings: ArcSwap<Holdings>,
    pub(crate) budgets: Budgets,
    pub(crate) pool: Pool,
    pub(crate) seats: Arc<Seats>,
    /// None where no TLS is spoken.
    pub(crate) tls: Option<Tls>,
}
