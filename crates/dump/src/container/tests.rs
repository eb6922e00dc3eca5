//! Files of every kind, whole and damaged, from the disk and through a pipe in small pieces.

mod archives;
mod compressed;
mod mail;
mod seekable;

use super::{Content, FileFormat, Input, Seekable, StreamFormat, Walked, walk_file, walk_stream};
use crate::error::{Damage, DumpError};
use crate::halt::Halt;
use crate::limits::Limits;
use sha2::{Digest as _, Sha256};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;

/// A reader that delivers a few bytes at a time.
pub(crate) struct Dripping<R>(pub(crate) R);

impl<R: Read> Read for Dripping<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(3);
        self.0.read(&mut buffer[..count])
    }
}

/// A member as delivered.
#[derive(Debug, PartialEq)]
struct Seen {
    name: Option<String>,
    compression: String,
    what: What,
}

#[derive(Debug, PartialEq)]
enum What {
    Text(Vec<u8>, Option<Damage>),
    Tables(FileFormat, usize),
    Records(StreamFormat, Vec<u8>),
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
fn collect(seen: &mut Vec<Seen>) -> impl FnMut(super::Member<'_>) -> Result<(), Halt> {
    |member| {
        let what = match member.content {
            Content::Text(mut reader) => {
                let mut text = Vec::new();
                let damage = reader.read_to_end(&mut text).err().map(|error| Damage::of(&error, u64::MAX));
                What::Text(text, damage)
            }
            Content::Mail { mut mail, has_files, unread } => {
                let mut text = Vec::new();
                mail.read_to_end(&mut text).expect("readable");
                // Two of them are files.
                unread.set(if has_files { 0 } else { 2 });
                What::Text(text, None)
            }
            Content::Tables(format, seekable) => What::Tables(format, length(seekable)),
            Content::Records(format, mut reader) => {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes).expect("readable");
                What::Records(format, bytes)
            }
            Content::Skipped(why) | Content::Unsupported { what: why, .. } => What::Skipped(why),
        };
        seen.push(Seen { name: member.name, compression: member.compression, what });
        Ok(())
    }
}

fn from_disk(bytes: &[u8], limits: &Limits) -> (Vec<Seen>, Walked) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    let mut seen = Vec::new();
    let input = Input::new(file.reopen().expect("opened"), bytes.len() as u64);
    let walked = walk_file(&input, limits, &(), &mut collect(&mut seen)).expect("read");
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
    // As the command does.
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
fn errors_of_take_end_the_walk_and_an_unread_rest_is_skipped() {
    let bytes = tar(&[("a.csv", &lines(9_000)), ("b.csv", b"1,2\n")]);
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&bytes).expect("written");
    let mut met = Vec::new();
    let mut look = |member: super::Member<'_>| {
        met.push(member.name);
        Ok(())
    };
    let input = Input::new(file.reopen().expect("opened"), bytes.len() as u64);
    let walked = walk_file(&input, &Limits::default(), &(), &mut look).expect("walked");
    is_all_read(&bytes, &walked);
    assert_eq!(met, [Some("a.csv".to_owned()), Some("b.csv".to_owned())]);
    let ended = walk_file(&input, &Limits::default(), &(), &mut |_| Err(DumpError::Sink.into()));
    assert!(matches!(ended, Err(Halt::Failed(DumpError::Sink))));
}

#[test]
fn damage_anywhere_is_damage_and_nothing_else() {
    let text = lines(40);
    let entries: [(&str, &[u8]); 3] =
        [("a.csv", &text), ("b.csv.gz", &gzip(&text)), ("c.tar", &tar(&[("d.csv", &text)]))];
    let mut samples: Vec<_> = METHODS.iter().map(|(_, compress)| compress(&tar(&entries))).collect();
    samples.extend([
        tar(&entries),
        zip(&entries),
        zip_to_pipe(&entries),
        zip_as(zip::CompressionMethod::Zstd, &entries),
    ]);
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let limits = Limits { entries: 50, depth: 6, whole: 1 << 16, ..Limits::default() };
    let mut damaged = 0;
    for sample in &samples {
        for _ in 0..120 {
            let mut bytes = sample.clone();
            for _ in 0..=random(3) {
                let at = random(bytes.len());
                match random(4) {
                    0 => bytes.truncate(at + 1),
                    1 => bytes[at] = [0, 0xff, b'P', 0x7f][random(4)],
                    2 => drop(bytes.splice(at..at, [0xff; 4])),
                    _ => bytes[at] ^= 1 << random(8),
                }
            }
            // It checks that all of the file is read and nothing panics.
            damaged += both(&bytes, &limits).iter().filter(|(_, walked)| walked.damage.is_some()).count();
        }
    }
    assert!(damaged > samples.len() * 120, "{damaged}");
}
