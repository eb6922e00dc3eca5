//! Who is connected, what each connection is at, and who has to leave.
//!
//! A connection takes a seat and tells it what happens: bytes came, a request is whole, an answer begins and ends. That costs
//! a few stores and no timer. A round past all seats, four times a second, ends what waits for its peer too long; and when
//! all seats are taken, whoever has kept the service waiting longest gives way to who comes. Knows no HTTP and no socket.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Between two rounds; deadlines are as exact as this.
pub(super) const ROUND: Duration = Duration::from_millis(250);

/// From connecting to the first byte, and from the first byte of a request to the end of its headers. TLS is in the first.
const HEAD: Duration = Duration::from_secs(5);

/// For a body. The route that reads one gives up before (`routes::evaluate`) and says so; this is for who never ends one.
const BODY: Duration = Duration::from_secs(15);

/// Without a byte of the answer going out.
const UNREAD: Duration = Duration::from_secs(30);

/// Between two requests.
const IDLE: Duration = Duration::from_secs(30);

/// How many are looked at for one that has to leave: the oldest of so many has waited long enough, and who has just asked is
/// never the oldest of them.
const LOOKED_AT: usize = 64;

/// How many places are passed in search of those, where few may be told to leave.
const PASSED: usize = 1_024;

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Connected, and no byte came.
    New,
    /// Bytes of a request came, and not yet all of its headers.
    Head,
    /// Headers came, and not yet all of the body.
    Body,
    /// The request is whole: it is the peer who waits.
    Work,
    /// The answer goes out.
    Answer,
    /// Between two requests.
    Idle,
}

/// All seats.
pub(crate) struct Seats {
    table: Mutex<Table>,
    /// Rounds since the start: the time, as far as it matters here.
    clock: Arc<AtomicU32>,
    /// How many may be taken before somebody has to give way.
    most: usize,
    /// How many by one address.
    most_of_one: usize,
    counts: [AtomicU64; 3],
}

#[derive(Default)]
struct Table {
    places: Vec<Option<Arc<Seat>>>,
    free: Vec<usize>,
    taken: usize,
    /// How many were ever taken.
    numbers: u64,
    /// Those of them that were told to leave, and have not left yet.
    leaving: usize,
    taken_by: HashMap<IpAddr, usize>,
    /// Where the next search begins.
    hand: usize,
}

/// One connection's.
pub(super) struct Seat {
    /// None where many share an address, as behind a proxy.
    who: Option<IpAddr>,
    /// Counts up with each that is taken: of two that have waited as long, the one that came earlier gives way.
    number: u64,
    phase: AtomicU8,
    /// When the phase began, or the answer last moved.
    since: AtomicU32,
    /// Requests that are not answered yet; HTTP/2 has several.
    requests: AtomicU32,
    is_http2: AtomicBool,
    clock: Arc<AtomicU32>,
    /// Whether it was told to leave; changed under the table's lock, which counts those.
    told: AtomicBool,
    leave: Notify,
}

/// A request that is not answered yet.
pub(super) struct Asked(Arc<Seat>);

/// A taken seat, free again when dropped.
pub(super) struct Taken {
    seats: Arc<Seats>,
    seat: Arc<Seat>,
    place: usize,
}

/// What became of connections that were not let go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It kept the service waiting too long.
    Overdue,
    /// All seats were taken, and it had waited longest.
    GaveWay,
    /// All seats were taken by who was being answered.
    Refused,
}

impl Ended {
    pub(crate) const ALL: [Self; 3] = [Self::Overdue, Self::GaveWay, Self::Refused];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::GaveWay => "gave_way",
            Self::Refused => "refused",
        }
    }
}

impl Seats {
    /// So many seats, and so many for one address.
    pub(crate) fn new(most: usize, most_of_one: usize) -> Self {
        let (table, clock, counts) = (Mutex::default(), Arc::default(), Default::default());
        Self { table, clock, most, most_of_one, counts }
    }

    /// A seat for who comes; none if nobody can be asked to give way.
    pub(super) fn take(self: &Arc<Self>, who: Option<IpAddr>) -> Option<Taken> {
        let mut table = self.table();
        let by_one = who.and_then(|who| table.taken_by.get(&who).copied()).unwrap_or_default();
        let fits_one = by_one < self.most_of_one || self.give_way(&mut table, |seat| seat.who == who);
        let fits = fits_one && (table.taken - table.leaving < self.most || self.give_way(&mut table, |_| true));
        // Those who leave hold their sockets for a moment longer; of these there may not be any number either.
        if !fits || table.leaving > self.most / 3 + 1 {
            self.count(Ended::Refused);
            return None;
        }
        table.numbers += 1;
        let seat = Arc::new(Seat::new(who, table.numbers, Arc::clone(&self.clock)));
        let place = table.sit(&seat);
        drop(table);
        Some(Taken { seats: Arc::clone(self), seat, place })
    }

    /// Moves the clock on, and tells those who are overdue to leave.
    pub(super) fn round(&self) {
        let now = self.clock.fetch_add(1, Relaxed) + 1;
        let mut table = self.table();
        let overdue: Vec<_> = table.places.iter().flatten().filter(|seat| seat.is_overdue(now)).cloned().collect();
        for seat in overdue {
            self.end(&mut table, &seat, Ended::Overdue);
        }
    }

    /// Whether so many are leaving that nobody should be let in before some have.
    pub(super) fn is_crowded(&self) -> bool {
        self.table().leaving > self.most / 4
    }

    /// Open connections.
    pub(crate) fn open(&self) -> usize {
        self.table().taken
    }

    /// How many ended this way since the start.
    pub(crate) fn ended(&self, how: Ended) -> u64 {
        self.counts[how as usize].load(Relaxed)
    }

    /// Tells the one to leave that has waited longest, of some that may be told; false if there is none.
    fn give_way(&self, table: &mut Table, may: impl Fn(&Seat) -> bool) -> bool {
        let places = table.places.len();
        let from_hand = (0..places.min(PASSED)).map(|step| (table.hand + step) % places);
        let seats = from_hand.filter_map(|place| Some((place, table.places[place].as_ref()?)));
        let waiting = seats.filter(|(_, seat)| seat.waits_for_peer() && may(seat)).take(LOOKED_AT);
        let now = self.clock.load(Relaxed);
        let Some((place, seat)) =
            waiting.max_by_key(|(_, seat)| (now.wrapping_sub(seat.since.load(Relaxed)), Reverse(seat.number)))
        else {
            return false;
        };
        let seat = Arc::clone(seat);
        table.hand = place + 1;
        self.end(table, &seat, Ended::GaveWay);
        true
    }

    fn end(&self, table: &mut Table, seat: &Seat, how: Ended) {
        seat.told.store(true, Relaxed);
        table.leaving += 1;
        seat.leave.notify_one();
        self.count(how);
    }

    fn count(&self, how: Ended) {
        self.counts[how as usize].fetch_add(1, Relaxed);
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn sit(&mut self, seat: &Arc<Seat>) -> usize {
        self.taken += 1;
        if let Some(who) = seat.who {
            *self.taken_by.entry(who).or_default() += 1;
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        self.places[place] = Some(Arc::clone(seat));
        place
    }

    fn rise(&mut self, place: usize) {
        let Some(seat) = self.places[place].take() else { return };
        self.free.push(place);
        self.taken -= 1;
        if seat.told.load(Relaxed) {
            self.leaving -= 1;
        }
        let Some(who) = seat.who else { return };
        if let Some(count) = self.taken_by.get_mut(&who) {
            *count -= 1;
            if *count == 0 {
                self.taken_by.remove(&who);
            }
        }
    }
}

impl Seat {
    fn new(who: Option<IpAddr>, number: u64, clock: Arc<AtomicU32>) -> Self {
        let since = AtomicU32::new(clock.load(Relaxed));
        let (phase, leave) = (AtomicU8::new(Phase::New as u8), Notify::new());
        Self {
            who,
            number,
            phase,
            since,
            requests: AtomicU32::default(),
            is_http2: AtomicBool::default(),
            clock,
            told: AtomicBool::default(),
            leave,
        }
    }

    /// Bytes came.
    pub(super) fn came(&self) {
        match self.phase() {
            Phase::New => self.enter(Phase::Head),
            // In HTTP/2 bytes come between requests that belong to none.
            Phase::Idle if !self.is_http2.load(Relaxed) => self.enter(Phase::Head),
            _ => {}
        }
    }

    /// The headers of a request are whole. It ends when what is returned is dropped, however it ends.
    pub(super) fn asked(self: &Arc<Self>, has_body: bool, is_http2: bool) -> Asked {
        self.requests.fetch_add(1, Relaxed);
        self.is_http2.store(is_http2, Relaxed);
        self.enter(if has_body { Phase::Body } else { Phase::Work });
        Asked(Arc::clone(self))
    }

    /// The body of a request is whole.
    pub(super) fn whole(&self) {
        if self.phase() == Phase::Body {
            self.enter(Phase::Work);
        }
    }

    /// An answer begins.
    pub(super) fn answers(&self) {
        self.enter(Phase::Answer);
    }

    /// Bytes of an answer went out.
    pub(super) fn went(&self) {
        if self.phase() == Phase::Answer {
            self.since.store(self.clock.load(Relaxed), Relaxed);
        }
    }

    /// Done when it is told to leave.
    pub(super) async fn told_to_leave(&self) {
        self.leave.notified().await;
    }

    fn enter(&self, phase: Phase) {
        self.since.store(self.clock.load(Relaxed), Relaxed);
        self.phase.store(phase as u8, Relaxed);
    }

    fn phase(&self) -> Phase {
        use Phase::{Answer, Body, Head, Idle, New, Work};
        [New, Head, Body, Work, Answer, Idle][usize::from(self.phase.load(Relaxed))]
    }

    fn waits_for_peer(&self) -> bool {
        self.phase() != Phase::Work && !self.told.load(Relaxed)
    }

    fn is_overdue(&self, now: u32) -> bool {
        let most = match self.phase() {
            Phase::New | Phase::Head => HEAD,
            Phase::Body => BODY,
            Phase::Answer => UNREAD,
            Phase::Idle => IDLE,
            Phase::Work => return false,
        };
        !self.told.load(Relaxed) && ROUND * now.wrapping_sub(self.since.load(Relaxed)) > most
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if self.0.requests.fetch_sub(1, Relaxed) == 1 {
            self.0.enter(Phase::Idle);
        }
    }
}

impl Taken {
    pub(super) fn seat(&self) -> &Arc<Seat> {
        &self.seat
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.seats.table().rise(self.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn rounds(seats: &Seats, time: Duration) {
        (0..time.as_millis() / ROUND.as_millis()).for_each(|_| seats.round());
    }

    fn is_told(taken: &Taken) -> bool {
        taken.seat.told.load(Relaxed)
    }

    #[test]
    fn each_phase_has_its_own_deadline() {
        type Step = fn(&Arc<Seat>) -> Option<Asked>;
        let phases: [(Step, Duration); 5] = [
            (|_| None, HEAD),
            (
                |seat| {
                    seat.came();
                    None
                },
                HEAD,
            ),
            (|seat| Some(seat.asked(true, false)), BODY),
            (
                |seat| {
                    seat.answers();
                    None
                },
                UNREAD,
            ),
            (
                |seat| {
                    drop(seat.asked(false, false));
                    None
                },
                IDLE,
            ),
        ];
        for (step, most) in phases {
            let seats = Arc::new(Seats::new(8, 8));
            let taken = seats.take(Some(WHO)).expect("free");
            let asked = step(&taken.seat);
            rounds(&seats, most);
            assert!(!is_told(&taken), "{:?} may take {most:?}", taken.seat.phase());
            seats.round();
            assert!(is_told(&taken), "{:?} may not take more than {most:?}", taken.seat.phase());
            rounds(&seats, most * 2);
            assert_eq!(seats.ended(Ended::Overdue), 1, "it is told once");
            drop((asked, taken));
            assert_eq!((seats.open(), seats.table().leaving), (0, 0));
        }
    }

    #[test]
    fn headers_that_drip_do_not_move_their_deadline_and_answers_that_move_do() {
        let seats = Arc::new(Seats::new(8, 8));
        let (drips, reads) = (seats.take(Some(WHO)).expect("free"), seats.take(Some(WHO)).expect("free"));
        let _asked = reads.seat.asked(false, false);
        reads.seat.answers();
        for _ in 0..10 {
            rounds(&seats, Duration::from_secs(4));
            drips.seat.came();
            reads.seat.went();
        }
        assert!(is_told(&drips) && !is_told(&reads));
    }

    #[test]
    fn who_is_being_answered_is_never_overdue() {
        let seats = Arc::new(Seats::new(8, 8));
        let taken = seats.take(Some(WHO)).expect("free");
        let _asked = taken.seat.asked(true, false);
        taken.seat.whole();
        rounds(&seats, Duration::from_mins(5));
        assert!(!is_told(&taken));
    }

    #[test]
    fn pings_of_http_2_are_no_request() {
        let seats = Arc::new(Seats::new(8, 8));
        let taken = seats.take(Some(WHO)).expect("free");
        let (one, other) = (taken.seat.asked(false, true), taken.seat.asked(false, true));
        drop(one);
        assert_ne!(taken.seat.phase(), Phase::Idle, "one is not answered");
        drop(other);
        taken.seat.came();
        assert_eq!(taken.seat.phase(), Phase::Idle);
    }

    #[test]
    fn the_one_that_waited_longest_gives_way() {
        let seats = Arc::new(Seats::new(16, 16));
        let taken: Vec<_> = (0..16)
            .map(|_| {
                seats.round();
                seats.take(Some(WHO)).expect("free")
            })
            .collect();
        let _asked = taken[0].seat.asked(false, false);
        let new = seats.take(Some(OTHER)).expect("somebody gives way");
        assert!(!is_told(&taken[0]), "it is we who keep it waiting");
        assert!(is_told(&taken[1]) && !is_told(&taken[2]));
        assert_eq!((seats.open(), seats.ended(Ended::GaveWay)), (17, 1));
        drop((new, taken));
        assert_eq!((seats.open(), seats.table().taken_by.len()), (0, 0));
    }

    #[test]
    fn one_address_gives_way_to_itself() {
        let seats = Arc::new(Seats::new(100, 2));
        let other = seats.take(Some(OTHER)).expect("free");
        seats.round();
        let taken: Vec<_> = (0..3).map(|_| seats.take(Some(WHO)).expect("its own gives way")).collect();
        assert!(!is_told(&other) && taken.iter().filter(|taken| is_told(taken)).count() == 1);
        let shared: Vec<_> = (0..50).map(|_| seats.take(None).expect("no limit")).collect();
        assert!(shared.iter().all(|taken| !is_told(taken)));
    }

    #[test]
    fn where_nobody_can_leave_who_comes_is_refused() {
        let seats = Arc::new(Seats::new(2, 2));
        let taken: Vec<_> = (0..2).map(|_| seats.take(Some(WHO)).expect("free")).collect();
        let asked: Vec<_> = taken.iter().map(|taken| taken.seat.asked(false, false)).collect();
        assert!(seats.take(Some(OTHER)).is_none());
        assert_eq!((seats.open(), seats.ended(Ended::Refused)), (2, 1));
        drop((asked, taken));
        assert!(seats.take(Some(OTHER)).is_some());
    }
}
