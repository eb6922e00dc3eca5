//! Files made by hand, with the examples of the format's description; every codec; damage.

use super::integers::Integers;
use super::stream::Stream;
use super::*;
use crate::format::records::tests::lines;
use bytes::Bytes;
use std::io::Write as _;

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
}

/// How a file is compressed: the format's number, and a block.
struct Packing(u64, fn(&[u8]) -> Vec<u8>);

const PLAIN: Packing = Packing(0, <[u8]>::to_vec);

impl Packing {
    fn pack(&self, plain: &[u8]) -> Vec<u8> {
        if self.0 == 0 || plain.is_empty() {
            return plain.to_vec();
        }
        let packed = (self.1)(plain);
        [&((packed.len() as u32) << 1).to_le_bytes()[..3], &packed].concat()
    }
}

/// A type: its kind, the types in it, their names.
type Typed<'t> = (u64, &'t [u64], &'t [&'t str]);
/// A stream: its column, its kind, its bytes.
type Streamed = (u64, u64, Vec<u8>);

struct Table<'t> {
    rows: u64,
    types: &'t [Typed<'t>],
    /// Encoding and size of the dictionary of each column.
    encodings: &'t [(u64, u64)],
    streams: &'t [Streamed],
}

/// A file of this many stripes, all alike.
fn file(table: &Table<'_>, packing: &Packing, stripes: usize) -> Vec<u8> {
    let (mut file, mut listed) = (b"ORC".to_vec(), Vec::new());
    for _ in 0..stripes {
        let (at, mut data, mut footer) = (file.len(), Vec::new(), Vec::new());
        for (column, kind, stream) in table.streams {
            let packed = packing.pack(stream);
            let length = packed.len() as u64;
            footer.extend(bytes(1, &[number(1, *kind), number(2, *column), number(3, length)].concat()));
            data.extend(packed);
        }
        for (kind, words) in table.encodings {
            footer.extend(bytes(2, &[number(1, *kind), number(2, *words)].concat()));
        }
        let footer = packing.pack(&footer);
        let (data_bytes, footer_bytes) = (data.len() as u64, footer.len() as u64);
        let stripe =
            [number(1, at as u64), number(3, data_bytes), number(4, footer_bytes), number(5, table.rows)].concat();
        listed.extend(bytes(3, &stripe));
        file.extend([data, footer].concat());
    }
    let mut footer = listed;
    for (kind, inside, names) in table.types {
        let packed: Vec<u8> = inside.iter().flat_map(|&inner| varint(inner)).collect();
        let names: Vec<u8> = names.iter().flat_map(|name| bytes(3, name.as_bytes())).collect();
        footer.extend(bytes(4, &[number(1, *kind), bytes(2, &packed), names].concat()));
    }
    let footer = packing.pack(&footer);
    let postscript =
        [number(1, footer.len() as u64), number(2, packing.0), number(3, 1 << 16), bytes(8000, b"ORC")].concat();
    let length = postscript.len() as u8;
    [file, footer, postscript, vec![length]].concat()
}

fn read(bytes: &[u8], limits: &Limits) -> (Vec<String>, Option<String>) {
    match Orc::open(Bytes::copy_from_slice(bytes), limits) {
        Ok(orc) => lines(orc, limits),
        Err(error) => (Vec::new(), Some(crate::error::Damage::of(&error, 0).what)),
    }
}

fn integers(bytes: &'static [u8], is_signed: bool, is_second_version: bool, count: usize) -> Vec<i64> {
    let source = Arc::new(Source::new(Bytes::from_static(bytes), 1 << 20));
    let stream = Stream::new(source, 0, bytes.len() as u64);
    let mut integers = Integers::new(stream, is_signed, is_second_version);
    let values = (0..count).map(|_| integers.next().expect("a value")).collect();
    assert!(integers.next().is_err(), "nothing is left");
    values
}

#[test]
fn integers_of_the_description() {
    assert_eq!(integers(&[0x61, 0, 7], false, false, 100), [7; 100]);
    let falling: Vec<i64> = (1..=100).rev().collect();
    assert_eq!(integers(&[0x61, 0xff, 0x64], false, false, 100), falling);
    assert_eq!(integers(&[0xfb, 2, 3, 6, 7, 11], false, false, 5), [2, 3, 6, 7, 11]);
    assert_eq!(integers(&[0x0a, 0x27, 0x10], false, true, 5), [10_000; 5]);
    let direct = [0x5e, 0x03, 0x5c, 0xa1, 0xab, 0x1e, 0xde, 0xad, 0xbe, 0xef];
    assert_eq!(integers(Box::leak(Box::new(direct)), false, true, 4), [23_713, 43_806, 57_005, 48_879]);
    let patched = [
        0x8e, 0x13, 0x2b, 0x21, 0x07, 0xd0, 0x1e, 0x00, 0x14, 0x70, 0x28, 0x32, 0x3c, 0x46, 0x50, 0x5a, 0x64, 0x6e,
        0x78, 0x82, 0x8c, 0x96, 0xa0, 0xaa, 0xb4, 0xbe, 0xfc, 0xe8,
    ];
    let mut expected = vec![2_030, 2_000, 2_020, 1_000_000];
    expected.extend((2_040..=2_190).step_by(10));
    assert_eq!(integers(Box::leak(Box::new(patched)), false, true, 20), expected);
    let deltas = [0xc6, 0x09, 0x02, 0x02, 0x22, 0x42, 0x42, 0x46];
    assert_eq!(integers(Box::leak(Box::new(deltas)), false, true, 10), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
}

/// Signed numbers of the first version, each as it is.
fn literals(values: &[i64]) -> Vec<u8> {
    let mut bytes = vec![(0x100 - values.len()) as u8];
    values.iter().for_each(|&value| bytes.extend(varint((value << 1 ^ value >> 63).cast_unsigned())));
    bytes
}

fn lengths(values: &[u64]) -> Vec<u8> {
    let mut bytes = vec![(0x100 - values.len()) as u8];
    values.iter().for_each(|&value| bytes.extend(varint(value)));
    bytes
}

const LONG: u64 = 4;
const STRING: u64 = 7;
const LIST: u64 = 10;
const MAP: u64 = 11;
const STRUCT: u64 = 12;

/// Two rows of every type.
fn every_type() -> Vec<u8> {
    let types: [Typed<'_>; 15] = [
        (
            STRUCT,
            &[1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14],
            &["b", "long", "f", "text", "word", "list", "map", "when", "dec", "bin", "i"],
        ),
        (0, &[], &[]),
        (LONG, &[], &[]),
        (5, &[], &[]),
        (STRING, &[], &[]),
        (STRING, &[], &[]),
        (LIST, &[7], &[]),
        (STRING, &[], &[]),
        (MAP, &[9, 10], &[]),
        (STRING, &[], &[]),
        (LONG, &[], &[]),
        (9, &[], &[]),
        (14, &[], &[]),
        (8, &[], &[]),
        (1, &[], &[]),
    ];
    let mut encodings = [(0, 0); 15];
    encodings[5] = (1, 2);
    let decimal = [varint(154_000_012_340 << 1), varint(3)].concat();
    let streams = [
        (1, 1, vec![0xff, 0b1000_0000]),
        (2, 0, vec![0xff, 0b1000_0000]),
        (2, 1, literals(&[990_101_199_001_010_019])),
        (3, 1, [15_400_001_234.0_f32.to_le_bytes(), 1.5_f32.to_le_bytes()].concat()),
        (4, 1, "手机15".into()),
        (4, 2, lengths(&[6, 2])),
        (5, 1, lengths(&[1, 0])),
        (5, 3, b"abc".to_vec()),
        (5, 2, lengths(&[1, 2])),
        (6, 2, lengths(&[2, 0])),
        (7, 1, b"xy".to_vec()),
        (7, 2, lengths(&[1, 1])),
        (8, 2, lengths(&[0, 1])),
        (9, 1, b"k".to_vec()),
        (9, 2, lengths(&[1])),
        (10, 1, literals(&[-7])),
        (12, 1, decimal),
        (12, 5, literals(&[1, 0])),
        (13, 1, b"154\xff".to_vec()),
        (13, 2, lengths(&[3, 1])),
        (14, 1, vec![0xfe, 1, 0xff]),
    ];
    file(&Table { rows: 2, types: &types, encodings: &encodings, streams: &streams }, &PLAIN, 1)
}

#[test]
fn every_type_is_read_or_null() {
    let expected = [
        r#"{"b":true,"long":990101199001010019,"f":"1.540000e10","text":"手机","word":"bc","list":["x","y"],"map":{},"when":null,"dec":15400001234,"bin":"154","i":1}"#,
        r#"{"b":false,"long":null,"f":1.5,"text":"15","word":"a","list":[],"map":{"k":-7},"when":null,"dec":-2,"bin":"�","i":-1}"#,
    ];
    assert_eq!(read(&every_type(), &Limits::default()), (expected.map(str::to_owned).to_vec(), None));
}

/// One column of numbers.
fn phones(packing: &Packing, stripes: usize) -> Vec<u8> {
    let types: [Typed<'_>; 2] = [(STRUCT, &[1], &["phone"]), (LONG, &[], &[])];
    let streams = [(1, 1, literals(&[15_400_001_234, 15_400_005_678]))];
    file(&Table { rows: 2, types: &types, encodings: &[(0, 0); 2], streams: &streams }, packing, stripes)
}

#[test]
fn every_codec_is_read() {
    let deflate: fn(&[u8]) -> Vec<u8> = |bytes| {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    };
    let snappy: fn(&[u8]) -> Vec<u8> = |bytes| snap::raw::Encoder::new().compress_vec(bytes).expect("memory");
    let zstd: fn(&[u8]) -> Vec<u8> = |bytes| zstd::stream::encode_all(bytes, 1).expect("memory");
    for packing in
        [PLAIN, Packing(1, deflate), Packing(2, snappy), Packing(4, lz4_flex::block::compress), Packing(5, zstd)]
    {
        let (lines, damage) = read(&phones(&packing, 3), &Limits::default());
        assert_eq!((lines.len(), damage), (6, None), "{}", packing.0);
        assert_eq!(lines[5], r#"{"phone":15400005678}"#);
    }
    let lzo = Packing(3, <[u8]>::to_vec);
    assert!(read(&phones(&lzo, 1), &Limits::default()).1.expect("not read").contains("LZO"));
}

#[test]
fn a_damaged_stripe_does_not_hide_the_next() {
    let mut broken = phones(&PLAIN, 2);
    // The first number of the first stripe becomes a run that is too short.
    broken[3] = 0xff;
    let (lines, damage) = read(&broken, &Limits::default());
    assert_eq!((&lines[1][..], &lines[3][..]), ("!", r#"{"phone":15400005678}"#));
    assert_eq!(damage.as_deref(), Some("the ORC file is damaged"));
}

#[test]
fn hostile_files_are_refused() {
    let truncated = phones(&PLAIN, 1);
    for length in 0..truncated.len() {
        assert!(read(&truncated[..length], &Limits::default()).1.is_some(), "{length}");
    }
    // A type that contains itself.
    let types: [Typed<'_>; 1] = [(STRUCT, &[0], &["a"])];
    let circle = file(&Table { rows: 1, types: &types, encodings: &[], streams: &[] }, &PLAIN, 1);
    assert!(read(&circle, &Limits::default()).1.is_some());
    // A list of billions of times, which take no bytes.
    let types: [Typed<'_>; 3] = [(STRUCT, &[1], &["a"]), (LIST, &[2], &[]), (9, &[], &[])];
    let streams = [(1, 2, lengths(&[u64::MAX >> 2]))];
    let bomb = file(&Table { rows: 1, types: &types, encodings: &[(0, 0); 3], streams: &streams }, &PLAIN, 1);
    assert_eq!(read(&bomb, &Limits::default()).0, ["!"]);
    // A dictionary of billions of empty words.
    let types: [Typed<'_>; 2] = [(STRUCT, &[1], &["a"]), (STRING, &[], &[])];
    let words = [(1, 2, [0x7f, 0, 0].repeat(100_000))];
    let encodings = [(0, 0), (1, u64::MAX)];
    let bomb = file(&Table { rows: 1, types: &types, encodings: &encodings, streams: &words }, &PLAIN, 1);
    let limits = Limits { whole: 1 << 20, ..Limits::default() };
    assert!(read(&bomb, &limits).1.expect("too large").contains("--max-whole"));
}

/// Any changed byte gives other values or damage: never a panic.
#[test]
fn flipped_bytes_are_no_panic() {
    let file = every_type();
    let limits = Limits { whole: 1 << 20, ..Limits::default() };
    let damaged = (0..file.len()).filter(|&at| {
        let mut file = file.clone();
        file[at] ^= 0x81;
        read(&file, &limits).1.is_some()
    });
    assert!(damaged.count() > 20);
}
