//! `tests/vectors/packed.json`: packed ranges of small indexes, what is in them, and bodies that
//! must be refused. Read by other implementations too; this test holds it against what this program
//! sends and takes.
//!
//! `EXPOSURE_BLESS=1` writes it again.

use super::tests::with_true_checksums;
use super::*;
use crate::{Index, IndexWriter, IndexedSource, Plan, Sizing, SourceTable};
use exposure_protocol::range_text::Entry;
use exposure_protocol::{Prefix, Scheme, Tag};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Changes that make a valid body invalid.
type Change = fn(&mut Vec<u8>);

const ABOUT: &str = "Packed ranges (docs/protocol.md), bytes as lower-case hex. Entries are suffix and seal, which is empty where \
                     seal_bits is 0. Whatever is among refused must be unfinished, never an empty answer.";

/// The first two bytes of a tag of 40 bits are a7, or begin with a, or with something else.
const NARROW: [(Tag, u32); 7] = [
    (0x12_0000_0001, 3),
    (0xa0_ffff_ffff, 0),
    (0xa7_0000_0000, 15),
    (0xa7_3fff_ffff, 2),
    (0xa7_4000_0000, 9),
    (0xa7_4000_0000, 11),
    (0xaf_ffff_ffff, 1),
];

const WIDE: [(Tag, u32); 3] = [(0xe000_0000_0000_0001, 0), (0xe7ff_ffff_ffff_fffe, 0), (0xefff_ffff_ffff_ffff, 0)];

/// An index of scheme sha256 over these entries, so that seals are what they are given as.
fn index(sizing: Sizing, sets: usize, entries: &[(Tag, u32)]) -> (tempfile::TempDir, Arc<Index>) {
    let source = |slug: &str| IndexedSource {
        slug: slug.to_owned(),
        ledger_hash: [7; 32],
        kinds: BTreeMap::from([("phone".to_owned(), entries.len() as u64)]),
        ..IndexedSource::default()
    };
    let table = SourceTable {
        sources: vec![source("a"), source("b")],
        kinds: source("a").kinds,
        sets: [vec![0], vec![0, 1], vec![1]][..sets].to_vec(),
    };
    let mut counts = vec![0; 1 << sizing.depth];
    entries.iter().for_each(|(tag, _)| counts[(tag >> (sizing.digest_bits - sizing.depth)) as usize] += 1);
    let plan = Plan::new(Scheme::Sha256, 0, None, sizing, table, counts);
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("vectors.index");
    let options = std::fs::OpenOptions::new().read(true).write(true).create_new(true).open(&path);
    let file = options.expect("writable");
    IndexWriter::write(&file, plan, entries.iter().copied()).expect("written");
    (dir, Arc::new(Index::open(&path).expect("own index")))
}

fn range(what: &str, index: &Arc<Index>, prefix: &str) -> Value {
    let prefix = Prefix::parse(prefix).expect("hex");
    let (header, bits) = (index.header(), prefix.bits());
    let body = index.packed(prefix).expect("sound").to_vec();
    let (suffix_digits, seal_digits) = ((header.digest_bits - bits) / 4, header.seal_bits / 4);
    let seal = |entry: &Entry| format!("{:0w$x}", entry.seal, w = usize::from(seal_digits));
    let text = |entry: Entry| {
        let seal = if seal_digits == 0 { String::new() } else { seal(&entry) };
        json!([format!("{:0w$x}", entry.suffix, w = usize::from(suffix_digits)), seal])
    };
    json!({
        "what": what,
        "index": index.id(),
        "nonce": data_encoding::HEXLOWER.encode(&header.nonce),
        "digest_bits": header.digest_bits,
        "prefix_bits": header.prefix_bits,
        "seal_bits": header.seal_bits,
        "range_lines": index.range_entries()[&bits],
        "range_bytes": body.len(),
        "prefix": prefix.to_hex(),
        "body": data_encoding::HEXLOWER.encode(&body),
        "entries": index.range(prefix).expect("sound").into_iter().map(text).collect::<Vec<_>>(),
    })
}

/// The changes to the range of several entries, as it is sent; those behind the first have true
/// checksums again.
const CHANGES: [&[(&str, Change)]; 2] = [
    &[
        ("nothing at all", Vec::clear),
        ("the last byte is missing", |body| body.truncate(body.len() - 1)),
        ("a byte too many", |body| body.push(0)),
        ("another magic", |body| body[7] = b'F'),
        ("version 2", |body| body[8] = 2),
        ("another prefix length", |body| body[10] = 4),
        ("leaves of another depth", |body| body[11] = 12),
        ("narrower tags", |body| body[12] = 36),
        ("wider seals", |body| body[13] = 8),
        ("narrower low bits", |body| body[14] = 29),
        ("the reserved byte is set", |body| body[15] = 1),
        ("another index", |body| body[16] ^= 1),
        ("another prefix", |body| body[32] ^= 1),
        ("another prefix, far above", |body| body[39] = 1),
        ("a byte of leaves fewer", |body| body[40] -= 1),
        ("a byte of leaves more than the body has", |body| body[41] = 1),
        ("far more bytes of leaves", |body| body[47] = 1),
        ("another checksum", |body| body[48] ^= 1),
        ("an entry fewer", |body| body[52] -= 1),
        ("another low bit", |body| body[57] ^= 1),
    ],
    &[
        ("no entry in any bucket", |body| body[56] = 0),
        ("entries behind the last bucket", |body| body[56] = 0xf0),
        ("more entries than the count", |body| body[52] -= 1),
        ("low bits out of order", |body| {
            body[57..61].fill(0xff);
            body[61] = 0;
        }),
        ("seals out of order", |body| body.swap(72, 73)),
        ("four thousand million entries", |body| body[52..56].fill(0xff)),
    ],
];

fn vectors() -> Value {
    let sizing = Sizing { digest_bits: 40, depth: 8, prefix_bits: 8, low_bits: 30 };
    let (_narrow, narrow) = index(sizing, 3, &NARROW);
    let sizing = Sizing { digest_bits: 64, depth: 4, prefix_bits: 4, low_bits: 58 };
    let (_wide, wide) = index(sizing, 1, &WIDE);
    let ranges = [
        range("one leaf of four entries, two of which have one tag", &narrow, "a7"),
        range("none, and padding", &narrow, "00"),
        range("sixteen leaves, most of them empty", &narrow, "a"),
        range("suffixes of 60 bits, without seals", &wide, "e"),
    ];
    let prefix = Prefix::new(8, 0xa7);
    let sound = narrow.packed(prefix).expect("sound").to_vec();
    let mut refused = Vec::new();
    for (changes, is_checksum_true) in CHANGES.into_iter().zip([false, true]) {
        for (what, change) in changes {
            let mut body = sound.clone();
            change(&mut body);
            if is_checksum_true {
                body = with_true_checksums(&narrow, prefix, body, |_| {});
            }
            refused.push(json!({ "what": what, "range": 0, "body": data_encoding::HEXLOWER.encode(&body) }));
        }
    }
    let mut padded = narrow.packed(Prefix::new(8, 0)).expect("sound").to_vec();
    *padded.last_mut().expect("not empty") = 1;
    refused.push(json!({
        "what": "padding that is not zero", "range": 1, "body": data_encoding::HEXLOWER.encode(&padded),
    }));
    json!({ "about": ABOUT, "ranges": ranges, "refused": refused })
}

fn bytes(value: &Value) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(value.as_str().expect("hex").as_bytes()).expect("lower-case hex")
}

/// As a client has it from the parameters.
fn layout(range: &Value) -> (PackedLayout, Prefix) {
    let number = |name: &str| range[name].as_u64().expect("a number");
    let layout = PackedLayout {
        index: range["index"].as_str().expect("an id").to_owned(),
        nonce: bytes(&range["nonce"]).try_into().expect("16 bytes"),
        digest_bits: number("digest_bits") as u8,
        seal_bits: number("seal_bits") as u8,
        prefix_bits: number("prefix_bits") as u8,
        entries: number("range_lines"),
        bytes: number("range_bytes"),
    };
    (layout, Prefix::parse(range["prefix"].as_str().expect("hex")).expect("hex"))
}

#[test]
fn the_committed_vectors_are_what_is_sent_and_what_is_refused() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/packed.json");
    let made = vectors();
    if std::env::var_os("EXPOSURE_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&made).expect("JSON");
        std::fs::write(&path, text + "\n").expect("writable");
    }
    let text = std::fs::read_to_string(&path).expect("the vectors are committed");
    let committed: Value = serde_json::from_str(&text).expect("they are JSON");
    assert_eq!(committed, made);
    for range in committed["ranges"].as_array().expect("a list") {
        let (layout, prefix) = layout(range);
        let entries =
            layout.decode(prefix, &bytes(&range["body"])).unwrap_or_else(|error| panic!("{}: {error}", range["what"]));
        assert_eq!(entries.len(), range["entries"].as_array().expect("a list").len());
    }
    for case in committed["refused"].as_array().expect("a list") {
        let of = case["range"].as_u64().expect("a place") as usize;
        let (layout, prefix) = layout(&committed["ranges"][of]);
        assert!(layout.decode(prefix, &bytes(&case["body"])).is_err(), "{}", case["what"]);
    }
}
