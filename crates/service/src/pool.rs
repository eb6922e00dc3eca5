//! A bounded pool for arithmetic and for reading the index, so that neither holds up the async threads.

use crate::problem::Problem;
use std::sync::Arc;
use std::thread;
use tokio::sync::Semaphore;
use tokio::task;

/// As many jobs at a time as there are processors; the rest wait, and give up with their request.
pub(crate) struct Pool(Arc<Semaphore>);

impl Pool {
    pub(crate) fn new() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(processors)))
    }

    /// Runs a job when its turn comes.
    pub(crate) async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let turn = Arc::clone(&self.0).acquire_owned().await.expect("the pool is never closed");
        let done = task::spawn_blocking(move || {
            let result = job();
            drop(turn);
            result
        });
        done.await.map_err(|_| Problem::Internal("a job of the pool panicked".into()))
    }
}
