//! Files made by the library's writer, and files damaged in every cheap way.

use super::*;
use crate::format::rows::recorder::Recorder;
use parquet::basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, FloatType,
    Int32Type, Int64Type,
};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

/// Writes a row group.
type WriteGroup<'g> = dyn Fn(&mut SerializedRowGroupWriter<'_, Vec<u8>>) + 'g;

/// A file of row groups.
fn file<const N: usize>(schema: &str, properties: WriterPropertiesBuilder, groups: [&WriteGroup<'_>; N]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).expect("a writer");
    for write in groups {
        let mut group = writer.next_row_group().expect("a row group");
        write(&mut group);
        group.close().expect("closed");
    }
    writer.into_inner().expect("written")
}

/// Writes the next column of a row group.
fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
    defined: &[i16],
    repeated: &[i16],
) {
    let mut writer = group.next_column().expect("a column").expect("another column");
    let defined = (!defined.is_empty()).then_some(defined);
    let repeated = (!repeated.is_empty()).then_some(repeated);
    writer.typed::<T>().write_batch(values, defined, repeated).expect("written");
    writer.close().expect("closed");
}

fn texts(values: &[&str]) -> Vec<ByteArray> {
    values.iter().map(|&value| ByteArray::from(value)).collect()
}

fn recorded(file: &[u8], limits: &Limits) -> (Recorder, Result<(), Stopped>) {
    let mut recorder = Recorder::default();
    let result = read_whole(file.to_vec(), limits, &mut recorder);
    (recorder, result)
}

const PEOPLE: &str = "message m {
    required int64 id; optional binary mobile (UTF8); required double d; required float f; required boolean b;
    required int32 day (DATE); required int64 money (DECIMAL(18,2)); required fixed_len_byte_array(3) code;
    required int32 unsigned (UINT_32); required fixed_len_byte_array(2) small (DECIMAL(4,1)); required binary raw;
    optional group phones (LIST) { repeated group list { optional binary element (UTF8); } }
    repeated group contacts { required int64 mobile; }
}";

fn people(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>) {
    column::<Int64Type>(group, &[1, -2, 3], &[], &[]);
    column::<ByteArrayType>(group, &texts(&["15400001234", ""]), &[1, 0, 1], &[]);
    column::<DoubleType>(group, &[15_400_001_234.0, 1.5e-7, f64::NAN], &[], &[]);
    column::<FloatType>(group, &[0.1, 1.0, 2.5], &[], &[]);
    column::<BoolType>(group, &[true, false, true], &[], &[]);
    column::<Int32Type>(group, &[1, 2, 3], &[], &[]);
    column::<Int64Type>(group, &[1_540_000_123_400, -150, 5], &[], &[]);
    let codes = ["abc", "é1", "\u{1}\u{1}\u{1}"].map(|text| FixedLenByteArray::from(text.as_bytes().to_vec()));
    column::<FixedLenByteArrayType>(group, &codes, &[], &[]);
    column::<Int32Type>(group, &[-1, 2, 3], &[], &[]);
    let decimals = [vec![0xff, 0xff], vec![1, 0], vec![0, 10]].map(FixedLenByteArray::from);
    column::<FixedLenByteArrayType>(group, &decimals, &[], &[]);
    column::<ByteArrayType>(group, &[ByteArray::from(vec![0xff]), "x".into(), "y".into()], &[], &[]);
    // [["a", null, "b"], null, ["c"]]
    column::<ByteArrayType>(group, &texts(&["a", "b", "c"]), &[3, 2, 3, 0, 3], &[0, 1, 1, 0, 0]);
    // [[], [1, 2], [3]]
    column::<Int64Type>(group, &[1, 2, 3], &[0, 1, 1, 1], &[0, 0, 1, 0]);
}

#[test]
fn every_type_as_a_cell() {
    let file = file(PEOPLE, WriterProperties::builder(), [&people, &people]);
    let (recorder, result) = recorded(&file, &Limits::default());
    result.expect("a good file");
    let rows = [
        r#"i1 "15400001234" f15400001234 f0.1 - - i15400001234 "abc" i4294967295 i-0.1 "�" "a;b" -"#,
        r#"i-2 - f0.00000015 f1 - - i-1.5 "é1" i2 i25.6 "x" - "1;2""#,
        r#"i3 "" - f2.5 - - i0.05 "\u{1}\u{1}\u{1}" i3 i1 "y" "c" i3"#,
    ];
    let columns = "(id,mobile,d,f,b,day,money,code,unsigned,small,raw,phones,contacts.mobile)";
    assert_eq!(recorder.lines, [&[columns][..], &rows, &rows].concat());
    assert_eq!(recorder.positions, [1, 2, 3, 4, 5, 6]);
}

/// A text longer than a record, with numbers in it, one of them where it is cut into pieces.
fn long_text(record: usize) -> String {
    let words = "a word and another one, ".repeat(record / 12);
    format!("{words}15400001230{words}15400001231 {}", "15400001232 x".repeat(40_000))
}

#[test]
fn a_cell_that_is_too_long_is_searched() {
    let schema = "message m { required binary a (UTF8); required int64 n; repeated binary b (UTF8); }";
    let (record, short) = (100_000, "15400001233");
    let texts = [long_text(record), short.to_owned()];
    let values: Vec<_> = texts.iter().map(|text| ByteArray::from(text.as_str())).collect();
    let many = vec![ByteArray::from("y 15400001234 x"); 20_000];
    let repeated: Vec<i16> = (0..20_001).map(|n| i16::from(n > 0 && n < 20_000)).collect();
    let defined: Vec<i16> = (0..20_001).map(|n| i16::from(n < 20_000)).collect();
    let long = file(
        schema,
        WriterProperties::builder(),
        [&|group| {
            column::<ByteArrayType>(group, &values, &[], &[]);
            column::<Int64Type>(group, &[7, 8], &[], &[]);
            column::<ByteArrayType>(group, &many, &defined, &repeated);
        }],
    );
    let (recorder, result) = recorded(&long, &Limits { record, ..Limits::default() });
    result.expect("a good file");
    assert_eq!(recorder.lines[1..], ["- i7 -", "\"15400001233\" i8 -"]);
    assert_eq!(recorder.too_long, [1]);
    let count = |number: &str| recorder.outside().matches(number).count();
    assert_eq!([count("15400001230"), count("15400001231"), count("15400001232")], [1, 1, 40_000]);
    assert_eq!(count("15400001234"), 20_000);
    // No more of it than the file may expand to.
    let bombs = vec![ByteArray::from("x".repeat(2_000_000).as_str()); 60];
    let properties = WriterProperties::builder().set_dictionary_page_size_limit(4_000_000);
    let bomb = file(
        TEXTS,
        properties,
        [&|group| {
            column::<ByteArrayType>(group, &bombs, &[1; 60], &[]);
        }],
    );
    assert!(rejection(recorded(&bomb, &Limits { ratio: 2, ..Limits::default() }).1).contains("--max-ratio"));
}

const TEXTS: &str = "message m { optional binary a (UTF8); }";

/// Many values, in the batches, pages and dictionaries that they make.
fn many(properties: WriterPropertiesBuilder, count: usize) -> Vec<u8> {
    let values: Vec<_> = (0..count).map(|n| ByteArray::from(format!("+8615400{:06}", n % 5_000).as_str())).collect();
    let levels = vec![1; count];
    file(TEXTS, properties, [&|group| column::<ByteArrayType>(group, &values, &levels, &[])])
}

#[test]
fn every_codec_and_encoding() {
    let properties = || WriterProperties::builder().set_data_page_row_count_limit(3_000);
    let (gzip, zstd) = (Compression::GZIP(GzipLevel::default()), Compression::ZSTD(ZstdLevel::default()));
    let codecs = [Compression::SNAPPY, gzip, zstd, Compression::LZ4, Compression::LZ4_RAW];
    let mut made: Vec<_> = codecs.map(|codec| properties().set_compression(codec)).into();
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for encoding in [Encoding::PLAIN, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
            let plain = properties().set_writer_version(version).set_dictionary_enabled(false);
            made.push(plain.set_encoding(encoding));
        }
    }
    for properties in made {
        let (recorder, result) = recorded(&many(properties, 10_000), &Limits::default());
        result.expect("a good file");
        assert_eq!(recorder.rows, 10_000);
        assert_eq!(recorder.lines[10_000], "\"+8615400004999\"");
    }
}

fn rejection(result: Result<(), Stopped>) -> String {
    match result {
        Err(Stopped::Damaged { what, .. }) => what,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn errors_name_the_flags_of_their_limits() {
    let file = many(WriterProperties::builder(), 20_000);
    let limits = Limits { whole: 64 << 10, ..Limits::default() };
    assert!(rejection(recorded(&file, &limits).1).contains("--max-whole"));
    let limits = Limits { whole: 1 << 10, ..Limits::default() };
    assert!(rejection(recorded(&file, &limits).1).contains("--max-whole"));
    let deep =
        (0..60).fold("optional binary a (UTF8);".to_owned(), |inner, n| format!("optional group g{n} {{ {inner} }}"));
    let file = self::file(&format!("message m {{ {deep} }}"), WriterProperties::builder(), []);
    assert!(recorded(&file, &Limits::default()).1.is_ok());
    assert!(rejection(recorded(&file, &Limits { depth: 20, ..Limits::default() }).1).contains("--max-depth"));
}

#[test]
fn a_gzip_page_longer_than_its_header_says_is_rejected() {
    let limits = Limits { whole: 300 << 10, ..Limits::default() };
    let gzip = WriterProperties::builder().set_compression(Compression::GZIP(GzipLevel::default()));
    let value = ByteArray::from("x".repeat(1 << 20).as_str());
    let mut file = file(
        TEXTS,
        gzip.set_dictionary_enabled(false),
        [&|group| {
            column::<ByteArrayType>(group, std::slice::from_ref(&value), &[1], &[]);
        }],
    );
    assert!(rejection(recorded(&file, &limits).1).contains("--max-whole"));
    // After the magic: the field of the type, a data page; the field of the size, four bytes long,
    // which becomes 100.
    assert_eq!([file[4], file[5], file[6]], [0x15, 0, 0x15]);
    file[7..11].copy_from_slice(&[0xc8, 0x81, 0x80, 0]);
    assert!(rejection(recorded(&file, &limits).1).contains("longer than its header says"));
}

#[test]
fn a_truncated_file_is_damage_also_without_a_footer() {
    let file = many(WriterProperties::builder(), 100);
    for length in [0, 7, 8, 100, file.len() - 1] {
        let (recorder, result) = recorded(&file[..length], &Limits::default());
        assert!(rejection(result).contains("truncated"), "of {length} bytes");
        assert_eq!(recorder.rows, 0);
    }
}

/// Any changed byte gives damage or other values, never a hang or a panic.
#[test]
fn flipped_bytes_are_damage_or_other_values() {
    let file = file(PEOPLE, WriterProperties::builder(), [&people]);
    let mut damaged = 0;
    for at in 0..file.len() {
        let mut file = file.clone();
        file[at] ^= 0xff;
        damaged += u32::from(recorded(&file, &Limits::default()).1.is_err());
    }
    assert!(damaged > 100, "{damaged}");
}

/// A stream of Brotli that stores its bytes as they are: a header, the bytes, an empty end.
fn brotli(plain: &[u8]) -> Vec<u8> {
    let header = ((plain.len() as u32 - 1) << 4) | 1 << 20;
    [&header.to_le_bytes()[..3], plain, &[3]].concat()
}

/// A file of one column of numbers, whose page is compressed with Brotli.
fn compressed_with_brotli(page: &[u8], uncompressed: u8, values: u8) -> Vec<u8> {
    use parquet::file::metadata::{ParquetMetaDataReader, ParquetMetaDataWriter};
    let plain = WriterProperties::builder().set_dictionary_enabled(false);
    let sound =
        file("message m { required int64 mobile; }", plain, [&|group| column::<Int64Type>(group, &[1, 2], &[], &[])]);
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&bytes::Bytes::from(sound)).expect("metadata");
    let zigzag = |number: u8| number << 1;
    let header = [
        &[0x15, 0, 0x15, zigzag(uncompressed), 0x15, zigzag(page.len() as u8), 0x2c][..],
        &[0x15, zigzag(values), 0x15, 0, 0x15, zigzag(3), 0x15, zigzag(3), 0, 0],
    ]
    .concat();
    let bytes = i64::try_from(header.len() + page.len()).expect("short");
    let chunk = metadata.row_group(0).column(0).clone().into_builder();
    let chunk = chunk.set_compression(Compression::BROTLI(BrotliLevel::default()));
    let chunk = chunk.set_data_page_offset(4).set_total_compressed_size(bytes).set_total_uncompressed_size(bytes);
    let chunk = chunk.set_column_index_offset(None).set_column_index_length(None);
    let chunk = chunk.set_offset_index_offset(None).set_offset_index_length(None);
    let group = metadata.row_group(0).clone().into_builder();
    let group = group.set_column_metadata(vec![chunk.build().expect("a chunk")]).build().expect("a group");
    let metadata = metadata.into_builder().set_row_groups(vec![group]).build();
    let mut file = [b"PAR1", &header[..], page].concat();
    let mut footer = Vec::new();
    ParquetMetaDataWriter::new(&mut footer, &metadata).finish().expect("memory");
    file.extend(footer);
    file
}

#[test]
fn pages_of_brotli_are_read_within_their_size() {
    let values = [15_400_001_234_i64.to_le_bytes(), 15_400_005_678_i64.to_le_bytes()].concat();
    let (recorder, result) = recorded(&compressed_with_brotli(&brotli(&values), 16, 2), &Limits::default());
    result.expect("a good file");
    assert_eq!(recorder.lines[1..], ["i15400001234", "i15400005678"]);
    for (page, uncompressed) in [(brotli(&[&values[..], &[0; 40]].concat()), 16), (brotli(&values)[..10].to_vec(), 16)]
    {
        let (_, result) = recorded(&compressed_with_brotli(&page, uncompressed, 2), &Limits::default());
        assert!(matches!(result, Err(Stopped::Damaged { what, .. }) if what == "the Parquet file is damaged"));
    }
}
