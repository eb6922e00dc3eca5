//! Killed runs, started again with the same command: ledger and counts are those of a run that was
//! never interrupted, to the byte.

use crate::support::{Workspace, snapshot};
use exposure_synthetic::{Compression, Dump, DumpSpec, Encoding, HeaderLanguage, Noise, Shape};
use serde_json::Value;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Number of moments at which a run is killed.
const MOMENTS: u32 = 20;

/// Rows per file: enough that reading takes longer than starting the process.
const ROWS: u64 = 2_500;

/// The dumps of one source, which overlap in part.
fn dumps(workspace: &Workspace) -> Vec<PathBuf> {
    let all = [
        (Shape::Csv, Encoding::Gb18030, Compression::Gz),
        (Shape::Elasticdump, Encoding::Utf8, Compression::Zst),
        (Shape::MysqlInsert, Encoding::Utf8, Compression::None),
        (Shape::Xlsx, Encoding::Utf8, Compression::None),
        (Shape::Dashes, Encoding::Utf16Le, Compression::Xz),
    ];
    let write = |(n, (shape, encoding, compression)): (u64, _)| {
        let people = n * ROWS / 2..n * ROWS / 2 + ROWS;
        let dump = Dump::new(DumpSpec {
            shape,
            encoding,
            compression,
            header: HeaderLanguage::Chinese,
            noise: Noise::REAL,
            strangers_from: 1_000_000,
            seed: n,
            ..DumpSpec::of(people)
        });
        let path = workspace.path(&format!("{n}-{}", dump.file_name()));
        dump.write_unlabelled(&mut File::create(&path).expect("created")).expect("written");
        path
    };
    (0..).zip(all).map(write).collect()
}

/// The arguments of the run. Progress is saved after each file, and memory is small, so that much
/// is spilled.
fn arguments(files: &[PathBuf]) -> Vec<String> {
    let fixed = ["ingest", "--json", "--source", "a", "--checkpoint", "0", "--memory", "4M"];
    fixed.iter().map(ToString::to_string).chain(files.iter().map(|path| path.display().to_string())).collect()
}

/// The counts of a report, without what differs from run to run.
fn counted(text: &str) -> Value {
    let mut report: Value = serde_json::from_str(text).expect("JSON");
    for key in ["seconds", "heavy_hitters"] {
        report.as_object_mut().expect("an object").remove(key);
    }
    for file in report["files"].as_array_mut().expect("files") {
        file.as_object_mut().expect("an object").remove("resumed");
    }
    report
}

fn start(workspace: &Workspace, arguments: &[String]) -> Child {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    workspace.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts")
}

#[test]
fn a_run_killed_at_any_moment_resumes_to_the_same_bytes() {
    let whole = Workspace::in_memory();
    whole.run(&["keygen"]).ok();
    let files = dumps(&whole);
    let arguments = arguments(&files);
    let run = |workspace: &Workspace| workspace.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let began = Instant::now();
    let expected = counted(&run(&whole).ok());
    let took = began.elapsed();
    let ledger = fs::read(whole.data().join("ledgers/a.ledger")).expect("published");
    let (mut resumed, mut published) = (0, 0);
    for moment in 0..MOMENTS {
        let workspace = Workspace::in_memory();
        fs::create_dir(workspace.data()).expect("created");
        fs::copy(whole.data().join("key"), workspace.data().join("key")).expect("copied");
        // Every second run is killed twice.
        for _ in 0..=moment % 2 {
            let mut child = start(&workspace, &arguments);
            thread::sleep(took.mul_f64(f64::from(moment * 7 % MOMENTS) / f64::from(MOMENTS)));
            child.kill().expect("killed, or already ended");
            child.wait().expect("gone");
        }
        let is_there = workspace.data().join("ledgers/a.ledger").exists();
        let said = run(&workspace);
        if is_there && said.status == 2 {
            // The killed run had already published the ledger.
            assert!(said.stderr.contains("has a ledger already"), "{}", said.stderr);
            published += 1;
        } else {
            let text = said.ok();
            let report: Value = serde_json::from_str(&text).expect("JSON");
            if report["was_published"] == true {
                published += 1;
            } else {
                resumed += u32::from(report["files"].to_string().contains("\"resumed\":true"));
                assert_eq!(counted(&text), expected, "moment {moment}");
            }
        }
        let again = fs::read(workspace.data().join("ledgers/a.ledger")).expect("published");
        assert!(again == ledger, "moment {moment}: another ledger");
        assert!(!workspace.data().join("spill/run").exists(), "spilled data is deleted");
    }
    assert!(resumed > 0 && resumed + published <= MOMENTS, "{resumed} were resumed, {published} had published");
}

#[test]
fn an_interrupted_run_leaves_no_identifier_in_the_clear() {
    let workspace = Workspace::in_memory();
    workspace.run(&["keygen"]).ok();
    let numbers: Vec<String> = (0..4_000).map(|n| format!("1549{:07}", n * 7_919 % 10_000_000)).collect();
    let first = workspace.file("a.csv", format!("mobile\n{}\n", numbers.join("\n")));
    // The last file cannot be opened: the run fails after the first ones were saved.
    let second = workspace.file("b.csv", "mobile\n15400000001\n");
    let spec = ["ingest", "--source", "a", "--checkpoint", "0", "--memory", "1M", &first, &second];
    let fifo = workspace.path("c.csv").display().to_string();
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs").success());
    let sentence = workspace.run(&[&spec[..], &[&fifo]].concat()).sentence();
    assert!(sentence.contains("not a regular file"), "{sentence}");
    let left = snapshot(&workspace.data().join("spill"));
    assert!(left.len() > 1, "there is saved progress to search");
    for (path, _) in &left {
        let bytes = fs::read(path).expect("readable");
        for number in numbers.iter().step_by(37) {
            assert!(!bytes.windows(9).any(|window| window == &number.as_bytes()[2..]), "{}", path.display());
        }
    }
    // A run with other files starts over, and leaves nothing behind.
    let report = workspace.run(&[&spec[..], &["--json"]].concat()).json();
    assert_eq!(report["distinct"]["phone"], 4_001);
    assert!(!workspace.data().join("spill/run").exists());
}

#[test]
fn a_run_resumes_only_with_the_same_options_and_inputs() {
    let workspace = Workspace::in_memory();
    workspace.run(&["keygen"]).ok();
    let fifo = workspace.path("c.csv").display().to_string();
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs").success());
    let a = workspace.file("a.csv", "mobile\n15400000001\n15400000002\n");
    let stop = || {
        let arguments = ["ingest", "--source", "a", "--checkpoint", "0", &a, &fifo];
        assert!(workspace.run(&arguments).sentence().contains("not a regular file"));
    };
    let go_on = |more: &[&str]| {
        let b = workspace.file("b.csv", "mobile\n15400000003\n");
        fs::remove_file(&fifo).expect("removed");
        fs::copy(&b, &fifo).expect("copied");
        let arguments =
            [&["ingest", "--source", "a", "--replace", "--json", "--checkpoint", "0", &a, &fifo], more].concat();
        let report = workspace.run(&arguments).json();
        fs::remove_file(&fifo).expect("removed");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs").success());
        (report["distinct"]["phone"].as_u64().expect("a count"), report["files"][0]["resumed"] == true)
    };
    stop();
    // Another mode is another run.
    assert_eq!(go_on(&[]), (3, false));
    let arguments = ["ingest", "--source", "a", "--replace", "--checkpoint", "0", &a, &fifo];
    assert!(workspace.run(&arguments).sentence().contains("not a regular file"));
    thread::sleep(Duration::from_millis(20));
    assert_eq!(go_on(&[]), (3, true));
    assert!(workspace.run(&arguments).sentence().contains("not a regular file"));
    fs::write(&a, "mobile\n15400000001\n15400000002\n15400000009\n").expect("writable");
    assert_eq!(go_on(&[]), (4, false), "a file that has changed is read again");
}
