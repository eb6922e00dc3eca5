//! The file of the journal: torn, damaged, rewritten.

use super::*;

fn some_journal() -> Vec<Entry> {
    let begin = Begin { version: 1, run: [1; 32], fingerprint: [2; 32], today: "2026-01-01".parse().expect("a day") };
    let file = |number, attempt| {
        let state = FileState { number, attempt, bytes: 40, frames: 1, entries: 2 };
        Listed { kind: Some(3), partition: 4, state }
    };
    let finished = || Finished { file: FileId::default(), report: serde_json::json!({ "rows": 1 }) };
    vec![
        Entry::Begin(begin),
        Entry::Attempt { number: 1 },
        Entry::Checkpoint { finished: vec![finished()], files: vec![file(1, 1)] },
        Entry::Attempt { number: 2 },
        Entry::Checkpoint { finished: vec![finished()], files: vec![file(1, 1), file(2, 2)] },
    ]
}

#[test]
fn a_torn_entry_is_ignored_and_a_damaged_journal_invalid() {
    let entries = some_journal();
    let whole: Vec<u8> = entries.iter().flat_map(encode).collect();
    let ends: Vec<usize> =
        (0..=entries.len()).map(|n| entries[..n].iter().map(|entry| encode(entry).len()).sum()).collect();
    let states: Vec<_> = ends.iter().map(|&end| replay(&whole[..end]).map(|(state, _)| state)).collect();
    assert!(states[0].is_none() && states[1..].iter().all(Option::is_some));
    assert_eq!(
        states[5].as_ref().map(|state| (state.attempt, state.finished.len(), state.files.len())),
        Some((2, 2, 2))
    );
    for length in 0..whole.len() {
        let entries = ends.iter().rposition(|&end| end <= length).expect("nothing is whole in the least");
        for tail in [&b""[..], &[0; 50], b"{\n\n{}", b"00000000 {}\n"] {
            let torn = [&whole[..length], tail].concat();
            let expected = states[entries].clone().map(|state| (state, ends[entries] as u64));
            assert_eq!(replay(&torn), expected, "cut to {length}");
        }
    }
    for at in 0..ends[4] - 1 {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        // A changed newline joins two lines; if they are the last ones, they count as torn.
        let expected = if at + 1 == ends[4] { states[3].clone() } else { None };
        assert_eq!(replay(&changed).map(|(state, _)| state), expected, "byte {at}");
    }
    for order in [[1, 0], [0, 0], [0, 2]] {
        let text: Vec<u8> = order.iter().flat_map(|&at| encode(&entries[at])).collect();
        assert_eq!(replay(&text), None, "{order:?}");
    }
}

#[test]
fn a_journal_that_has_grown_is_rewritten() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut entries = some_journal().into_iter();
    let Some(Entry::Begin(begin)) = entries.next() else { unreachable!("it begins") };
    let mut journal = Journal::begin(dir.path(), begin).expect("begun");
    entries.for_each(|entry| journal.append(entry).expect("appended"));
    let length = || fs::metadata(dir.path().join(NAME)).expect("there").len();
    journal.append(Entry::Publishing { over: Some(FileId::default()), inputs: [7; 32] }).expect("appended");
    let (before, state) = (length(), journal.state.clone());
    let checkpoint = |files: &[Listed]| Entry::Checkpoint { finished: Vec::new(), files: files.to_vec() };
    journal.rewritten_from = before;
    journal.append(checkpoint(&state.files)).expect("rewritten");
    assert!(length() < before);
    assert_eq!(Journal::open(dir.path()).expect("read").expect("whole").state, state);
    // Further entries are appended to the new file.
    journal.append(checkpoint(&state.files)).expect("appended");
    assert_eq!(length(), journal.bytes);
    let again = Journal::open(dir.path()).expect("read").expect("whole");
    assert_eq!((again.state, again.bytes), (state, journal.bytes));
}
