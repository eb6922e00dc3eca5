//! Tasks on all cores, a bounded number of them. Where too many wait, whoever hands over the next one does it, so memory
//! stays bounded and no core idles.

use crate::IngestError;
use rayon::Scope;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Tasks that wait, for each core.
const WAITING: usize = 4;

/// The tasks of one text or table.
#[derive(Default)]
pub(crate) struct Pool {
    tasks: AtomicUsize,
    failed: Mutex<Option<IngestError>>,
}

/// Where tasks are handed over.
pub(crate) struct Tasks<'p, 's> {
    pool: &'s Pool,
    scope: &'p Scope<'s>,
}

impl Pool {
    /// Runs `read`, which hands tasks over, and all that it hands over.
    pub(crate) fn run<'s, T: Send>(
        &'s self,
        read: impl FnOnce(&Tasks<'_, 's>) -> Result<T, IngestError> + Send,
    ) -> Result<T, IngestError> {
        let read = rayon::scope(|scope| read(&Tasks { pool: self, scope }));
        match self.failed.lock().expect("no panic while it is held").take() {
            Some(error) => Err(error),
            None => read,
        }
    }
}

impl<'s> Tasks<'_, 's> {
    /// Hands a task over. An error is that of an earlier one.
    pub(crate) fn submit(&self, task: impl FnOnce() -> Result<(), IngestError> + Send + 's) -> Result<(), IngestError> {
        let pool = self.pool;
        if let Some(error) = pool.failed.lock().expect("no panic while it is held").take() {
            return Err(error);
        }
        if pool.tasks.load(Ordering::Relaxed) >= WAITING * rayon::current_num_threads() {
            return task();
        }
        pool.tasks.fetch_add(1, Ordering::Relaxed);
        self.scope.spawn(move |_| {
            if let Err(error) = task() {
                *pool.failed.lock().expect("no panic while it is held") = Some(error);
            }
            pool.tasks.fetch_sub(1, Ordering::Relaxed);
        });
        Ok(())
    }
}
