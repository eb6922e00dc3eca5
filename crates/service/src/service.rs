//! The service as its users hold it: opened from a configuration, made into a router or served.

use crate::budget::Budgets;
use crate::holdings::Holdings;
use crate::holdings::reload;
use crate::holdings::reload::Watched;
use crate::listen::Door;
use crate::listen::seats::Seats;
use crate::listen::socket::Listener;
use crate::listen::tls::Tls;
use crate::partners::{self, Partners};
use crate::pool::Pool;
use crate::state::Shared;
use crate::watch::Metrics;
use crate::{Config, ServiceError, admin, listen, routes};
use arc_swap::ArcSwap;
use axum::Router;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// How long a superseded index is served on: a check that began before it was replaced has long ended by then.
const GRACE: Duration = Duration::from_mins(10);

/// Most connections of operators.
const OPERATORS: usize = 64;

/// A service that is ready to answer. Clones share everything.
#[derive(Clone)]
pub struct Service {
    pub(crate) shared: Arc<Shared>,
    opened: Watched,
    poll: Duration,
    grace: Duration,
}

impl Service {
    /// Opens index and catalogue and checks that key and budgets make sense.
    pub fn open(config: Config) -> Result<Self, ServiceError> {
        config.budget.check()?;
        let opened = Watched::of(&config);
        let seats = Arc::new(listen::seats());
        // Before anything is written: what cannot be served leaves everything as it was.
        let holdings = Holdings::open(&config)?;
        let tls = config.tls.as_ref().map(Tls::open).transpose()?.map(Arc::new);
        let (partners, saved) = Partners::open(config.partners.as_deref())?;
        let shared = Shared {
            holdings: ArcSwap::from_pointee(holdings),
            budgets: Budgets::new(&config.budget, config.current.key.clone(), saved, config.partners.is_some()),
            partners,
            pool: Pool::new(),
            tls,
            metrics: Arc::new(Metrics::new(&seats, opened.parts())),
            seats,
            stopping: AtomicBool::new(false),
            config,
        };
        Ok(Self { shared: Arc::new(shared), opened, poll: reload::POLL, grace: GRACE })
    }

    /// Changes how long a superseded index is served on, from ten minutes.
    #[must_use]
    pub fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// Changes how often index, catalogue and certificate are looked at, from once a second.
    #[must_use]
    pub fn poll(self, poll: Duration) -> Self {
        Self { poll, ..self }
    }

    /// The id of the index in front.
    pub fn index_id(&self) -> String {
        self.shared.holdings.load().current().served.index.id().to_owned()
    }

    /// What tests change the time of.
    #[cfg(test)]
    pub(crate) fn budgets(&self) -> &Budgets {
        &self.shared.budgets
    }

    /// The routes, for a server of one's own. It passes on the caller's address as `ConnectInfo<SocketAddr>`; callers
    /// without one share a budget. Nothing is reloaded and nothing spent is saved: [`Service::serve`] does that, and a
    /// service with a file of partners evaluates nothing when a minute has not been saved.
    pub fn router(&self) -> Router {
        routes::router(&self.shared)
    }

    /// What operators ask and nobody else may: `/metrics`, `/healthz`, `/readyz`. For a listener that the public does
    /// not reach.
    pub fn admin(&self) -> Router {
        admin::router(Arc::clone(&self.shared))
    }

    /// Serves until `shutdown` is done, then finishes what has begun; from then on it is not ready. Watches index,
    /// catalogue, certificate and partners meanwhile, and saves what is spent each second and at the end.
    pub async fn serve(self, listener: Listener, shutdown: impl Future<Output = ()> + Send) {
        let router = self.router();
        let Self { shared, opened, poll, grace } = self;
        let upkeep = tokio::spawn(reload::keep_up(Arc::clone(&shared), opened, poll, grace));
        // Apart from the other, which may be busy with a large index for minutes.
        let accounts = tokio::spawn(partners::keep_up(Arc::clone(&shared)));
        let told = async {
            shutdown.await;
            shared.stopping.store(true, Relaxed);
        };
        let (seats, tls, proxies) = (Arc::clone(&shared.seats), shared.tls.clone(), shared.config.proxies.clone());
        listen::serve(Door { router, seats, tls, proxies }, listener, told).await;
        upkeep.abort();
        accounts.abort();
        partners::round(shared).await;
    }

    /// Serves [`Service::admin`] until it is dropped: longer than [`Service::serve`], so that it can be asked how the
    /// last requests end.
    pub async fn serve_admin(self, listener: Listener) {
        // Seats of their own: no flood of the public keeps operators out.
        let seats = Arc::new(Seats::new(OPERATORS, OPERATORS));
        let door = Door { router: self.admin(), seats, tls: None, proxies: Vec::new() };
        listen::serve(door, listener, std::future::pending()).await;
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({:?})", self.shared.holdings.load().current().served.index)
    }
}
