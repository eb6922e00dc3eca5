//! The service as its users hold it: opened from a configuration, made into a router or served.

use crate::budget::Budgets;
use crate::holdings::Holdings;
use crate::holdings::reload;
use crate::holdings::reload::Stamps;
use crate::holdings::served::Served;
use crate::pool::Pool;
use crate::state::{Shared, read_catalogue};
use crate::watch::Metrics;
use crate::{Config, ServiceError, admin, listen, routes};
use arc_swap::ArcSwap;
use axum::Router;
use exposure_protocol::Evaluator;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::net::TcpListener;

/// How long a superseded index is served on: a check that began before it was replaced has long ended by then.
const GRACE: Duration = Duration::from_mins(10);

/// A service that is ready to answer. Clones share everything.
#[derive(Clone)]
pub struct Service {
    pub(crate) shared: Arc<Shared>,
    opened: Stamps,
    grace: Duration,
}

impl Service {
    /// Opens index and catalogue and checks that key and budgets make sense.
    pub fn open(config: Config) -> Result<Self, ServiceError> {
        config.budget.check()?;
        let opened = Stamps::of(&config);
        let served = Served::open(&config)?;
        let catalogue = read_catalogue(&config)?;
        let shared = Shared {
            holdings: ArcSwap::from_pointee(Holdings::new(served, catalogue, &config.budget)),
            budgets: Budgets::new(&config.budget),
            pool: Pool::new(),
            evaluator: config.key.as_ref().map(|key| Arc::new(Evaluator::new(key))),
            metrics: Arc::new(Metrics::new()),
            stopping: AtomicBool::new(false),
            config,
        };
        Ok(Self { shared: Arc::new(shared), opened, grace: GRACE })
    }

    /// Changes how long a superseded index is served on, from ten minutes.
    #[must_use]
    pub fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// The id of the index in front.
    pub fn index_id(&self) -> String {
        self.shared.holdings.load().current.index.id().to_owned()
    }

    /// The routes, for a server of one's own. It passes on the caller's address as `ConnectInfo<SocketAddr>`; callers
    /// without one share a budget. Nothing is reloaded: [`Service::serve`] does that.
    pub fn router(&self) -> Router {
        routes::router(Arc::clone(&self.shared))
    }

    /// What operators ask and nobody else may: `/metrics`, `/healthz`, `/readyz`. For a listener that the public does
    /// not reach.
    pub fn admin(&self) -> Router {
        admin::router(Arc::clone(&self.shared))
    }

    /// Serves until `shutdown` is done, then finishes what has begun; from then on it is not ready. Watches index and
    /// catalogue meanwhile.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send) {
        let upkeep = tokio::spawn(reload::keep_up(Arc::clone(&self.shared), self.opened, self.grace));
        let told = async {
            shutdown.await;
            self.shared.stopping.store(true, Relaxed);
        };
        listen::serve(self.router(), listener, told).await;
        upkeep.abort();
    }

    /// Serves [`Service::admin`] until it is dropped: longer than [`Service::serve`], so that it can be asked how the
    /// last requests end.
    pub async fn serve_admin(self, listener: TcpListener) {
        listen::serve(self.admin(), listener, std::future::pending()).await;
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({:?})", self.shared.holdings.load().current.index)
    }
}
