//! Parquet files with bytes changed, and any bytes as one: no panic, bounded memory, and
//! nothing that is seen is lost.

#![no_main]

use libfuzzer_sys::fuzz_target;
use parquet::basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int64Type};
use parquet::file::metadata::ParquetMetaDataWriter;
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::sync::{Arc, LazyLock, Once};

const SCHEMA: &str = "message m {
    optional binary a (UTF8); required int64 b; required fixed_len_byte_array(2) c;
    optional group d (LIST) { repeated group list { optional binary element (UTF8); } } }";

/// Sound files, one for each way of writing.
static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4,
    ];
    let encodings =
        [None, Some(Encoding::DELTA_LENGTH_BYTE_ARRAY), Some(Encoding::DELTA_BYTE_ARRAY), Some(Encoding::PLAIN)];
    let mut files = Vec::new();
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for codec in codecs {
            files.extend(encodings.map(|encoding| file(version, codec, encoding)));
        }
    }
    files.push(brotli_file());
    files
});

/// A file of one column of two numbers, in one page that is compressed with Brotli. The library
/// writes none here: with its own codec it would also read them, instead of the code under test.
fn brotli_file() -> Vec<u8> {
    let schema = Arc::new(parse_message_type("message m { required int64 mobile; }").expect("a schema"));
    let plain = Arc::new(WriterProperties::builder().set_dictionary_enabled(false).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, plain).expect("a writer");
    let mut group = writer.next_row_group().expect("a row group");
    let mut column = group.next_column().expect("a column").expect("a column");
    column.typed::<Int64Type>().write_batch(&[1, 2], None, None).expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    let metadata = writer.close().expect("written");

    let values = [15_400_001_234_i64.to_le_bytes(), 15_400_005_678_i64.to_le_bytes()].concat();
    // A stream of Brotli that stores its bytes as they are: a header, the bytes, an empty end.
    let page = [&[0xf0, 0, 0x10][..], &values, &[3]].concat();
    let zigzag = |number: usize| u8::try_from(number * 2).expect("a small number");
    let sizes = [0x15, 0, 0x15, zigzag(values.len()), 0x15, zigzag(page.len()), 0x2c];
    let header = [&sizes[..], &[0x15, zigzag(2), 0x15, 0, 0x15, zigzag(3), 0x15, zigzag(3), 0, 0]].concat();
    let bytes = i64::try_from(header.len() + page.len()).expect("short");
    let chunk = metadata.row_group(0).column(0).clone().into_builder();
    let chunk = chunk.set_compression(Compression::BROTLI(BrotliLevel::default()));
    let chunk = chunk.set_data_page_offset(4).set_total_compressed_size(bytes).set_total_uncompressed_size(bytes);
    let chunk = chunk.set_column_index_offset(None).set_column_index_length(None);
    let chunk = chunk.set_offset_index_offset(None).set_offset_index_length(None);
    let group = metadata.row_group(0).clone().into_builder();
    let group = group.set_column_metadata(vec![chunk.build().expect("a chunk")]).build().expect("a group");
    let metadata = metadata.into_builder().set_page_index(None);
    let metadata = metadata.set_row_groups(vec![group]).build();
    let mut footer = Vec::new();
    ParquetMetaDataWriter::new(&mut footer, &metadata).finish().expect("memory");
    [b"PAR1", &header[..], &page, &footer].concat()
}

fn file(version: WriterVersion, codec: Compression, encoding: Option<Encoding>) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
    let mut properties = WriterProperties::builder().set_writer_version(version).set_compression(codec);
    if let Some(encoding) = encoding {
        properties = properties.set_dictionary_enabled(false).set_column_encoding("a".into(), encoding);
    }
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).expect("a writer");
    let mut group = writer.next_row_group().expect("a row group");
    macro_rules! column {
        ($kind:ty, $values:expr, $defined:expr, $repeated:expr) => {
            let mut column = group.next_column().expect("a column").expect("a column");
            column.typed::<$kind>().write_batch(&$values, $defined, $repeated).expect("written");
            column.close().expect("closed");
        };
    }
    column!(ByteArrayType, ["a", "ab"].map(ByteArray::from), Some(&[1, 0, 1]), None);
    column!(Int64Type, [1, 2, 3], None, None);
    column!(FixedLenByteArrayType, [b"ab", b"cd", b"ef"].map(|b| FixedLenByteArray::from(b.to_vec())), None, None);
    column!(ByteArrayType, ["x", "y"].map(ByteArray::from), Some(&[3, 2, 3, 0, 1]), Some(&[0, 1, 1, 0, 0]));
    group.close().expect("closed");
    writer.into_inner().expect("written")
}

/// Panics of the library are caught; only a panic of our own code is a finding.
fn only_own_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            if panic.location().is_some_and(|place| place.file().contains("crates/dump")) {
                eprintln!("{panic}");
                std::process::abort();
            }
        }));
    });
}

// A choice of a file, then changes of three bytes: a place and the new byte.
fuzz_target!(|input: &[u8]| {
    only_own_panics();
    let Some((&choice, changes)) = input.split_first() else { return };
    if choice == b'P' {
        return exposure_dump::fuzzing::parquet(input.to_vec());
    }
    let mut file = FILES[usize::from(choice) % FILES.len()].clone();
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        file[at] = change[2];
    }
    exposure_dump::fuzzing::parquet(file);
});
