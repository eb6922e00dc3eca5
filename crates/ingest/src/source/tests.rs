//! Files of every kind, whole and damaged, from the disk and dripping through a pipe.

use super::{Content, Seekable, Walked, damage_of, walk, walk_stream};
use crate::{Damage, IngestError, Limits};
use sha2::{Digest as _, Sha256};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;

/// A reader that gives a few bytes at a time.
pub(crate) struct Dripping<R>(pub(crate) R);

impl<R: Read> Read for Dripping<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(3);
        self.0.read(&mut buffer[..count])
    }
}

/// A member as it was handed over.
#[derive(Debug, PartialEq)]
struct Seen {
    name: Option<String>,
    compression: String,
    what: What,
}

#[derive(Debug, PartialEq)]
enum What {
    Text(Vec<u8>, Option<Damage>),
    Workbook(usize),
    Parquet(usize),
    Skipped(&'static str),
}

impl Seen {
    fn text(&self) -> &[u8] {
        match &self.what {
            What::Text(text, _) => text,
            other => panic!("no text but {other:?}"),
        }
    }

    fn damage(&self) -> Option<&Damage> {
        match &self.what {
            What::Text(_, damage) => damage.as_ref(),
            _ => None,
        }
    }
}

fn length(seekable: Seekable) -> usize {
    let mut bytes = Vec::new();
    seekable.reader().read_to_end(&mut bytes).expect("readable");
    bytes.len()
}

/// Reads everything of every member.
fn collect(seen: &mut Vec<Seen>) -> impl FnMut(super::Member<'_>) -> Result<(), IngestError> {
    |member| {
        let what = match member.content {
            Content::Text(mut reader) => {
                let mut text = Vec::new();
                let damage = reader.read_to_end(&mut text).err().map(|error| damage_of(&error, u64::MAX));
                What::Text(text, damage)
            }
            Content::Workbook(seekable) => What::Workbook(length(seekable)),
            Content::Parquet(seekable) => What::Parquet(length(seekable)),
            Content::Skipped(why) => What::Skipped(why),
        };
        seen.push(Seen { name: member.name, compression: member.compression, what });
        Ok(())
    }
}

fn from_disk(bytes: &[u8], limits: &Limits) -> (Vec<Seen>, Walked) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    let mut seen = Vec::new();
    let walked = walk(file.path(), limits, &(), &mut collect(&mut seen)).expect("opened");
    is_all_read(bytes, &walked);
    (seen, walked)
}

fn from_pipe(bytes: &[u8], limits: &Limits) -> (Vec<Seen>, Walked) {
    let mut seen = Vec::new();
    let walked = walk_stream(Dripping(bytes), limits, &(), &mut collect(&mut seen)).expect("read");
    is_all_read(bytes, &walked);
    (seen, walked)
}

/// The hash is of the whole file, whatever is wrong with it.
fn is_all_read(bytes: &[u8], walked: &Walked) {
    assert_eq!(walked.bytes, bytes.len() as u64);
    assert_eq!(walked.sha256, data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)));
}

fn both(bytes: &[u8], limits: &Limits) -> [(Vec<Seen>, Walked); 2] {
    [from_disk(bytes, limits), from_pipe(bytes, limits)]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("memory");
    // As the command does it.
    encoder.include_checksum(true).expect("allowed");
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 0);
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

type Compress = fn(&[u8]) -> Vec<u8>;

const METHODS: [(&str, Compress); 4] = [("gzip", gzip), ("zstd", zstd), ("bzip2", bzip2), ("xz", xz)];

/// Lines that do not compress well.
fn lines(count: u32) -> Vec<u8> {
    let mut text = Vec::new();
    let mut state = 1_u64;
    for n in 0..count {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        writeln!(text, "{n},{},{}", 15_400_000_000 + u64::from(n), state >> 11).expect("memory");
    }
    text
}

fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).expect("memory");
    }
    builder.into_inner().expect("memory")
}

fn zip_as(method: zip::CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("memory");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip_as(zip::CompressionMethod::Deflated, entries)
}

/// As programs write it that cannot seek: lengths behind the data.
fn zip_to_pipe(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_stream(Vec::new());
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).expect("memory");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

fn names(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|seen| seen.name.as_deref().unwrap_or("")).collect()
}

mod archives {
    use super::*;

    #[test]
    fn entries_come_in_order_from_disk_and_pipe() {
        let (a, b) = (lines(5_000), lines(3));
        let entries: [(&str, &[u8]); 3] = [("a/b.csv", &a), ("empty.txt", b""), ("c.csv", &b)];
        let mut archives = vec![("tar", tar(&entries)), ("zip", zip(&entries)), ("zip", zip_to_pipe(&entries))];
        for method in [
            zip::CompressionMethod::Stored,
            zip::CompressionMethod::Bzip2,
            zip::CompressionMethod::Zstd,
            zip::CompressionMethod::Xz,
        ] {
            archives.push(("zip", zip_as(method, &entries)));
        }
        for (what, archive) in archives {
            for (seen, walked) in both(&archive, &Limits::default()) {
                assert_eq!(names(&seen), ["a/b.csv", "empty.txt", "c.csv"]);
                assert_eq!(seen.iter().map(Seen::text).collect::<Vec<_>>(), [&a[..], b"", &b]);
                assert_eq!((walked.damage, walked.entries, &seen[0].compression[..]), (None, 3, what));
            }
        }
    }

    #[test]
    fn archives_lie_in_archives_and_compressed_files() {
        let text = lines(2_000);
        let inner = zip(&[("a.csv.gz", &gzip(&text)), ("b.csv", b"1,2\n")]);
        let middle = tar(&[("dir/inner.zip", &inner), ("c.csv.zst", &zstd(b"3,4\n"))]);
        let outer = xz(&zstd(&middle));
        for (seen, walked) in both(&outer, &Limits::default()) {
            assert_eq!(walked.damage, None);
            assert_eq!(names(&seen), ["dir/inner.zip!a.csv.gz", "dir/inner.zip!b.csv", "c.csv.zst"]);
            assert_eq!(seen[0].text(), text);
            let chains: Vec<_> = seen.iter().map(|seen| &seen.compression[..]).collect();
            assert_eq!(chains, ["xz, zstd, tar, zip, gzip", "xz, zstd, tar, zip", "xz, zstd, tar, zstd"]);
        }
        let limits = Limits { depth: 4, ..Limits::default() };
        for (seen, walked) in both(&outer, &limits) {
            assert_eq!(names(&seen), ["dir/inner.zip!b.csv", "c.csv.zst"]);
            assert!(walked.damage.expect("too deep").what.contains("--max-depth"));
            assert_eq!(walked.damaged_member.as_deref(), Some("dir/inner.zip!a.csv.gz"));
        }
    }

    #[test]
    fn a_damaged_entry_of_a_zip_does_not_hide_the_next() {
        let text = lines(10_000);
        let entries: [(&str, &[u8]); 3] = [("a.csv", &text), ("b.csv", &text), ("c.csv", b"1,2\n")];
        for archive in [zip(&entries), zip_as(zip::CompressionMethod::Stored, &entries)] {
            let mut broken = archive.clone();
            let place = broken.len() / 4;
            broken[place] ^= 0x55;
            broken[place + 1] ^= 0x55;
            for (seen, walked) in both(&broken, &Limits::default()) {
                assert_eq!(names(&seen), ["a.csv", "b.csv", "c.csv"]);
                assert!(seen[0].damage().is_some() && seen[1].damage().is_none(), "{walked:?}");
                assert_eq!((seen[1].text(), seen[2].text()), (&text[..], &b"1,2\n"[..]));
                assert!(seen[0].text().len() > text.len() / 10);
                assert_eq!((walked.damages, walked.damaged_member.as_deref()), (1, Some("a.csv")));
            }
        }
    }

    #[test]
    fn a_cut_archive_gives_what_is_there() {
        let text = lines(6_000);
        let entries: [(&str, &[u8]); 2] = [("a.csv", &text), ("b.csv", &text)];
        for archive in [tar(&entries), zip(&entries), zip_to_pipe(&entries), gzip(&tar(&entries))] {
            let cut = &archive[..archive.len() * 3 / 4];
            for (seen, walked) in both(cut, &Limits::default()) {
                assert_eq!(names(&seen), ["a.csv", "b.csv"]);
                assert_eq!(seen[0].text(), text);
                assert!(text.starts_with(seen[1].text()) && seen[1].text().len() > text.len() / 3);
                assert!(seen[1].damage().is_some_and(|damage| damage.what.contains("is cut")), "{walked:?}");
                assert_eq!(walked.damage.as_ref(), seen[1].damage());
            }
        }
    }

    #[test]
    fn what_is_no_text_is_skipped_with_a_reason() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        builder.append_link(&mut header, "link.csv", "/etc/passwd").expect("memory");
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_size(0);
        builder.append_data(&mut header, "dir/", &b""[..]).expect("memory");
        let long = format!("{}/\u{1b}[31m\u{202e}e.csv", "d".repeat(150));
        let mut header = tar::Header::new_gnu();
        header.set_size(4);
        builder.append_data(&mut header, &long, &b"1,2\n"[..]).expect("memory");
        let mut header = tar::Header::new_gnu();
        header.set_size(8);
        builder.append_data(&mut header, "photo.csv", &b"\x89PNG\r\n\x1a\n"[..]).expect("memory");
        let archive = builder.into_inner().expect("memory");
        for (seen, walked) in both(&archive, &Limits::default()) {
            assert_eq!((walked.damage, walked.entries, walked.skipped), (None, 3, 2));
            assert_eq!(seen[0].what, What::Skipped("a link"));
            assert_eq!(seen[1].name, Some(format!("{}/\\u{{1b}}[31m\\u{{202e}}e.csv", "d".repeat(150))));
            assert_eq!(seen[1].text(), b"1,2\n");
            assert_eq!(seen[2].what, What::Skipped("an image"));
        }
    }

    #[test]
    fn extended_headers_give_names_and_lengths() {
        let mut builder = tar::Builder::new(Vec::new());
        builder.append_pax_extensions([("path", &b"pax.csv"[..]), ("size", b"4")]).expect("memory");
        let mut bytes = builder.into_inner().expect("memory");
        bytes.truncate(bytes.len() - 1_024);
        let mut header = tar::Header::new_ustar();
        header.set_path("short").expect("short");
        // As Python writes what is longer than eight gigabytes.
        header.set_size(0);
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(b"1,2\n");
        bytes.resize(bytes.len().next_multiple_of(512) + 1_024, 0);
        bytes.extend_from_slice(&tar(&[("behind.csv", b"3\n")]));
        for (seen, walked) in both(&bytes, &Limits::default()) {
            assert_eq!((names(&seen), walked.damage), (vec!["pax.csv", "behind.csv"], None));
            assert_eq!((seen[0].text(), seen[1].text()), (&b"1,2\n"[..], &b"3\n"[..]));
        }
    }

    #[test]
    fn an_encrypted_entry_is_skipped() {
        let mut bytes = zip(&[("a.csv", b"1,2\n"), ("b.csv", b"3,4\n")]);
        // The flag, in the entry's own header and in the directory.
        bytes[6] |= 1;
        let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("there");
        bytes[directory + 8] |= 1;
        for (seen, walked) in both(&bytes, &Limits::default()) {
            assert!(matches!(seen[0].what, What::Skipped(why) if why.contains("password")), "{walked:?}");
            assert_eq!((seen[1].text(), walked.skipped), (&b"3,4\n"[..], 1));
        }
    }

    #[test]
    fn a_length_behind_stored_data_cannot_be_read_from_a_pipe() {
        let mut writer = zip::ZipWriter::new_stream(Vec::new());
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file("a.csv", options).expect("memory");
        writer.write_all(b"1,2\n").expect("memory");
        let bytes = writer.finish().expect("memory").into_inner();
        assert_eq!(from_disk(&bytes, &Limits::default()).0[0].text(), b"1,2\n");
        let (_, walked) = from_pipe(&bytes, &Limits::default());
        assert!(walked.damage.expect("told").what.contains("unpack"));
    }
}

mod seekable {
    use super::*;

    const CONTENT_TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");

    #[test]
    fn spreadsheets_and_parquet_files_are_handed_over_whole() {
        let book = zip(&[CONTENT_TYPES, ("xl/workbook.xml", b"<workbook/>")]);
        let parquet = b"PAR1\0\0\x15\0PAR1".to_vec();
        let archive = tar(&[("book.xlsx", &book), ("table.parquet", &parquet)]);
        for (seen, walked) in both(&archive, &Limits::default()) {
            assert_eq!((names(&seen), walked.damage), (vec!["book.xlsx", "table.parquet"], None));
            assert_eq!((&seen[0].what, &seen[1].what), (&What::Workbook(book.len()), &What::Parquet(parquet.len())));
        }
        for (seen, _) in both(&book, &Limits::default()) {
            assert_eq!((&seen[0].what, &seen[0].compression[..]), (&What::Workbook(book.len()), "none"));
        }
        for (seen, _) in both(&parquet, &Limits::default()) {
            assert_eq!(seen[0].what, What::Parquet(parquet.len()));
        }
        let limits = Limits { whole: 20, ..Limits::default() };
        let (seen, walked) = from_pipe(&archive, &limits);
        assert_eq!(names(&seen), ["table.parquet"], "which is small enough");
        assert!(walked.damage.expect("too large").what.contains("--max-whole"));
    }

    #[test]
    fn other_documents_are_skipped_and_archives_that_begin_like_them_are_read() {
        let letter = zip(&[CONTENT_TYPES, ("word/document.xml", b"<document/>")]);
        let open = zip(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<a/>")]);
        for document in [letter, open] {
            for (seen, _) in both(&document, &Limits::default()) {
                assert!(seen.len() == 1 && matches!(seen[0].what, What::Skipped(_)), "{seen:?}");
            }
        }
        let archive = zip(&[("xl/list.csv", b"1,2\n")]);
        for (seen, _) in both(&archive, &Limits::default()) {
            assert_eq!(seen[0].text(), b"1,2\n");
        }
    }
}

mod compressed {
    use super::*;

    #[test]
    fn members_in_a_row_are_one_text() {
        let text = lines(3_000);
        for (name, compress) in METHODS {
            let (one, two) = text.split_at(text.len() / 3);
            let row = [compress(one), compress(b""), compress(two)].concat();
            let padded = [&row[..], &[0; 512]].concat();
            for (seen, walked) in both(&row, &Limits::default()).into_iter().chain(both(&padded, &Limits::default())) {
                assert_eq!((seen[0].text() == text, walked.damage), (true, None), "{name}");
                assert_eq!((seen.len(), &seen[0].compression[..], &seen[0].name), (1, name, &None));
            }
        }
    }

    #[test]
    fn frames_that_are_to_be_skipped_are() {
        let frame = [&b"\x50\x2a\x4d\x18\x04\0\0\0abcd"[..], &zstd(b"1,2\n")].concat();
        let row = [&frame[..], &frame].concat();
        for (seen, walked) in both(&row, &Limits::default()) {
            assert_eq!((seen[0].text(), walked.damage), (&b"1,2\n1,2\n"[..], None));
        }
    }

    #[test]
    fn what_was_cut_gives_all_that_decodes_and_then_says_so() {
        let text = lines(20_000);
        for (name, compress) in METHODS {
            let bytes = compress(&text);
            let mut lengths = Vec::new();
            for cut in [1, 4, 9, bytes.len() / 1_000, bytes.len() / 3].map(|end| bytes.len() - end) {
                let [disk, pipe] = both(&bytes[..cut], &Limits::default());
                for (seen, walked) in [&disk, &pipe] {
                    assert!(text.starts_with(seen[0].text()), "{name}");
                    let damage = seen[0].damage().expect("damage");
                    assert_eq!((damage.what.clone(), damage.offset), (format!("the {name} data is cut"), cut as u64));
                    assert_eq!(walked.damage.as_ref(), Some(damage));
                }
                assert_eq!(disk.0[0].text().len(), pipe.0[0].text().len(), "{name}");
                lengths.push(disk.0[0].text().len());
            }
            // A third is gone, and only that, but for the last block.
            assert!(lengths.is_sorted_by(|a, b| a >= b) && lengths[4] > text.len() / 3, "{name}: {lengths:?}");
            assert!(lengths[0] > text.len() * 9 / 10, "{name}: {lengths:?}");
        }
    }

    #[test]
    fn what_follows_and_is_something_else_is_said_after_the_text() {
        let text = lines(300);
        for (name, compress) in METHODS {
            for garbage in [&b"garbage"[..], b"\0\0x", b"\x1f"] {
                let bytes = [&compress(&text)[..], garbage].concat();
                for (seen, walked) in both(&bytes, &Limits::default()) {
                    assert_eq!(seen[0].text(), text, "{name}");
                    let damage = walked.damage.expect("damage");
                    assert!(damage.what.contains("follows"), "{name}");
                    let zeros = garbage.iter().take_while(|&&byte| byte == 0).count();
                    assert_eq!(damage.offset, (bytes.len() - garbage.len() + zeros) as u64, "{name}");
                }
            }
        }
    }

    #[test]
    fn damage_in_the_middle_comes_after_what_is_before_it() {
        let text = lines(20_000);
        for (name, compress) in METHODS {
            let mut bytes = compress(&text);
            let middle = bytes.len() / 2;
            bytes[middle..middle + 8].iter_mut().for_each(|byte| *byte ^= 0xa5);
            let (seen, walked) = from_disk(&bytes, &Limits::default());
            let good = seen[0].text().iter().zip(&text).take_while(|(a, b)| a == b).count();
            assert!(good > text.len() / 4, "{name}: {good} of {}", text.len());
            assert!(walked.damage.expect("damage").what.contains("is damaged"), "{name}");
        }
    }

    #[test]
    fn bombs_and_large_windows_are_met_by_caps() {
        let limits = Limits { ratio: 100, ..Limits::default() };
        let zeros = vec![b'0'; 80 << 20];
        let bomb = zstd(&zeros);
        let (seen, walked) = from_disk(&bomb, &limits);
        assert!(walked.damage.expect("told").what.contains("--max-ratio"));
        assert!(seen[0].text().len() < zeros.len() && seen[0].text().len() >= 64 << 20);
        // In two steps, neither of which expands so much.
        let (_, walked) = from_disk(&gzip(&bomb), &Limits { ratio: 1_000, ..Limits::default() });
        assert!(walked.damage.expect("told").what.contains("--max-ratio"));

        let entries: Vec<_> = (0..20).map(|n| format!("{n}.csv")).collect();
        let entries: Vec<_> = entries.iter().map(|name| (&name[..], &b"1\n"[..])).collect();
        for archive in [zip(&entries), tar(&entries)] {
            for (seen, walked) in both(&archive, &Limits { entries: 5, ..Limits::default() }) {
                assert_eq!((seen.len(), walked.entries), (5, 5));
                assert!(walked.damage.expect("told").what.contains("--max-entries"));
            }
        }

        let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("memory");
        encoder.window_log(28).expect("allowed");
        encoder.long_distance_matching(true).expect("allowed");
        encoder.write_all(b"1,2\n").expect("memory");
        let wide = encoder.finish().expect("memory");
        let (_, walked) = from_disk(&wide, &Limits::default());
        assert!(walked.damage.expect("told").what.contains("--max-whole"));
        let (seen, walked) = from_disk(&wide, &Limits { whole: 1 << 30, ..Limits::default() });
        assert_eq!((seen[0].text(), walked.damage), (&b"1,2\n"[..], None));
    }
}

#[test]
fn a_plain_file_is_one_member_without_a_name() {
    for text in [&b""[..], b"1", &lines(20_000)] {
        for (seen, walked) in both(text, &Limits::default()) {
            let member = Seen { name: None, compression: "none".to_owned(), what: What::Text(text.to_vec(), None) };
            assert_eq!((seen, walked.damage, walked.entries), (vec![member], None, 0));
        }
    }
}

#[test]
fn what_take_says_ends_the_walk_and_what_it_leaves_is_passed_over() {
    let bytes = tar(&[("a.csv", &lines(9_000)), ("b.csv", b"1,2\n")]);
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&bytes).expect("written");
    let mut met = Vec::new();
    let mut look = |member: super::Member<'_>| {
        met.push(member.name);
        Ok(())
    };
    let walked = walk(file.path(), &Limits::default(), &(), &mut look).expect("walked");
    is_all_read(&bytes, &walked);
    assert_eq!(met, [Some("a.csv".to_owned()), Some("b.csv".to_owned())]);
    let ended = walk(file.path(), &Limits::default(), &(), &mut |_| Err(IngestError::NoKey));
    assert!(matches!(ended, Err(IngestError::NoKey)));
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let refused = walk(std::path::Path::new("/dev/null"), &Limits::default(), &(), &mut |_| Ok(()));
    assert!(matches!(refused, Err(IngestError::Format { .. })));
    let absent = walk(std::path::Path::new("no such file"), &Limits::default(), &(), &mut |_| Ok(()));
    assert!(matches!(absent, Err(IngestError::Input { .. })));
}
