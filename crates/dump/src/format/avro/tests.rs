//! Files made by hand: every type, every codec, damage.

use super::*;
use crate::format::records::tests::lines;
use std::io::Write as _;

const SYNC: [u8; 16] = *b"sixteen bytes of";

fn long(value: i64) -> Vec<u8> {
    let mut left = ((value << 1) ^ (value >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    while left >= 0x80 {
        bytes.push(left as u8 | 0x80);
        left >>= 7;
    }
    bytes.push(left as u8);
    bytes
}

fn counted(bytes: &[u8]) -> Vec<u8> {
    [&long(i64::try_from(bytes.len()).expect("short")), bytes].concat()
}

fn header(schema: &str, codec: &str) -> Vec<u8> {
    let pairs: [&[u8]; 4] =
        [&counted(b"avro.schema"), &counted(schema.as_bytes()), &counted(b"avro.codec"), &counted(codec.as_bytes())];
    [b"Obj\x01", &long(2)[..], &pairs.concat(), &long(0), &SYNC].concat()
}

fn block(records: &[Vec<u8>]) -> Vec<u8> {
    stored(records.len(), &records.concat())
}

fn stored(count: usize, data: &[u8]) -> Vec<u8> {
    [&long(i64::try_from(count).expect("few"))[..], &counted(data), &SYNC].concat()
}

fn read(bytes: &[u8]) -> (Vec<String>, Option<String>) {
    let limits = Limits { whole: 16 << 20, ..Limits::default() };
    match Avro::open(bytes, &limits) {
        Ok(avro) => lines(avro, &limits),
        Err(error) => (Vec::new(), Some(crate::error::Damage::of(&error, 0).what)),
    }
}

const PHONES: &str = r#"{"type":"record","name":"a","fields":[{"name":"phone","type":"string"}]}"#;

fn phone(number: &str) -> Vec<u8> {
    counted(number.as_bytes())
}

#[test]
fn every_type_is_read_or_null() {
    let schema = r#"{"type":"record","name":"p.Person","fields":[
        {"name":"none","type":"null"},{"name":"is","type":"boolean"},{"name":"int","type":"int"},
        {"name":"long","type":["null","long"]},{"name":"float","type":"float"},{"name":"double","type":"double"},
        {"name":"bytes","type":"bytes"},{"name":"string","type":{"type":"string","avro.java.string":"String"}},
        {"name":"fixed","type":{"type":"fixed","name":"F","size":3}},{"name":"again","type":"F"},
        {"name":"enum","type":{"type":"enum","name":"E","symbols":["A","B"]}},
        {"name":"array","type":{"type":"array","items":"int"}},{"name":"map","type":{"type":"map","values":"string"}},
        {"name":"when","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"day","type":{"type":"int","logicalType":"date"}},
        {"name":"decimal","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":1}},
        {"name":"next","type":["null","Person"]}]}"#;
    let values: [&[u8]; 16] = [
        &[1],
        &long(-3),
        &[&long(1)[..], &long(990_101_199_001_010_019)].concat(),
        &15_400_001_234.0_f32.to_le_bytes(),
        &15_400_001_234.0_f64.to_le_bytes(),
        &counted(b"154"),
        &counted("手机".as_bytes()),
        b"abc",
        b"def",
        &long(1),
        &[&long(1)[..], &long(5), &long(-2), &long(2), &long(6), &long(7), &long(0)].concat(),
        &[&long(1)[..], &counted(b"k"), &counted(b"v"), &long(0)].concat(),
        &long(1_577_836_800_000),
        &long(18_262),
        &counted(&154_000_012_340_i64.to_be_bytes()[2..]),
        &long(0),
    ];
    let record = values.concat();
    let expected = r#"{"none":null,"is":true,"int":-3,"long":990101199001010019,"float":"1.540000e10","double":15400001234,"bytes":"154","string":"手机","fixed":"abc","again":"def","enum":"B","array":[5,6,7],"map":{"k":"v"},"when":null,"day":null,"decimal":15400001234,"next":null}"#;
    assert_eq!(read(&[header(schema, "null"), block(&[record])].concat()), (vec![expected.to_owned()], None));
}

#[test]
fn every_codec_is_read() {
    let records = [phone("15400001234"), phone("15400005678")].concat();
    let deflated = {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&records).expect("memory");
        encoder.finish().expect("memory")
    };
    let snapped = [snap::raw::Encoder::new().compress_vec(&records).expect("memory"), vec![0; 4]].concat();
    let zstd = zstd::stream::encode_all(&records[..], 1).expect("memory");
    for (codec, data) in [("null", records), ("deflate", deflated), ("snappy", snapped), ("zstandard", zstd)] {
        let (lines, damage) = read(&[header(PHONES, codec), stored(2, &data)].concat());
        assert_eq!((&lines[1][..], damage), (r#"{"phone":"15400005678"}"#, None), "{codec}");
    }
    assert!(read(&header(PHONES, "lzo")).1.expect("not read").contains("unsupported method"));
}

#[test]
fn a_damaged_block_does_not_hide_the_next() {
    let broken = stored(2, &[phone("15400001234"), long(1_000_000)].concat());
    let (lines, damage) = read(&[header(PHONES, "null"), broken, block(&[phone("1")])].concat());
    assert_eq!(lines, [r#"{"phone":"15400001234"}"#, "!", r#"{"phone":"1"}"#]);
    assert_eq!(damage.as_deref(), Some("a block of the Avro file is damaged"));
}

#[test]
fn what_is_truncated_ends_with_damage() {
    let whole = [header(PHONES, "null"), block(&[phone("15400001234")])].concat();
    for length in 5..whole.len() {
        let damage = read(&whole[..length]).1;
        assert_eq!(damage.is_some(), length != header(PHONES, "null").len(), "{length}");
    }
}

#[test]
fn items_without_bytes_do_not_fill_the_memory() {
    let schema = r#"{"type":"record","name":"a","fields":[{"name":"n","type":{"type":"array","items":"null"}}]}"#;
    let (lines, damage) = read(&[header(schema, "null"), block(&[long(i64::MAX)])].concat());
    assert_eq!((&lines[..], damage.is_some()), (&["!".to_owned()][..], true));
    // A type that contains itself.
    let schema = r#"{"type":"record","name":"a","fields":[{"name":"n","type":"a"}]}"#;
    assert_eq!(read(&[header(schema, "null"), stored(1, b"")].concat()).0, ["!"]);
    // Billions of records without fields.
    let schema = r#"{"type":"record","name":"a","fields":[]}"#;
    let limits = Limits { ratio: 1, ..Limits::default() };
    let file = [header(schema, "null"), stored(usize::MAX >> 2, b"")].concat();
    let avro = Avro::open(&file[..], &limits).expect("a header");
    let mut all = io::sink();
    let error = io::copy(&mut crate::format::records::Lines::new(avro, u64::MAX, &limits), &mut all);
    assert!(error.expect_err("a bomb").to_string().contains("--max-ratio"));
}

/// Any changed byte gives other values or damage: never a panic.
#[test]
fn flipped_bytes_are_no_panic() {
    let schema =
        r#"{"type":"record","name":"a","fields":[{"name":"b","type":["null",{"type":"map","values":"double"}]}]}"#;
    let record = [&long(1)[..], &long(1), &counted(b"k"), &1.5_f64.to_le_bytes(), &long(0)].concat();
    let bytes = [header(schema, "null"), block(&[record])].concat();
    for at in 4..bytes.len() {
        for mask in [1, 0x80, 0xff] {
            let mut other = bytes.clone();
            other[at] ^= mask;
            let (lines, damage) = read(&other);
            assert!(!lines.is_empty() || damage.is_some() || at < 20 + schema.len() + 40);
        }
    }
}
