//! Decompression bombs, archives in archives, endless lines: limits are named, and memory is
//! little.

use super::{INGEST, archive_of_bytes, ingest, phones};
use crate::support::Workspace;
use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Stdio};

#[test]
fn exceeded_limits_are_named() {
    let workspace = Workspace::new();
    let line = "x,15400000001\n";
    let mut bomb = zstd_of(&line.repeat(6 << 20));
    let bomb = workspace.file("bomb.zst", std::mem::take(&mut bomb));
    let refused = |more: &[&str], words: &[&str]| {
        let sentence = ingest(&workspace, more).sentence();
        assert!(words.iter().all(|word| sentence.contains(word)), "{words:?} are not in: {sentence}");
    };
    refused(&["--replace", "--column", "2=phone", &bomb], &["bomb.zst", "--max-ratio"]);
    let archive = archive_of(&[
        ("a.csv", "m,mobile\n".to_owned() + &phones(0..9)),
        ("b.csv", "m,mobile\n".to_owned() + &phones(9..20)),
    ]);
    let archive = workspace.file("many.tar", archive);
    refused(&["--replace", "--max-entries", "1", &archive], &["many.tar", "--max-entries"]);
    let nested = workspace.file("nested", zstd_of_bytes(&zstd_of_bytes(&zstd_of("mobile\n15400000001\n"))));
    refused(&["--replace", "--max-depth", "2", &nested], &["nested", "--max-depth"]);
    ingest(&workspace, &["--replace", "--column", "1=phone", &nested]).ok();
    let long = workspace.file("long.csv", format!("a,mobile\n{},1\nx,15400000001\n", "y".repeat(3 << 20)));
    let report = ingest(&workspace, &["--replace", "--json", &long]).json();
    assert_eq!((&report["rows"], &report["malformed"], &report["found"]["phone"]), (&2.into(), &1.into(), &1.into()));
    let json = workspace.file(
        "deep.json",
        format!(
            "{{\"mobile\":\"15400000001\"}}\n{}\n{{\"mobile\":\"15400000002\"}}\n",
            "[".repeat(1_000_000) + &"]".repeat(1_000_000)
        ),
    );
    let report = ingest(&workspace, &["--replace", "--json", &json]).json();
    assert_eq!(report["found"]["phone"], 2, "{report}");
    assert!(report["files"].to_string().contains("--max-depth"), "{report}");
}

/// Runs with little memory and little address space, reading what a closure writes to standard
/// input.
fn piped(workspace: &Workspace, write: impl FnOnce(&mut dyn FnMut(&[u8])) + Send, more: &[&str]) -> Value {
    let arguments = [&INGEST[..], &["--replace", "--json", "--memory", "16M", "-"], more].concat();
    let inner = workspace.command(&arguments);
    let mut command = Command::new("bash");
    command.args(["-c", "ulimit -v 900000; exec \"$@\"", "bash"]).arg(inner.get_program()).args(inner.get_args());
    command.env("EXPOSURE_DATA", workspace.data()).env("RAYON_NUM_THREADS", "2");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("bash runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    std::thread::scope(|scope| {
        scope.spawn(move || write(&mut |bytes| drop(pipe.write_all(bytes))));
        let output = child.wait_with_output().expect("ended");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{stderr}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    })
}

#[test]
fn endless_lines_need_little_memory() {
    let workspace = Workspace::new();
    let piece = vec![b'y'; 1 << 20];
    // Longer than the address space: memory does not grow with the length of a line.
    let endless = |write: &mut dyn FnMut(&[u8])| (0..1_000).for_each(|_| write(&piece));
    let report = piped(
        &workspace,
        |write| {
            write(b"a,mobile\nx,15400000001\n");
            endless(write);
            write(b",1\nx,15400000002\n");
        },
        &[],
    );
    assert_eq!((&report["found"]["phone"], &report["malformed"]), (&2.into(), &1.into()));
    let report = piped(
        &workspace,
        |write| {
            write(b"{\"mobile\":\"15400000001\",\"x\":\"");
            endless(write);
            write(b"\",\"c\":{\"mobile\":\"15400000002\"}}\n");
        },
        &[],
    );
    assert_eq!(report["found"]["phone"], 2, "{report}");
    let values: String = (0..20_000).map(|n| format!("({n},'154{n:08}'),")).collect::<Vec<_>>().concat();
    let report = piped(
        &workspace,
        |write| {
            write(b"CREATE TABLE `u` (`id` int, `mobile` varchar(20));\nINSERT INTO `u` VALUES ");
            (0..400_usize).for_each(|_| write(values.as_bytes()));
            write(b"(1,'15499999999');\n");
        },
        &[],
    );
    assert_eq!(report["distinct"]["phone"], 20_001, "{report}");
}

fn zstd_of(text: &str) -> Vec<u8> {
    zstd_of_bytes(text.as_bytes())
}

fn zstd_of_bytes(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory")
}

fn archive_of(files: &[(&str, String)]) -> Vec<u8> {
    archive_of_bytes(&files.iter().map(|(name, text)| (*name, text.clone().into_bytes())).collect::<Vec<_>>())
}
