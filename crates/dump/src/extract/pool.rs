//! Runs tasks on all cores, a bounded number at a time. If too many are queued, the submitting
//! thread runs the next one itself, so that memory stays bounded and no core idles.

use rayon::Scope;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Queued tasks for each core.
const QUEUED_PER_CORE: usize = 4;

/// The tasks of one text or table.
pub struct Pool<E> {
    tasks: AtomicUsize,
    failed: Mutex<Option<E>>,
}

/// Submits tasks.
pub struct Tasks<'p, 's, E> {
    pool: &'s Pool<E>,
    scope: &'p Scope<'s>,
}

impl<E> Default for Pool<E> {
    fn default() -> Self {
        Self { tasks: AtomicUsize::new(0), failed: Mutex::new(None) }
    }
}

impl<E: Send> Pool<E> {
    /// Runs `read`, which submits tasks, and all that it submits.
    pub fn run<'s, T>(&'s self, read: impl FnOnce(&Tasks<'_, 's, E>) -> Result<T, E>) -> Result<T, E> {
        let read = rayon::in_place_scope(|scope| read(&Tasks { pool: self, scope }));
        match self.failed.lock().expect("no panic while it is held").take() {
            Some(error) => Err(error),
            None => read,
        }
    }
}

impl<'s, E: Send> Tasks<'_, 's, E> {
    /// Submits a task. An error is that of an earlier one.
    pub fn submit(&self, task: impl FnOnce() -> Result<(), E> + Send + 's) -> Result<(), E> {
        let pool = self.pool;
        if let Some(error) = pool.failed.lock().expect("no panic while it is held").take() {
            return Err(error);
        }
        if pool.tasks.load(Ordering::Relaxed) >= QUEUED_PER_CORE * rayon::current_num_threads() {
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
