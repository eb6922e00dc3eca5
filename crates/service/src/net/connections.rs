//! Connection table: tracks each connection's phase, enforces a deadline per phase, and evicts the
//! longest-stalled of a sample when the table is full.
//!
//! A sweep over all connections, four times a second, ends those that exceeded a deadline. Knows no
//! HTTP library and no socket.

mod connection;
#[cfg(test)]
mod tests;

pub(in crate::net) use connection::{Connection, PendingRequest, SWEEP_INTERVAL};

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many evictable connections are compared. The oldest of this many has stalled long enough,
/// and one that has just sent a request is never the oldest of them.
const SAMPLE: usize = 64;

/// How many slots are visited in search of the sample, where few connections are evictable.
const VISITED: usize = 1_024;

/// All open connections of a listener.
pub(crate) struct ConnectionTable {
    slots: Mutex<Slots>,
    /// Sweeps since the start: the only clock that is needed here.
    clock: Arc<AtomicU32>,
    /// Open connections from which on one is evicted for each new one.
    limit: usize,
    /// The same for the connections of one address.
    limit_per_address: usize,
    ended: [AtomicU64; EndReason::ALL.len()],
}

#[derive(Default)]
struct Slots {
    entries: Vec<Option<Arc<Connection>>>,
    free: Vec<usize>,
    open: usize,
    /// How many connections were ever registered.
    registered: u64,
    /// How many of the open ones were asked to close.
    closing: usize,
    open_by_address: HashMap<IpAddr, usize>,
    /// The slot at which the next search for a sample begins.
    next: usize,
}

/// A connection's entry in the table; removed when dropped.
pub(super) struct Registration {
    table: Arc<ConnectionTable>,
    connection: Arc<Connection>,
    slot: usize,
}

/// Why the service ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// It exceeded a deadline.
    TimedOut,
    /// The table was full, and it had stalled longest.
    Evicted,
    /// The table was full, and no other connection could be evicted for it.
    Rejected,
}

impl EndReason {
    pub(crate) const ALL: [Self; 3] = [Self::TimedOut, Self::Evicted, Self::Rejected];

    /// The value of the metrics label.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TimedOut => "timed_out",
            Self::Evicted => "evicted",
            Self::Rejected => "rejected",
        }
    }
}

impl ConnectionTable {
    /// A table for `limit` connections, and `limit_per_address` of one address.
    pub(crate) fn new(limit: usize, limit_per_address: usize) -> Self {
        let (slots, clock, ended) = (Mutex::default(), Arc::default(), Default::default());
        Self { slots, clock, limit, limit_per_address, ended }
    }

    /// Registers a connection, evicting one if the table is full; `None` if nothing can be evicted.
    pub(super) fn register(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Registration> {
        let mut slots = self.slots();
        let of_address = address.and_then(|address| slots.open_by_address.get(&address).copied()).unwrap_or_default();
        let fits_address =
            of_address < self.limit_per_address || self.evict(&mut slots, |other| other.address == address);
        let fits = fits_address && (slots.open - slots.closing < self.limit || self.evict(&mut slots, |_| true));
        // Closing connections hold their sockets for a moment longer, so their number is bounded
        // too.
        if !fits || slots.closing > self.limit / 3 + 1 {
            self.count(EndReason::Rejected);
            return None;
        }
        slots.registered += 1;
        let connection = Arc::new(Connection::new(address, slots.registered, Arc::clone(&self.clock)));
        let slot = slots.insert(&connection);
        drop(slots);
        Some(Registration { table: Arc::clone(self), connection, slot })
    }

    /// Advances the clock, and ends the connections that exceeded a deadline.
    pub(super) fn sweep(&self) {
        let now = self.clock.fetch_add(1, Relaxed) + 1;
        let mut slots = self.slots();
        let timed_out: Vec<_> = slots.entries.iter().flatten().filter(|one| one.is_timed_out(now)).cloned().collect();
        for connection in timed_out {
            self.end(&mut slots, &connection, EndReason::TimedOut);
        }
    }

    /// Whether so many connections are closing that none should be accepted before some have
    /// closed.
    pub(super) fn is_crowded(&self) -> bool {
        self.slots().closing > self.limit / 4
    }

    /// Open connections.
    pub(crate) fn open(&self) -> usize {
        self.slots().open
    }

    /// How many connections were ended for this reason since the start.
    pub(crate) fn ended(&self, reason: EndReason) -> u64 {
        self.ended[reason as usize].load(Relaxed)
    }

    /// Evicts the longest-stalled of a sample of those that `may` be evicted; false if there is
    /// none.
    fn evict(&self, slots: &mut Slots, may: impl Fn(&Connection) -> bool) -> bool {
        let count = slots.entries.len();
        let visited = (0..count.min(VISITED)).map(|step| (slots.next + step) % count);
        let connections = visited.filter_map(|slot| Some((slot, slots.entries[slot].as_ref()?)));
        let sample = connections.filter(|(_, one)| one.is_evictable() && may(one)).take(SAMPLE);
        let now = self.clock.load(Relaxed);
        let Some((slot, connection)) = sample.max_by_key(|(_, one)| (one.stalled_for(now), Reverse(one.number))) else {
            return false;
        };
        let connection = Arc::clone(connection);
        slots.next = slot + 1;
        self.end(slots, &connection, EndReason::Evicted);
        true
    }

    fn end(&self, slots: &mut Slots, connection: &Connection, reason: EndReason) {
        slots.closing += 1;
        connection.request_close();
        self.count(reason);
    }

    fn count(&self, reason: EndReason) {
        self.ended[reason as usize].fetch_add(1, Relaxed);
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    fn insert(&mut self, connection: &Arc<Connection>) -> usize {
        self.open += 1;
        if let Some(address) = connection.address {
            *self.open_by_address.entry(address).or_default() += 1;
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            self.entries.len() - 1
        });
        self.entries[slot] = Some(Arc::clone(connection));
        slot
    }

    fn remove(&mut self, slot: usize) {
        let Some(connection) = self.entries[slot].take() else { return };
        self.free.push(slot);
        self.open -= 1;
        if connection.is_closing() {
            self.closing -= 1;
        }
        let Some(address) = connection.address else { return };
        if let Some(count) = self.open_by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.open_by_address.remove(&address);
            }
        }
    }
}

impl Registration {
    pub(super) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.table.slots().remove(self.slot);
    }
}
