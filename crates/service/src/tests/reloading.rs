//! Replacing index and catalogue while the service runs.

use super::fixture::{Data, Running};
use exposure_protocol::SecretKey;
use std::fs;
use std::thread::sleep;
use std::time::Duration;

/// Longer than the polling interval, so a replacement has been noticed.
const SETTLED: Duration = Duration::from_millis(1_600);

/// The status of a range of this index, the same in both formats.
fn range_of(running: &Running, id: &str) -> u16 {
    let [packed, text] = ["bin", "txt"].map(|format| running.get(&format!("/v1/range/{id}/a.{format}")).status);
    assert_eq!(packed, text);
    packed
}

#[test]
fn a_new_index_is_served_and_the_old_one_too() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let old = running.current();
    data.rebuild(&data.key, 20);
    running.until("the new index", |running| running.current() != old);
    let new = running.current();
    assert_eq!((range_of(&running, &old), range_of(&running, &new)), (200, 200));
    assert_eq!(running.get("/v1/source-sets").json()["index"], new);
    assert_eq!(running.get("/v1/parameters").json()["records"], 20);
}

#[test]
fn a_superseded_index_retires() {
    let data = Data::keyed(10);
    let running = Running::start(data.service().grace(Duration::ZERO));
    let old = running.current();
    data.rebuild(&data.key, 20);
    running.until("the new index", |running| running.current() != old);
    // Before and after the index is closed.
    for _ in 0..2 {
        for format in ["bin", "txt"] {
            let problem = running.get(&format!("/v1/range/{old}/a.{format}")).problem(410, "retired-index");
            assert_eq!(problem.current, Some(running.current()));
        }
        sleep(SETTLED);
    }
    data.rebuild(&data.key, 10);
    running.until("the old index again", |running| running.current() == old);
    assert_eq!(range_of(&running, &old), 200);
}

#[test]
fn a_bad_new_index_is_rejected() {
    let data = Data::keyed(500);
    let running = Running::start(data.service());
    let old = running.current();
    data.damage_leaf();
    sleep(SETTLED);
    assert_eq!(running.current(), old);
    let ranges = (0..16).map(|value| running.get(&format!("/v1/range/{old}/{value:x}.bin")).status);
    assert!(ranges.into_iter().all(|status| status == 200), "the old file is still read");
    data.rebuild(&SecretKey::generate(2), 20);
    sleep(SETTLED);
    assert_eq!(running.current(), old, "of another key");
    fs::remove_file(data.index()).expect("removed");
    sleep(SETTLED);
    assert_eq!(range_of(&running, &old), 200, "removed, but still mapped");
    data.rebuild(&data.key, 20);
    running.until("a good index", |running| running.current() != old);
}

#[test]
fn a_new_catalogue_is_served_and_a_bad_one_rejected() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    assert_eq!(running.get("/v1/parameters").json()["updated"], serde_json::Value::Null);
    fs::write(data.catalogue(), "[sources.a]\nadded = \"2026-05-02\"").expect("writable");
    running.until("the date", |running| running.get("/v1/parameters").json()["updated"] == "2026-05-02");
    fs::write(data.catalogue(), "[sources.a]\nadded = \"yesterday\"").expect("writable");
    sleep(SETTLED);
    assert_eq!(running.get("/v1/breaches/a").json()["added"], "2026-05-02");
}
