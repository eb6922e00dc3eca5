//! What an operator is told about encodings: where they change, what is no character, and that a
//! mapping wins over what bytes look like.

use crate::support::{Said, Workspace};

fn ingest(workspace: &Workspace, more: &[&str]) -> Said {
    let fixed = ["ingest", "--source", "a", "--scheme", "sha256", "--allow-unkeyed", "--json"];
    workspace.run(&[&fixed[..], more].concat())
}

fn rows(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|n| ["李,154000", &format!("{n:05}"), "\r\n"].concat()).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_change_of_the_encoding_is_told_and_what_follows_is_read() {
    let workspace = Workspace::new();
    let head = format!("姓名,手机号\r\n{}", rows(0..50));
    let file = workspace.file("a.csv", [head.as_bytes(), &utf16(&rows(50..100))].concat());
    let report = ingest(&workspace, &[&file]).json();
    assert_eq!(report["distinct"]["phone"], 100);
    let change = &report["files"][0]["parts"][0]["encoding_changes"][0];
    assert_eq!(
        (&change["at"], &change["from"], &change["to"]),
        (&head.len().into(), &"UTF-8".into(), &"UTF-16LE".into())
    );
    let shown = workspace.run(&["preview", &file]).ok();
    assert!(shown.contains(&format!("byte {}: the encoding changes from UTF-8 to UTF-16LE", head.len())), "{shown}");
}

#[test]
fn odd_bytes_are_counted_and_no_damage() {
    let workspace = Workspace::new();
    // 上海市浦东新区 in GBK; the last name is cut in the middle of a character.
    let row = |n| {
        [b"\xc9\xcf\xba\xa3\xca\xd0\xc6\xd6\xb6\xab\xd0\xc2\xc7\xf8|", format!("154000{n:05}|").as_bytes(), b"\xc0\n"]
            .concat()
    };
    let cut = [&b"name|mobile|z\n"[..], &(0..200).flat_map(row).collect::<Vec<_>>()].concat();
    let report = ingest(&workspace, &[&workspace.file("a.csv", cut)]).json();
    assert_eq!((&report["distinct"]["phone"], &report["complete"]), (&200.into(), &true.into()));
    assert_eq!(report["files"][0]["parts"][0]["unreadable"], 200);
}

#[test]
fn what_a_mapping_calls_a_text_is_read_as_one() {
    let workspace = Workspace::new();
    let odd: Vec<u8> =
        (0..50).flat_map(|n: u8| [&[n % 32, 0, 3, n][..], format!("\n154000{n:05}\n").as_bytes()].concat()).collect();
    let file = workspace.file("a.bin", odd);
    let sentence = ingest(&workspace, &[&file]).sentence();
    assert!(sentence.contains("state its encoding in a mapping"), "{sentence}");
    let mapping = workspace.file("m.toml", "version = 1\n[[file]]\nencoding = \"latin1\"\nformat = \"lines\"\n");
    let report = ingest(&workspace, &["--mapping", &mapping, "--column", "1=phone", &file]).json();
    assert_eq!((&report["distinct"]["phone"], &report["files"][0]["skipped"]), (&50.into(), &0.into()));
    let unknown = workspace.file("u.toml", "version = 1\n[[file]]\nencoding = \"ebcdic\"\n");
    let sentence = ingest(&workspace, &["--mapping", &unknown, &file]).sentence();
    assert!(sentence.contains("“ebcdic” is not a supported encoding"), "{sentence}");
}

#[test]
fn tables_with_control_characters_nuls_and_carriage_returns_are_read() {
    let workspace = Workspace::new();
    let of = |row: fn(u32) -> String, numbers: std::ops::Range<u32>| numbers.map(row).collect::<String>();
    let hive = workspace.file("hive", of(|n| format!("{n}\u{1}x\u{1}154000{n:05}\u{1}\\N\n"), 0..50));
    let padded = workspace
        .file("padded", format!("name,mobile\n{}", of(|n| format!("n\0\0\0,154000{n:05}\0\0\0\0\n"), 50..100)));
    let mac = workspace.file("mac", format!("name,mobile\r{}", of(|n| format!("n,154000{n:05}\r"), 100..150)));
    for (column, file) in [("3=phone", hive), ("mobile=phone", padded), ("mobile=phone", mac)] {
        let report = ingest(&workspace, &["--replace", "--column", column, &file]).json();
        assert_eq!((&report["distinct"]["phone"], &report["malformed"]), (&50.into(), &0.into()), "{file}");
    }
}
