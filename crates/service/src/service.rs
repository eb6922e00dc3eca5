//! The service as its users see it: opened from a configuration, made into a router or served.

use crate::accounts::live::Accounts;
use crate::api::evaluate::Evaluation;
use crate::api::health::Readiness;
use crate::api::pool::Pool;
use crate::config::{Config, ServiceError};
use crate::http::clients::Clients;
use crate::metrics::registry::Metrics;
use crate::net::connections::ConnectionTable;
use crate::net::listener::{self, Endpoint};
use crate::net::socket::Listener;
use crate::net::tls::Tls;
use crate::router;
use crate::site::state::Site;
use crate::snapshot::current::{CurrentSnapshot, Snapshot};
use crate::state::{AppState, Parts};
use crate::throttle::Throttle;
use crate::upkeep::resource::Watched;
use crate::upkeep::{accounts, reload};
use axum::Router;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// How long a superseded index is served. Checks that began before it was replaced end long before
/// that.
const GRACE: Duration = Duration::from_mins(10);

/// Most connections of the admin listener.
const ADMIN_CONNECTIONS: usize = 64;

/// Seconds between two log lines about the exhausted budget of clients without a key.
const EXHAUSTION_LOG_SECONDS: u64 = 60;

/// A service that is ready to answer. Clones share everything.
#[derive(Clone)]
pub struct Service {
    pub(crate) state: AppState,
    watched: Watched,
    poll: Duration,
    grace: Duration,
}

impl Service {
    /// Opens everything, and checks that the configuration makes sense.
    pub fn open(config: Config) -> Result<Self, ServiceError> {
        config.budget.check()?;
        // Read before the files are opened, so that a replacement in between is noticed.
        let watched = Watched::new(&config);
        let Config { current, previous, allow_unkeyed, budget, .. } = &config;
        let snapshot = Snapshot::open(current, previous.as_ref(), *allow_unkeyed, budget)?;
        let site = Arc::new(Site::open(config.site.as_deref(), snapshot.current(), budget)?);
        let tls = config.tls.as_ref().map(Tls::open).transpose()?.map(Arc::new);
        // Last, because it writes: a configuration that is rejected above leaves everything
        // unchanged.
        let (accounts, saved) = Accounts::open(config.partners.as_deref())?;
        let (quotas, clock) = accounts::resume(budget, current.key.clone(), saved, config.partners.is_some());

        let connections = Arc::new(listener::connection_table());
        let snapshot = Arc::new(CurrentSnapshot::from_pointee(snapshot));
        let (quotas, clock, accounts) = (Arc::new(quotas), Arc::new(clock), Arc::new(accounts));
        let metrics = Arc::new(Metrics::new(&connections, watched.labels()));
        let pool = Arc::new(Pool::new());
        let proxies = config.proxies.as_slice().into();
        let clients = Arc::new(Clients { accounts: Arc::clone(&accounts), proxies });
        let readiness = Arc::new(Readiness::new(Arc::clone(&quotas), Arc::clone(&clock)));
        let evaluation = Arc::new(Evaluation {
            snapshot: Arc::clone(&snapshot),
            clients: Arc::clone(&clients),
            quotas: Arc::clone(&quotas),
            clock: Arc::clone(&clock),
            pool: Arc::clone(&pool),
            metrics: Arc::clone(&metrics),
            exhaustion_log: Throttle::new(EXHAUSTION_LOG_SECONDS),
        });
        let state = AppState::new(Parts {
            config,
            snapshot,
            site,
            quotas,
            clock,
            accounts,
            clients,
            pool,
            evaluation,
            connections,
            tls,
            metrics,
            readiness,
        });
        Ok(Self { state, watched, poll: reload::POLL, grace: GRACE })
    }

    /// Changes how long a superseded index is served; the default is ten minutes.
    #[must_use]
    pub fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// Changes how often index, catalogue, certificate and texts are checked for replacement; the
    /// default is once a second.
    #[must_use]
    pub fn poll(self, poll: Duration) -> Self {
        Self { poll, ..self }
    }

    /// The id of the current index.
    pub fn index_id(&self) -> String {
        self.state.snapshot.load().current().served.index.id().to_owned()
    }

    /// The public routes, for another server. It passes the client's address as
    /// `ConnectInfo<SocketAddr>`; clients without one share a quota. Files are not reloaded and
    /// counts not saved: only [`Service::serve`] does that, and with a file of partners nothing is
    /// evaluated once counts have not been saved for a minute.
    pub fn router(&self) -> Router {
        router::public(&self.state)
    }

    /// The routes for operators: `/metrics`, `/healthz`, `/readyz`. For a listener that the public
    /// cannot reach.
    pub fn admin(&self) -> Router {
        router::admin(self.state.clone())
    }

    /// Serves until `shutdown` completes, then finishes requests in flight; from then on it is not
    /// ready. Meanwhile reloads replaced files, and saves counts each second and at the end.
    pub async fn serve(self, listener: Listener, shutdown: impl Future<Output = ()> + Send) {
        let router = self.router();
        let Self { state, watched, poll, grace } = self;
        let reloading = tokio::spawn(reload::watch(state.clone(), watched, poll, grace));
        // A separate task, because verifying a large index takes minutes.
        let syncing = tokio::spawn(accounts::keep_in_sync(state.clone()));
        let shutdown = async {
            shutdown.await;
            state.readiness.stop();
        };
        let endpoint = Endpoint {
            router,
            connections: Arc::clone(&state.connections),
            tls: state.tls.clone(),
            proxies: Arc::clone(&state.clients.proxies),
        };
        listener::serve(endpoint, listener, shutdown).await;
        reloading.abort();
        syncing.abort();
        accounts::save_finally(state).await;
    }

    /// Serves [`Service::admin`] until it is dropped. It outlives [`Service::serve`], so that
    /// operators can watch the last requests end.
    pub async fn serve_admin(self, listener: Listener) {
        // A table of its own, so that no flood of public connections keeps operators out.
        let connections = Arc::new(ConnectionTable::new(ADMIN_CONNECTIONS, ADMIN_CONNECTIONS));
        let endpoint = Endpoint { router: self.admin(), connections, tls: None, proxies: [].into() };
        listener::serve(endpoint, listener, std::future::pending()).await;
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({:?})", self.state.snapshot.load().current().served.index)
    }
}
