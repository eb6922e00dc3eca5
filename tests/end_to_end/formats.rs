//! Binary formats through the real worker in its sandbox, from the seeds of the fuzz targets; what
//! is not read is named.

use crate::support::Workspace;
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;

const INGEST: [&str; 6] = ["ingest", "--source", "a", "--scheme", "sha256", "--allow-unkeyed"];

/// A seed without the byte by which its target chooses the format.
fn seed(target: &str, name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target).join(name);
    fs::read(path).expect("a seed")[1..].to_vec()
}

#[test]
fn binary_formats_are_read_in_the_sandbox() {
    for (target, name, format, column) in [
        ("records", "arrow", "Arrow", "phone"),
        ("records", "arrow-file", "Arrow", "phone"),
        ("records", "avro", "Avro", "phone"),
        ("records", "bson", "BSON", "phone"),
        ("records", "bson-archive", "BSON (mongodump archive)", "phone"),
        ("records", "orc", "ORC", "phone"),
        ("sheets", "xls", "xls", "1"),
    ] {
        let workspace = Workspace::new();
        let file = workspace.file(name, seed(target, name));
        let column = format!("{column}=phone");
        let arguments = [&INGEST[..], &["--json", "--column", &column]].concat();
        let report = workspace.run(&[&arguments[..], &[&file]].concat()).json();
        let is_named = report.to_string().contains(&format!("\"{format}\""));
        assert!(is_named && report["distinct"]["phone"] == 1, "{name}: {report}");
        // Standard input cannot seek.
        let mut piped = workspace.command(&[&arguments[..], &["--replace", "-"]].concat());
        let said = piped.stdin(File::open(&file).expect("there")).output().expect("it runs");
        let report: Value = serde_json::from_slice(&said.stdout).expect("JSON");
        assert_eq!(report["distinct"]["phone"], 1, "{name} through a pipe: {report}");
    }
}

#[test]
fn what_is_not_read_is_named_with_what_reads_it() {
    let workspace = Workspace::new();
    let good = workspace.file("good.csv", "name,mobile\nx,15400001234\n");
    let folder = workspace.path("folder");
    fs::create_dir(&folder).expect("made");
    for (name, bytes, said) in [
        ("a.mdb", &b"\0\x01\0\0Standard Jet DB\0\x01\0\0\0"[..], "mdb-export"),
        ("b.db", b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20", "sqlite3 FILE .dump"),
        ("c.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdftotext"),
        ("d.sav", b"$FL2@(#) SPSS DATA FILE\0\0\x02\0\0\0", "readstat"),
    ] {
        fs::write(folder.join(name), bytes).expect("written");
        let said_of_it = workspace.run(&["preview", &folder.join(name).display().to_string()]).stdout;
        assert!(said_of_it.contains(said), "{name}: {said_of_it}");
    }
    std::os::unix::fs::symlink(&good, folder.join("link.csv")).expect("linked");
    let listed = workspace.run(&["preview", &folder.display().to_string()]).stdout;
    assert!(listed.contains("link.csv") && listed.contains("name the link itself"), "{listed}");
    let named = folder.join("link.csv").display().to_string();
    let report = workspace.run(&[&INGEST[..], &["--json", &named]].concat()).json();
    assert_eq!(report["distinct"]["phone"], 1, "a named link is followed");
}

#[test]
fn a_file_without_rows_is_called_what_it_is() {
    for (bytes, said) in [
        (&b""[..], "it is empty; nothing was written"),
        (b"name,mobile\n", "it has a header and no rows; nothing was written"),
        (b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "there is no file in it; nothing was written"),
    ] {
        let workspace = Workspace::new();
        let file = workspace.file("a", bytes);
        let sentence = workspace.run(&[&INGEST[..], &[&file]].concat()).sentence();
        assert!(sentence.contains(said), "{sentence}");
    }
}

#[test]
fn the_command_of_a_sentence_makes_a_file_that_is_read() {
    let workspace = Workspace::new();
    let rows = (0..20).map(|n| format!("x,154000012{n:02}\n")).collect::<Vec<_>>().concat();
    let plain = workspace.file("plain.csv", format!("name,mobile\n{rows}"));
    for (make, advised) in [
        ("base64 plain.csv", "base64 -d FILE"),
        ("iconv -f UTF-8 -t IBM037 plain.csv", "iconv -f IBM037 -t UTF-8 FILE"),
    ] {
        let shell = |command: &str| {
            let mut shell = std::process::Command::new("sh");
            let folder = Path::new(&plain).parent().expect("a folder");
            shell.args(["-c", command]).current_dir(folder).output().expect("it runs").stdout
        };
        let file = workspace.file("encoded", shell(make));
        let sentence = workspace.run(&[&INGEST[..], &["--replace", &file]].concat()).sentence();
        assert!(sentence.contains(advised), "{sentence}");
        let made = workspace.file("made.csv", shell(&advised.replace("FILE", "encoded")));
        let report = workspace.run(&[&INGEST[..], &["--replace", "--json", &made]].concat()).json();
        assert_eq!(report["distinct"]["phone"], 20, "{advised}");
    }
}
