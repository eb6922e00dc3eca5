//! App state: everything that requests and background tasks share. Handlers take the parts they
//! need.

use crate::accounts::live::Accounts;
use crate::api::evaluate::Evaluation;
use crate::api::health::Readiness;
use crate::api::pool::Pool;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::clients::Clients;
use crate::metrics::registry::Metrics;
use crate::net::connections::ConnectionTable;
use crate::net::tls::Tls;
use crate::quota::quotas::Quotas;
use crate::site::state::Site;
use crate::snapshot::current::CurrentSnapshot;
use axum::extract::FromRef;
use std::ops::Deref;
use std::sync::Arc;

/// App state. Clones share everything.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Parts>);

/// The parts of the app state.
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) snapshot: Arc<CurrentSnapshot>,
    pub(crate) site: Arc<Site>,
    pub(crate) quotas: Arc<Quotas>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) clients: Arc<Clients>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) evaluation: Arc<Evaluation>,
    pub(crate) connections: Arc<ConnectionTable>,
    /// `None` without TLS.
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) readiness: Arc<Readiness>,
}

impl AppState {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Lets handlers take a part by its type.
macro_rules! substates {
    ($($part:ident: $type:ty;)*) => {
        $(impl FromRef<AppState> for Arc<$type> {
            fn from_ref(state: &AppState) -> Self {
                Arc::clone(&state.$part)
            }
        })*
    };
}

substates! {
    snapshot: CurrentSnapshot;
    site: Site;
    quotas: Quotas;
    clock: Clock;
    clients: Clients;
    pool: Pool;
    evaluation: Evaluation;
    metrics: Metrics;
    readiness: Readiness;
}
