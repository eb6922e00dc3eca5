//! The service as its users hold it: opened from a configuration, made into a router or served.

use crate::budget::Budgets;
use crate::holdings::Holdings;
use crate::holdings::reload;
use crate::holdings::reload::Stamps;
use crate::holdings::served::Served;
use crate::partners::{self, Partners};
use crate::pool::Pool;
use crate::state::{Shared, read_catalogue};
use crate::{Config, ServiceError, listen, routes};
use arc_swap::ArcSwap;
use axum::Router;
use exposure_protocol::Evaluator;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long a superseded index is served on: a check that began before it was replaced has long ended by then.
const GRACE: Duration = Duration::from_mins(10);

/// A service that is ready to answer. Clones share everything.
#[derive(Clone)]
pub struct Service {
    shared: Arc<Shared>,
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
        let (partners, saved) = Partners::open(config.partners.as_deref())?;
        let budgets = Budgets::new(&config.budget, config.key.clone(), saved, config.partners.is_some());
        let shared = Shared {
            holdings: ArcSwap::from_pointee(Holdings::new(served, catalogue, &config.budget)),
            budgets,
            partners,
            pool: Pool::new(),
            evaluator: config.key.as_ref().map(|key| Arc::new(Evaluator::new(key))),
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

    /// What tests change the time of.
    #[cfg(test)]
    pub(crate) fn budgets(&self) -> &Budgets {
        &self.shared.budgets
    }

    /// The routes, for a server of one's own. It passes on the caller's address as `ConnectInfo<SocketAddr>`; callers
    /// without one share a budget. Nothing is reloaded and nothing spent is saved: [`Service::serve`] does that, and a
    /// service with a file of partners evaluates nothing when a minute has not been saved.
    pub fn router(&self) -> Router {
        routes::router(Arc::clone(&self.shared))
    }

    /// Serves until `shutdown` is done, then finishes what has begun. Watches index, catalogue and partners meanwhile,
    /// and saves what is spent each second and at the end.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send) {
        let upkeep = tokio::spawn(reload::keep_up(Arc::clone(&self.shared), self.opened, self.grace));
        // Apart from the other, which may be busy with a large index for minutes.
        let accounts = tokio::spawn(partners::keep_up(Arc::clone(&self.shared)));
        listen::serve(self.router(), listener, shutdown).await;
        upkeep.abort();
        accounts.abort();
        partners::round(self.shared).await;
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({:?})", self.shared.holdings.load().current.index)
    }
}
