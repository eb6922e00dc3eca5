//! Same inputs, same bytes: whatever the threads, the memory, and the order of files and rows.

use crate::support::Workspace;
use exposure_synthetic::person;
use std::fs;

/// Rows, half of which repeat a phone number. Each identifier takes about 25 bytes in memory, so
/// that 1 MiB, half of which holds them, spills several times.
const ROWS: u64 = 90_000;

/// Ingests three files and builds, under a shared key; returns the hashes of ledger and index.
fn build(key: &[u8], threads: &str, memory: &str, order: [usize; 3]) -> [blake3::Hash; 2] {
    let workspace = Workspace::new();
    let rows: Vec<String> = (0..ROWS).map(|n| format!("{},{}\n", person(n % (ROWS / 2)).phone, person(n).id)).collect();
    let mut files: Vec<_> = rows
        .chunks(ROWS as usize / 3)
        .enumerate()
        .map(|(n, rows)| workspace.file(&format!("{n}.csv"), format!("mobile,sfzh\n{}", rows.concat())))
        .collect();
    files = order.iter().map(|&n| files[n].clone()).collect();
    workspace.run(&["keygen"]).ok();
    let key_path = workspace.data().join("key");
    fs::write(&key_path, key).expect("writable");
    let mut arguments = vec!["ingest", "--source", "a", "--memory", memory];
    arguments.extend(files.iter().map(String::as_str));
    for arguments in [&arguments[..], &["build"]] {
        let output = workspace.command(arguments).env("RAYON_NUM_THREADS", threads).output().expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    ["ledgers/a.ledger", "index/current.index"]
        .map(|file| blake3::hash(&fs::read(workspace.data().join(file)).expect("readable")))
}

#[test]
fn threads_memory_and_order_do_not_change_the_bytes() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let key = fs::read(workspace.data().join("key")).expect("readable");
    let expected = build(&key, "1", "1G", [0, 1, 2]);
    for (threads, memory, order) in [("2", "1G", [2, 0, 1]), ("8", "1M", [1, 2, 0])] {
        assert_eq!(build(&key, threads, memory, order), expected, "{threads} threads, {memory}");
    }
}
