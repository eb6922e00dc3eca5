//! The deadline of each phase, eviction, limits per address, and rejection.

use super::connection::{BODY_DEADLINE, HEADERS_DEADLINE, IDLE_DEADLINE, Phase, RESPONSE_DEADLINE};
use super::*;
use std::time::Duration;

const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

fn sweeps(table: &ConnectionTable, time: Duration) {
    (0..time.as_millis() / SWEEP_INTERVAL.as_millis()).for_each(|_| table.sweep());
}

fn is_closing(registration: &Registration) -> bool {
    registration.connection.is_closing()
}

#[test]
fn each_phase_has_its_own_deadline() {
    type Event = fn(&Arc<Connection>) -> Option<PendingRequest>;
    let phases: [(Event, Duration); 5] = [
        (|_| None, HEADERS_DEADLINE),
        (
            |connection| {
                connection.received();
                None
            },
            HEADERS_DEADLINE,
        ),
        (|connection| Some(connection.request_began(true, false)), BODY_DEADLINE),
        (
            |connection| {
                connection.response_began();
                None
            },
            RESPONSE_DEADLINE,
        ),
        (
            |connection| {
                drop(connection.request_began(false, false));
                None
            },
            IDLE_DEADLINE,
        ),
    ];
    for (event, deadline) in phases {
        let table = Arc::new(ConnectionTable::new(8, 8));
        let registration = table.register(Some(ONE)).expect("free");
        let pending = event(&registration.connection);
        sweeps(&table, deadline);
        assert!(!is_closing(&registration), "{:?} may take {deadline:?}", registration.connection.phase());
        table.sweep();
        assert!(is_closing(&registration), "{:?} may not take more than {deadline:?}", registration.connection.phase());
        sweeps(&table, deadline * 2);
        assert_eq!(table.ended(EndReason::TimedOut), 1, "it is ended once");
        drop((pending, registration));
        assert_eq!((table.open(), table.slots().closing), (0, 0));
    }
}

#[test]
fn slow_headers_do_not_extend_their_deadline_but_response_progress_does() {
    let table = Arc::new(ConnectionTable::new(8, 8));
    let (slow, reader) = (table.register(Some(ONE)).expect("free"), table.register(Some(ONE)).expect("free"));
    let _pending = reader.connection.request_began(false, false);
    reader.connection.response_began();
    for _ in 0..10 {
        sweeps(&table, Duration::from_secs(4));
        slow.connection.received();
        reader.connection.sent();
    }
    assert!(is_closing(&slow) && !is_closing(&reader));
}

#[test]
fn a_connection_being_handled_never_times_out() {
    let table = Arc::new(ConnectionTable::new(8, 8));
    let registration = table.register(Some(ONE)).expect("free");
    let _pending = registration.connection.request_began(true, false);
    registration.connection.body_complete();
    sweeps(&table, Duration::from_mins(5));
    assert!(!is_closing(&registration));
}

#[test]
fn http2_pings_do_not_begin_a_request() {
    let table = Arc::new(ConnectionTable::new(8, 8));
    let registration = table.register(Some(ONE)).expect("free");
    let (one, other) =
        (registration.connection.request_began(false, true), registration.connection.request_began(false, true));
    drop(one);
    assert_ne!(registration.connection.phase(), Phase::Idle, "the other is not answered");
    drop(other);
    registration.connection.received();
    assert_eq!(registration.connection.phase(), Phase::Idle);
}

#[test]
fn the_longest_stalled_connection_is_evicted() {
    let table = Arc::new(ConnectionTable::new(16, 16));
    let registrations: Vec<_> = (0..16)
        .map(|_| {
            table.sweep();
            table.register(Some(ONE)).expect("free")
        })
        .collect();
    let _pending = registrations[0].connection.request_began(false, false);
    let new = table.register(Some(OTHER)).expect("one is evicted");
    assert!(!is_closing(&registrations[0]), "it waits for the service");
    assert!(is_closing(&registrations[1]) && !is_closing(&registrations[2]));
    assert_eq!((table.open(), table.ended(EndReason::Evicted)), (17, 1));
    drop((new, registrations));
    assert_eq!((table.open(), table.slots().open_by_address.len()), (0, 0));
}

#[test]
fn an_address_over_its_limit_evicts_its_own_connections() {
    let table = Arc::new(ConnectionTable::new(100, 2));
    let other = table.register(Some(OTHER)).expect("free");
    table.sweep();
    let registrations: Vec<_> = (0..3).map(|_| table.register(Some(ONE)).expect("one of its own is evicted")).collect();
    assert!(!is_closing(&other) && registrations.iter().filter(|registration| is_closing(registration)).count() == 1);
    let shared: Vec<_> = (0..50).map(|_| table.register(None).expect("no limit")).collect();
    assert!(shared.iter().all(|registration| !is_closing(registration)));
}

#[test]
fn a_connection_is_rejected_when_nothing_can_be_evicted() {
    let table = Arc::new(ConnectionTable::new(2, 2));
    let registrations: Vec<_> = (0..2).map(|_| table.register(Some(ONE)).expect("free")).collect();
    let pending: Vec<_> =
        registrations.iter().map(|registration| registration.connection.request_began(false, false)).collect();
    assert!(table.register(Some(OTHER)).is_none());
    assert_eq!((table.open(), table.ended(EndReason::Rejected)), (2, 1));
    drop((pending, registrations));
    assert!(table.register(Some(OTHER)).is_some());
}
