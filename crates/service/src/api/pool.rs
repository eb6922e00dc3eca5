//! The evaluation pool: runs CPU-bound work (evaluation, text ranges) off the async threads and
//! splits large batches over cores.
//!
//! Bounded queue of about 150 ms of work; requests beyond it get 503 at once.

use crate::http::problem::Problem;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use tokio::sync::oneshot;

/// Most queued and running work per thread, in elements: about 150 ms, and at least a partner's
/// batch.
const ELEMENTS_PER_THREAD: usize = 1_024;

/// Lowers the priority below that of the async threads: under overload, rejections must not wait
/// for evaluations.
const NICENESS: i32 = 5;

/// Threads, and the amount of work they were given.
pub(crate) struct Pool {
    threads: ThreadPool,
    reserved: Arc<AtomicUsize>,
    capacity: usize,
}

/// Capacity reserved for a piece of work; released when dropped.
pub(crate) struct Reservation {
    reserved: Arc<AtomicUsize>,
    elements: usize,
}

impl Pool {
    /// One thread per processor.
    pub(crate) fn new() -> Self {
        Self::with_threads(thread::available_parallelism().map_or(1, usize::from), ELEMENTS_PER_THREAD)
    }

    fn with_threads(threads: usize, elements_per_thread: usize) -> Self {
        let builder = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|n| format!("evaluate-{n}"))
            // If not permitted, responses are only slower under overload.
            .start_handler(|_| {
                let _ = rustix::process::nice(NICENESS);
            })
            // The waiting request notices that the job was dropped.
            .panic_handler(drop);
        let threads = builder.build().expect("the system can start threads at start-up");
        Self { capacity: elements_per_thread * threads.current_num_threads(), threads, reserved: Arc::default() }
    }

    /// Reserves capacity for work on this many elements, or fails at once.
    pub(crate) fn reserve(&self, elements: usize) -> Result<Reservation, Problem> {
        // A single piece larger than the capacity is accepted when nothing else is queued.
        let fits = |reserved| (reserved == 0 || reserved + elements <= self.capacity).then_some(reserved + elements);
        let updated = self.reserved.fetch_update(Relaxed, Relaxed, fits);
        updated.map(|_| Reservation { reserved: Arc::clone(&self.reserved), elements }).map_err(|_| Problem::Overloaded)
    }

    /// Runs a job in its turn; skips it if its request was cancelled.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        reservation: Reservation,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (sender, result) = oneshot::channel();
        self.threads.spawn_fifo(move || {
            if sender.is_closed() {
                return;
            }
            let result = {
                // Released before the result is sent, and also on a panic.
                let _reservation = reservation;
                job()
            };
            let _ = sender.send(result);
        });
        result.await.map_err(|_| Problem::Internal("a job of the evaluation pool panicked".into()))
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.reserved.fetch_sub(self.elements, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn wait<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
    }

    #[test]
    fn work_beyond_the_capacity_is_rejected_until_some_is_done() {
        let pool = Pool::with_threads(2, 10);
        let some = pool.reserve(15).expect("capacity");
        let rest = pool.reserve(5).expect("capacity");
        assert_eq!(pool.reserve(1).map(drop), Err(Problem::Overloaded));
        drop(rest);
        assert_eq!(wait(pool.run(some, || 7)), Ok(7));
        drop(pool.reserve(21).expect("larger than the capacity, but alone"));
        assert!(pool.reserve(20).is_ok());
    }

    #[test]
    fn a_job_that_panics_releases_its_reservation() {
        let pool = Pool::with_threads(1, 1);
        let reservation = pool.reserve(1).expect("capacity");
        let failed = wait(pool.run(reservation, || panic!("by design")));
        assert!(matches!(failed, Err::<(), _>(Problem::Internal(_))));
        let reservation = pool.reserve(1).expect("capacity again");
        assert_eq!(wait(pool.run(reservation, || 7)), Ok(7));
    }

    #[test]
    fn a_job_of_a_cancelled_request_is_skipped() {
        let pool = Pool::with_threads(1, 2);
        let (begin, begun) = mpsc::channel::<()>();
        let (first, second) = (pool.reserve(1).expect("capacity"), pool.reserve(1).expect("capacity"));
        let (done, was_done) = mpsc::channel();
        wait(async {
            let first = pool.run(first, move || begun.recv());
            {
                let second = pool.run(second, move || done.send(()));
                tokio::pin!(second);
                tokio::pin!(first);
                tokio::select! { biased;
                    _ = &mut first => unreachable!("it was not signalled to begin"),
                    _ = &mut second => unreachable!("it waits for the first"),
                    () = tokio::task::yield_now() => {}
                }
            }
        });
        drop(begin);
        was_done.recv().expect_err("the sender went with the job");
    }
}
