//! Archives, directories, mappings; truncated files. What was good is kept, and damage is reported.

mod limits;

use crate::support::{Workspace, files_below, snapshot};
use exposure_synthetic::{Archive, Compression, Dump, DumpSpec, Shape};
use serde_json::Value;
use std::fs::{self, File};

const INGEST: [&str; 6] = ["ingest", "--source", "a", "--scheme", "sha256", "--allow-unkeyed"];

fn phones(range: std::ops::Range<u64>) -> String {
    range.map(|n| format!("x,154{:08}\n", n * 61_234_567 % 100_000_000)).collect::<Vec<_>>().concat()
}

fn written(workspace: &Workspace, name: &str, spec: DumpSpec) -> String {
    let path = workspace.path(name);
    Dump::new(spec).write_unlabelled(&mut File::create(&path).expect("created")).expect("written");
    path.display().to_string()
}

fn ingest(workspace: &Workspace, more: &[&str]) -> crate::support::Said {
    workspace.run(&[&INGEST[..], more].concat())
}

#[test]
fn truncated_files_are_reported_and_their_good_part_is_kept() {
    for compression in [Compression::Gz, Compression::Zst, Compression::Bz2, Compression::Xz] {
        let workspace = Workspace::new();
        let whole = written(&workspace, "whole", DumpSpec { compression, ..DumpSpec::of(0..60_000) });
        let bytes = fs::read(&whole).expect("readable");
        let cut = workspace.file("cut", &bytes[..bytes.len() * 9 / 10]);
        let good = workspace.file("good.csv", "name,mobile\nx,15499999999\n");
        let said = ingest(&workspace, &["--json", &cut, &good]);
        assert_eq!(said.status, 2, "{compression:?}: a truncated dump is an error");
        let sentence = said.stderr.lines().last().expect("a sentence").to_owned();
        assert!(
            sentence.contains("cut: ") && sentence.contains("byte") && sentence.contains("incomplete"),
            "{sentence}"
        );
        let report: Value = serde_json::from_str(&said.stdout).expect("JSON");
        assert_eq!((&report["complete"], &report["files"][1]["rows"]), (&false.into(), &1.into()));
        assert!(report["distinct"]["cn.ric"].as_u64() > Some(10_000), "{compression:?}: {}", report["distinct"]);
        let shown = workspace.run(&["sources", "show", "a", "--json"]).ok();
        assert!(shown.contains("incomplete"), "{shown}");
        workspace.run(&["build", "--allow-unkeyed"]).ok();
    }
}

#[test]
fn a_truncated_record_is_an_error() {
    let workspace = Workspace::new();
    let cut = workspace.file("cut.json", "{\"mobile\":\"15400000001\"}\n{\"mobile\":\"154000");
    let said = ingest(&workspace, &[&cut]);
    assert!(said.status == 2 && said.stderr.contains("cut.json: the JSON ends within a value"), "{}", said.stderr);
}

#[test]
fn columns_can_name_their_table_and_headers_can_be_wide() {
    let workspace = Workspace::new();
    let sql = "CREATE TABLE `a` (`n` int, `mobile` varchar(20));\nCREATE TABLE `b` (`mobile` varchar(20));\n\
               INSERT INTO `a` VALUES (1,'15400000001'),(2,'15400000002');\nINSERT INTO `b` VALUES ('15400000003');\n";
    let dump = workspace.file("a.sql", sql);
    let one = ["--json", "--column", "a.mobile=phone", "--column", "b.mobile=none", &dump];
    assert_eq!(ingest(&workspace, &one).json()["found"]["phone"], 2);
    let report = ingest(&workspace, &["--replace", "--json", &dump]).json();
    assert!(report["found"]["phone"] == 3 && report.to_string().contains("b.mobile"), "{report}");
    let wide = workspace.file("wide.csv", "id,name,mobile\n1,a\n2,b\n3,c\n");
    assert!(ingest(&workspace, &["--replace", "--column", "mobile=phone", &wide]).sentence().contains("mobile"));
}

#[test]
fn files_are_found_in_directories_patterns_and_archives() {
    let workspace = Workspace::new();
    fs::create_dir_all(workspace.path("dump/deep")).expect("created");
    let inner = archive_of_bytes(&[
        ("x.csv", ("m,mobile\n".to_owned() + &phones(0..5)).into_bytes()),
        ("y.png", b"\x89PNG\r\n\x1a\n\0\0\0".to_vec()),
    ]);
    workspace.file("dump/deep/a.tar", archive_of_bytes(&[("in.tar", inner)]));
    workspace.file("dump/b.csv", "m,mobile\n".to_owned() + &phones(5..9));
    workspace.file("dump/c.txt", "m|mobile\n".to_owned() + &phones(9..12).replace(',', "|"));
    let zipped =
        written(&workspace, "dump/d.zip", DumpSpec { archive: Archive::Zip, shape: Shape::Tsv, ..DumpSpec::of(0..7) });
    assert!(fs::read(&zipped).expect("readable").starts_with(b"PK"));
    let directory = workspace.path("dump").display().to_string();
    // A member that cannot be read makes the ledger incomplete, unless a mapping leaves it out.
    let said = ingest(&workspace, &[&directory]);
    assert!(said.status == 2 && said.stderr.contains("in.tar!y.png: not read"), "{}", said.stderr);
    assert!(workspace.run(&["sources", "show", "a"]).ok().contains("incomplete"));
    let mapping = workspace.file("none.toml", "version = 1\n[[file]]\npath = \"*.png\"\nformat = \"none\"\n");
    let report = ingest(&workspace, &["--replace", "--json", "--mapping", &mapping, &directory]).json();
    assert_eq!(report["files"].as_array().map(Vec::len), Some(4));
    assert!(report["distinct"]["cn.ric"] == 7 && report["found"]["phone"].as_u64() >= Some(12), "{report}");
    assert!(report.to_string().contains("in.tar!x.csv"), "{report}");
    let pattern = workspace.path("dump/*.csv").display().to_string();
    assert_eq!(ingest(&workspace, &["--replace", "--json", &pattern]).json()["found"]["phone"], 4);
    let nothing = workspace.path("dump/*.sql").display().to_string();
    assert!(ingest(&workspace, &["--replace", &nothing]).sentence().contains("*.sql"));
}

#[test]
fn a_preview_is_masked_and_writes_nothing() {
    let workspace = Workspace::new();
    let path = written(&workspace, "a.csv", DumpSpec::of(0..50));
    let text = fs::read_to_string(&path).expect("readable");
    let shown = workspace.run(&["preview", &path]).ok();
    assert!(shown.contains("CSV") && shown.contains("cn.ric") && shown.contains("phone"), "{shown}");
    for value in text.lines().skip(1).flat_map(|line| line.split(',')).filter(|value| value.len() > 8) {
        assert!(!shown.contains(value), "a value is shown: {shown}");
    }
    assert!(!workspace.data().exists(), "nothing is written");
    let report = workspace.run(&["preview", "--json", &path]).json();
    assert_eq!(report["files"][0]["parts"][0]["columns"][0]["because"], "header");
}

#[test]
fn a_mapping_overrides_detection_and_an_invalid_one_is_rejected() {
    let workspace = Workspace::new();
    let dump = workspace.file("a.txt", "15400000001 x\n15400000002 y\n");
    let mapping =
        "version = 1\n[[file]]\ndelimiter = \" \"\nheader = false\n[[file.column]]\nname = 1\nkind = \"phone\"\n";
    let mapping = workspace.file("mapping.toml", mapping);
    let report = ingest(&workspace, &["--json", "--mapping", &mapping, &dump]).json();
    assert_eq!((&report["found"]["phone"], &report["files"][0]["columns"][0]["column"]), (&2.into(), &"1".into()));
    let wrong = workspace.file("wrong.toml", "version = 1\n[[file]]\ndelimeter = \" \"\n");
    let sentence = ingest(&workspace, &["--replace", "--mapping", &wrong, &dump]).sentence();
    assert!(sentence.contains("wrong.toml") && sentence.contains("delimeter"), "{sentence}");
}

#[test]
fn too_few_identifiers_are_an_error_and_change_nothing() {
    let workspace = Workspace::new();
    let rows: String = (0..100)
        .map(|n| format!("{}\n", if n == 0 { "15400000001".to_owned() } else { n.to_string() }))
        .collect::<Vec<_>>()
        .concat();
    let dump = workspace.file("a.csv", format!("mobile\n{rows}"));
    let sentence = ingest(&workspace, &[&dump]).sentence();
    assert!(sentence.contains("1.0 %") && sentence.contains("--accept-rate"), "{sentence}");
    assert!(!workspace.data().join("ledgers/a.ledger").exists() && !workspace.data().join("spill/run").exists());
    ingest(&workspace, &["--accept-rate", "0", &dump]).ok();
}

#[test]
fn the_report_counts_repetitions_overlaps_and_heavy_hitters() {
    let workspace = Workspace::new();
    let a = workspace
        .file("a.csv", "m,mobile\n".to_owned() + &phones(0..50) + &phones(0..20) + &"x,15488888888\n".repeat(30));
    let b = workspace.file("b.csv", "m,mobile\n".to_owned() + &phones(40..60));
    ingest(&workspace, &[&a]).ok();
    let report =
        workspace.run(&["ingest", "--source", "b", "--scheme", "sha256", "--allow-unkeyed", "--json", &b]).json();
    assert_eq!(report["overlaps"][0]["shared"]["phone"], 10);
    let report = ingest(&workspace, &["--replace", "--json", &a]).json();
    assert_eq!((&report["repeated"]["phone"], &report["heavy_hitters"][0]["rows"]), (&49.into(), &30.into()));
    let masked = report["heavy_hitters"][0]["masked"].as_str().expect("a masked form");
    assert!(masked.contains("***") && !masked.contains("8888888"), "{masked}");
}

#[test]
fn planted_values_are_nowhere_afterwards() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let (phone, id) = ("15477665544", "990199199001011234");
    let texts = [
        ("a.csv", format!("name,mobile,sfzh\nCanary Singer,{phone},{id}\nx,1547766,{id}\n\"open,{phone}\n")),
        ("b.ndjson", format!("{{\"mobile\":\"{phone}\"}}\n{{\"mobile\":\"{phone}\n{{\"mobile\":\"x{phone}\"}}\n")),
        ("c.sql", format!("INSERT INTO u (mobile) VALUES ('{phone}'),('{phone}x'),('{phone}\n")),
        ("d.log", format!("call +86 {phone} about {id} by Canary Singer\n")),
    ];
    let files: Vec<String> = texts.iter().map(|(name, text)| workspace.file(name, text)).collect();
    let recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    let fixed = ["ingest", "--source", "a", "--checkpoint", "0", "--memory", "1M", "--escrow", recipient];
    let arguments = [&fixed[..], &files.iter().map(String::as_str).collect::<Vec<_>>()].concat();
    let said = workspace.run(&arguments);
    assert!(workspace.data().join("escrow/a.age").exists(), "{}", said.stderr);
    let mut places = vec![said.stdout.into_bytes(), said.stderr.into_bytes()];
    places.extend(files_below(&workspace.data()).iter().map(|path| fs::read(path).expect("readable")));
    for canary in [phone, &phone[2..], id, &id[3..], "Canary", "Singer"] {
        for place in &places {
            assert!(!place.windows(canary.len()).any(|window| window == canary.as_bytes()), "a canary sings");
        }
    }
    let before = snapshot(&workspace.data());
    let secret = "AGE-SECRET-KEY-1QQPQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
    let sentence = workspace.run(&["ingest", "--source", "b", "--escrow", secret, &files[0]]).sentence();
    assert!(!sentence.contains("QQQ") && sentence.contains("recipient"), "{sentence}");
    assert_eq!(snapshot(&workspace.data()), before);
}

fn archive_of_bytes(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        archive.append_data(&mut header, name, bytes.as_slice()).expect("memory");
    }
    archive.into_inner().expect("memory")
}
