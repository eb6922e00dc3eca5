//! Files and streams of the library's writer, whole, damaged and hostile.

use super::*;
use crate::format::records::tests::lines;
use arrow_array::builder::{ListBuilder, MapBuilder, StringBuilder};
use arrow_array::types::{Int32Type, UInt16Type};
use arrow_array::{
    BooleanArray, Decimal128Array, DictionaryArray, Float32Array, Float64Array, Int32Array, Int64Array, NullArray,
    RunArray, StringArray, StringViewArray, StructArray, TimestampMillisecondArray,
};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::Field;

fn phones(count: i64) -> RecordBatch {
    let numbers: Int64Array = (0..count).map(|n| Some(15_400_000_000 + n)).collect();
    RecordBatch::try_from_iter([("phone", Arc::new(numbers) as ArrayRef)]).expect("a batch")
}

fn every_type() -> RecordBatch {
    let mut list = ListBuilder::new(StringBuilder::new());
    list.append_value([Some("x"), None]);
    list.append_null();
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    map.keys().append_value("k");
    map.values().append_value("v");
    map.append(true).expect("a pair");
    map.append(true).expect("no pair");
    let words: DictionaryArray<UInt16Type> = ["b", "a"].into_iter().collect();
    let runs: RunArray<Int32Type> = ["r", "r"].into_iter().collect();
    let field = Arc::new(Field::new("tel", arrow_schema::DataType::Int32, true));
    let inner = StructArray::from(vec![(field, Arc::new(Int32Array::from(vec![Some(7), None])) as ArrayRef)]);
    let columns: [(&str, ArrayRef); 14] = [
        ("b", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("long", Arc::new(Int64Array::from(vec![990_101_199_001_010_019, -1]))),
        ("single", Arc::new(Float32Array::from(vec![15_400_001_234.0, 1.5]))),
        ("double", Arc::new(Float64Array::from(vec![15_400_001_234.0, 0.5]))),
        ("text", Arc::new(StringArray::from(vec!["手机", "\"\n"]))),
        ("view", Arc::new(StringViewArray::from(vec!["a text that is longer than twelve bytes", "c"]))),
        ("word", Arc::new(words)),
        ("run", Arc::new(runs)),
        ("list", Arc::new(list.finish())),
        ("map", Arc::new(map.finish())),
        ("inner", Arc::new(inner)),
        ("when", Arc::new(TimestampMillisecondArray::from(vec![1_577_836_800_000, 0]))),
        (
            "dec",
            Arc::new(Decimal128Array::from(vec![154_000_012_340, 5]).with_precision_and_scale(20, 1).expect("it fits")),
        ),
        ("none", Arc::new(NullArray::new(2))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).expect("a batch")
}

fn options(compression: Option<CompressionType>) -> IpcWriteOptions {
    IpcWriteOptions::default().try_with_compression(compression).expect("a codec")
}

fn stream(batches: &[RecordBatch], compression: Option<CompressionType>) -> Vec<u8> {
    let mut writer =
        StreamWriter::try_new_with_options(Vec::new(), &batches[0].schema(), options(compression)).expect("memory");
    batches.iter().for_each(|batch| writer.write(batch).expect("memory"));
    writer.into_inner().expect("memory")
}

fn file(batches: &[RecordBatch], compression: Option<CompressionType>) -> Vec<u8> {
    let mut writer =
        FileWriter::try_new_with_options(Vec::new(), &batches[0].schema(), options(compression)).expect("memory");
    batches.iter().for_each(|batch| writer.write(batch).expect("memory"));
    writer.into_inner().expect("memory")
}

fn read(bytes: &[u8], limits: &Limits) -> (Vec<String>, Option<String>) {
    match Arrow::open(bytes, limits) {
        Ok(arrow) => lines(arrow, limits),
        Err(error) => (Vec::new(), Some(crate::error::Damage::of(&error, 0).what)),
    }
}

#[test]
fn every_type_is_read_or_null() {
    let expected = [
        r#"{"b":true,"long":990101199001010019,"single":"1.540000e10","double":15400001234,"text":"手机","view":"a text that is longer than twelve bytes","word":"b","run":"r","list":["x",null],"map":{"k":"v"},"inner":{"tel":7},"when":null,"dec":15400001234,"none":null}"#,
        r#"{"b":null,"long":-1,"single":1.5,"double":0.5,"text":"\"\n","view":"c","word":"a","run":"r","list":null,"map":{},"inner":{"tel":null},"when":null,"dec":0.5,"none":null}"#,
    ];
    let expected = (expected.map(str::to_owned).to_vec(), None);
    for compression in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
        assert_eq!(read(&stream(&[every_type()], compression), &Limits::default()), expected);
        assert_eq!(read(&file(&[every_type()], compression), &Limits::default()), expected);
    }
}

#[test]
fn batches_before_truncation_are_kept() {
    for bytes in [file(&[phones(100), phones(100)], None), stream(&[phones(100), phones(100)], None)] {
        assert_eq!(read(&bytes, &Limits::default()).0.len(), 200);
        let (lines, damage) = read(&bytes[..bytes.len() * 6 / 10], &Limits::default());
        assert_eq!((lines.len(), damage.as_deref()), (100, Some("the Arrow file is truncated")));
    }
}

#[test]
fn sizes_that_a_file_states_are_held_against_the_limit() {
    let limits = Limits { whole: 10_000, ..Limits::default() };
    assert_eq!(read(&stream(&[phones(100)], None), &limits).0.len(), 100);
    let (lines, damage) = read(&stream(&[phones(100), phones(10_000)], None), &limits);
    assert_eq!(lines.len(), 100);
    assert!(damage.expect("too large").contains("--max-whole"));
    let zeros = Int64Array::from(vec![0; 100_000]);
    let zeros = RecordBatch::try_from_iter([("phone", Arc::new(zeros) as ArrayRef)]).expect("a batch");
    let (_, damage) = read(&stream(&[zeros], Some(CompressionType::ZSTD)), &limits);
    assert!(damage.expect("too large").contains("--max-whole"));
    // Billions of rows without a byte.
    let nothing = NullArray::new(usize::MAX >> 2);
    let nothing = RecordBatch::try_from_iter([("a", Arc::new(nothing) as ArrayRef)]).expect("a batch");
    let (bytes, limits) = (stream(&[nothing], None), Limits { ratio: 1, ..Limits::default() });
    let arrow = Arrow::open(&bytes[..], &limits).expect("a schema");
    let mut lines = crate::format::records::Lines::new(arrow, u64::MAX, &limits);
    let damage = io::copy(&mut lines, &mut io::sink()).expect_err("a bomb").to_string();
    assert!(damage.contains("--max-ratio"));
}

/// Any changed byte gives other values or damage: never a panic.
#[test]
fn flipped_bytes_are_no_panic() {
    let bytes = stream(&[every_type()], Some(CompressionType::LZ4_FRAME));
    let limits = Limits { whole: 1 << 20, ..Limits::default() };
    let damaged = (0..bytes.len()).step_by(3).filter(|&at| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x81;
        read(&bytes, &limits).1.is_some()
    });
    assert!(damaged.count() > 50);
}
