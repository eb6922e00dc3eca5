//! A bounded pool for what takes a processor long: evaluation, and ranges as text. It holds up no async thread, splits large
//! batches over cores, and takes no more work than is done in a fraction of a second: who comes beyond that is told at once.

use crate::problem::Problem;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use tokio::sync::oneshot;

/// Work that waits or is being done, for each thread, in elements: some 150 ms of it, and one batch of a partner at least.
const ROOM_A_THREAD: usize = 1_024;

/// How much less urgent than the threads that answer: under overload, saying no must not wait for what is being computed.
const NICENESS: i32 = 5;

/// Threads, and what they have been given to do.
pub(crate) struct Pool {
    threads: ThreadPool,
    taken: Arc<AtomicUsize>,
    room: usize,
}

/// Room for a piece of work; free again when dropped.
pub(crate) struct Room {
    taken: Arc<AtomicUsize>,
    work: usize,
}

impl Pool {
    /// As many threads as there are processors.
    pub(crate) fn new() -> Self {
        Self::of(thread::available_parallelism().map_or(1, usize::from), ROOM_A_THREAD)
    }

    fn of(threads: usize, room_a_thread: usize) -> Self {
        let builder = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|n| format!("evaluate-{n}"))
            // Where it is not allowed, everything is only slower under overload.
            .start_handler(|_| {
                let _ = rustix::process::nice(NICENESS);
            })
            // Who waits for the job learns that it was dropped.
            .panic_handler(drop);
        let threads = builder.build().expect("the system has threads to give at the start");
        Self { room: room_a_thread * threads.current_num_threads(), threads, taken: Arc::default() }
    }

    /// Room for work as large as so many elements, or a refusal at once.
    pub(crate) fn reserve(&self, work: usize) -> Result<Room, Problem> {
        // A single piece that is larger than all room is let in when nothing else is there.
        let fits = |taken| (taken == 0 || taken + work <= self.room).then_some(taken + work);
        let reserved = self.taken.fetch_update(Relaxed, Relaxed, fits);
        reserved.map(|_| Room { taken: Arc::clone(&self.taken), work }).map_err(|_| Problem::Overloaded)
    }

    /// Does a job when its turn comes; not at all if nobody waits for it any more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        room: Room,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (done, result) = oneshot::channel();
        self.threads.spawn_fifo(move || {
            if done.is_closed() {
                return;
            }
            let result = {
                // Free before the asker hears of the result, and of a panic too.
                let _room = room;
                job()
            };
            let _ = done.send(result);
        });
        result.await.map_err(|_| Problem::Internal("a job of the pool panicked".into()))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.taken.fetch_sub(self.work, Relaxed);
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
    fn work_beyond_the_room_is_refused_until_some_is_done() {
        let pool = Pool::of(2, 10);
        let some = pool.reserve(15).expect("room");
        let rest = pool.reserve(5).expect("room");
        assert_eq!(pool.reserve(1).map(drop), Err(Problem::Overloaded));
        drop(rest);
        assert_eq!(wait(pool.run(some, || 7)), Ok(7));
        drop(pool.reserve(21).expect("larger than the room, and alone"));
        assert!(pool.reserve(20).is_ok());
    }

    #[test]
    fn a_job_that_panics_gives_its_room_back() {
        let pool = Pool::of(1, 1);
        let room = pool.reserve(1).expect("room");
        let failed = wait(pool.run(room, || panic!("by design")));
        assert!(matches!(failed, Err::<(), _>(Problem::Internal(_))));
        let room = pool.reserve(1).expect("room again");
        assert_eq!(wait(pool.run(room, || 7)), Ok(7));
    }

    #[test]
    fn what_nobody_waits_for_is_not_done() {
        let pool = Pool::of(1, 2);
        let (begin, begun) = mpsc::channel::<()>();
        let (first, second) = (pool.reserve(1).expect("room"), pool.reserve(1).expect("room"));
        let (done, was_done) = mpsc::channel();
        wait(async {
            let first = pool.run(first, move || begun.recv());
            {
                let second = pool.run(second, move || done.send(()));
                tokio::pin!(second);
                tokio::pin!(first);
                tokio::select! { biased;
                    _ = &mut first => unreachable!("it has not been told to begin"),
                    _ = &mut second => unreachable!("it waits for the first"),
                    () = tokio::task::yield_now() => {}
                }
            }
        });
        drop(begin);
        was_done.recv().expect_err("the sender went with the job");
    }
}
