//! Parquet files with bytes changed, and any bytes as one: no panic, and bounded memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int64Type};
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
    files
});

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
