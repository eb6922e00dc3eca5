//! Workers that lie: frames that are none, identifiers of no kind, counts that do not add up.

use super::*;
use exposure_dump::{ColumnReport, Isolation, KindOrder, PartReport, Walked};

fn forges(output: &mut PipeWriter, bytes: &[u8]) -> io::Result<usize> {
    output.write_all(&vec![0xff; bytes.len()]).map(|()| bytes.len())
}

#[test]
fn a_forged_stream_costs_its_file_alone() {
    let readers = first_then_honest!(forges);
    costs_its_file_alone(&readers, "not a frame");
}

#[test]
fn invalid_entries_are_dropped_and_damage_their_file() {
    // A frame of identifiers of a rank that no kind has, then the end of the file as if nothing
    // were wrong.
    static STARTED: AtomicUsize = AtomicUsize::new(0);
    let readers = unconfined(|requests, mut output| {
        if STARTED.fetch_add(1, Ordering::Relaxed) > 0 {
            let _ = serve(requests, output, Confinement::Thread);
            return;
        }
        let missing = Vec::new();
        let isolation = Isolation { missing };
        let hello = Hello { version: STREAM_VERSION, canonical: CANONICAL_VERSION.to_owned(), isolation };
        let end = End { walked: Some(Walked::default()), identifiers: 1 };
        for (kind, payload) in [
            (b'H', serde_json::to_vec(&hello).expect("JSON")),
            (b'I', vec![3, 0xff, b'+', b'1']),
            (b'E', serde_json::to_vec(&end).expect("JSON")),
        ] {
            output.write_all(&frame(kind, &payload)).expect("the parent listens");
        }
        // Keeps running, as a compromised worker might.
        let mut rest = Vec::new();
        let _ = (&requests).read_to_end(&mut rest);
    });
    let (report, records) = run(&readers, &());
    let damages = report.expect("a liar does not end the run").damages();
    assert!(damages.len() == 1 && damages[0].1.contains("not a frame"), "{damages:?}");
    assert_eq!(records, Some(2 * NUMBERS), "nothing of the forged batch is in the ledger");
}

/// Reads a frame of the parent's.
fn skip_request(mut requests: &UnixStream) {
    let mut header = [0; 5];
    requests.read_exact(&mut header).expect("a request");
    let length = u64::from(u32::from_le_bytes([header[0], header[1], header[2], header[3]]));
    io::copy(&mut requests.take(length), &mut io::sink()).expect("all of it");
}

/// A worker that delivers one number, reports that it has read one and left some unread, and says
/// how many it has seen. Then it ends, as if nothing were wrong.
fn counting(seen: u64, left: u64, requests: UnixStream, mut output: PipeWriter) {
    let isolation = Isolation { missing: Vec::new() };
    let hello = Hello { version: STREAM_VERSION, canonical: CANONICAL_VERSION.to_owned(), isolation };
    let order = KindOrder::default();
    let (rank, _) = order.ranked().find(|(_, kind)| kind.name == "phone").expect("there are phones");
    let number = b"+8615400001234";
    let entry = [&[number.len() as u8 + 1, rank], &number[..]].concat();
    let kinds = serde_json::json!({ "phone": { "accepted": 1, "swapped": 0, "rejected": {}, "not_read": { "count": left, "first": [] } } });
    let mut column = serde_json::json!(ColumnReport::default());
    column["kinds"] = kinds;
    let mut part = serde_json::json!(PartReport::default());
    part["seen"] = seen.into();
    part["columns"] = serde_json::json!([column]);
    let end = End { walked: Some(Walked::default()), identifiers: 1 };
    let mut say = |kind, payload: &[u8]| output.write_all(&frame(kind, payload)).expect("the parent listens");
    skip_request(&requests);
    say(b'H', serde_json::json!(hello).to_string().as_bytes());
    skip_request(&requests);
    // The parent starts another worker for the next file.
    drop(requests);
    say(b'I', &entry);
    say(b'R', part.to_string().as_bytes());
    say(b'E', serde_json::json!(end).to_string().as_bytes());
}

/// The first worker of a run says that it has seen so many, and left so many of them.
macro_rules! counting_then_honest {
    ($seen:expr, $left:expr) => {{
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        unconfined(|requests, output| {
            if STARTED.fetch_add(1, Ordering::Relaxed) > 0 {
                let _ = serve(requests, output, Confinement::Thread);
            } else {
                counting($seen, $left, requests, output);
            }
        })
    }};
}

#[test]
fn counts_that_do_not_add_up_are_not_believed() {
    for (readers, is_sound) in [
        (counting_then_honest!(1, 0), true),
        (counting_then_honest!(3, 2), true),
        (counting_then_honest!(0, 0), false),
        (counting_then_honest!(2, 0), false),
        (counting_then_honest!(1, 1), false),
        (counting_then_honest!(u64::MAX, 0), false),
    ] {
        let (report, records) = run(&readers, &());
        let report = report.expect("a liar does not end the run");
        let damages = report.damages();
        assert_eq!(damages.is_empty(), is_sound, "{damages:?}");
        assert!(damages.iter().all(|(_, damage)| damage.contains("not a frame")), "{damages:?}");
        assert_eq!(records, Some(2 * NUMBERS + 1), "what was delivered is kept");
        let believed = report.files[0].parts.iter().map(|part| part.seen).collect::<Vec<_>>();
        assert!(is_sound || believed == [1], "only what was delivered is counted: {believed:?}");
    }
}
