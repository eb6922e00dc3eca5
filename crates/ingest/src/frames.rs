//! Frames: the format in which entries are spilled, and in which machines of a cluster will
//! exchange them.
//!
//! ```text
//! frame   partition 4 │ length 4 │ payload, at most 2 MiB │ CRC-32C 4
//! END     ffffffff    │ 48       │ frames 8 │ entries 8 │ BLAKE3 32 │ CRC-32C 4
//! ```
//!
//! Numbers are little-endian. The checksum covers the frame up to the checksum; the hash covers all
//! frames before END. A payload holds entries in ascending order, each once. Writer and reader
//! define what an entry is, and whether payloads are encrypted. A stream without END is truncated,
//! and a reader rejects it.

use std::io::{self, Read, Write};

/// Maximum bytes of a payload, and so of a reader's memory, whatever a stream says.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 2 << 20;

/// Bytes of a frame without its payload.
pub(crate) const FRAME_BYTES: u64 = 12;

const END: u32 = u32::MAX;
const END_BYTES: usize = 48;

/// The state of a stream that is being written. It does not hold the stream, so that a file may be
/// closed in between.
#[derive(Default)]
pub(crate) struct Frames {
    count: u64,
    entries: u64,
    hash: blake3::Hasher,
}

impl Frames {
    /// Frames so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Entries so far.
    pub(crate) fn entries(&self) -> u64 {
        self.entries
    }

    /// Writes a frame of this many entries.
    pub(crate) fn write(
        &mut self,
        out: &mut impl Write,
        partition: u32,
        entries: u64,
        payload: &[u8],
    ) -> io::Result<()> {
        assert!(partition != END && payload.len() <= PAYLOAD_BYTES_MAX, "a frame within its limits");
        for part in frame(partition, payload) {
            self.hash.update(&part);
            out.write_all(&part)?;
        }
        self.count += 1;
        self.entries += entries;
        Ok(())
    }

    /// Reads a stream without END that consists of exactly this many frames of one partition, so
    /// that it can be continued. `entries` counts the entries of a payload.
    pub(crate) fn of_unfinished(
        stream: impl Read,
        partition: u32,
        count: u64,
        entries: impl Fn(&[u8]) -> u64 + Copy,
    ) -> io::Result<Self> {
        let mut reader = FrameReader::new(stream);
        for _ in 0..count {
            match reader.next(entries)? {
                Some((number, _)) if number == partition => {}
                _ => return Err(damaged()),
            }
        }
        if reader.stream.read(&mut [0])? == 0 { Ok(reader.read) } else { Err(damaged()) }
    }

    /// Writes the END of the stream.
    pub(crate) fn end(self, out: &mut impl Write) -> io::Result<()> {
        let mut payload = [0; END_BYTES];
        payload[..8].copy_from_slice(&self.count.to_le_bytes());
        payload[8..16].copy_from_slice(&self.entries.to_le_bytes());
        payload[16..].copy_from_slice(self.hash.finalize().as_bytes());
        frame(END, &payload).iter().try_for_each(|part| out.write_all(part))
    }
}

/// Head, payload and checksum of a frame.
fn frame(partition: u32, payload: &[u8]) -> [std::borrow::Cow<'_, [u8]>; 3] {
    let head = [partition.to_le_bytes(), (payload.len() as u32).to_le_bytes()].concat();
    let crc = crc32c::crc32c_append(crc32c::crc32c(&head), payload);
    [head.into(), payload.into(), crc.to_le_bytes().to_vec().into()]
}

/// Reads the frames of a stream, and rejects a damaged or truncated one.
pub(crate) struct FrameReader<R> {
    stream: R,
    read: Frames,
    payload: Vec<u8>,
}

impl<R: Read> FrameReader<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream, read: Frames::default(), payload: Vec::new() }
    }

    /// The partition and payload of the next frame; `None` after END. `entries` counts the entries
    /// of a payload.
    pub(crate) fn next(&mut self, entries: impl Fn(&[u8]) -> u64) -> io::Result<Option<(u32, &mut Vec<u8>)>> {
        let mut head = [0; 8];
        self.stream.read_exact(&mut head)?;
        let word = u64::from_le_bytes(head);
        let (partition, length) = (word as u32, (word >> 32) as usize);
        if length > PAYLOAD_BYTES_MAX {
            return Err(damaged());
        }
        self.payload.resize(length, 0);
        self.stream.read_exact(&mut self.payload)?;
        let mut crc = [0; 4];
        self.stream.read_exact(&mut crc)?;
        if crc32c::crc32c_append(crc32c::crc32c(&head), &self.payload) != u32::from_le_bytes(crc) {
            return Err(damaged());
        }
        if partition == END {
            return if self.is_end() { Ok(None) } else { Err(damaged()) };
        }
        self.read.hash.update(&head).update(&self.payload).update(&crc);
        self.read.count += 1;
        self.read.entries += entries(&self.payload);
        Ok(Some((partition, &mut self.payload)))
    }

    /// Whether the current payload is an END that matches what was read, and the last bytes of the
    /// stream.
    fn is_end(&mut self) -> bool {
        let Frames { count, entries, hash } = &self.read;
        let expected = [&count.to_le_bytes()[..], &entries.to_le_bytes(), hash.finalize().as_bytes()].concat();
        self.payload == expected && matches!(self.stream.read(&mut [0]), Ok(0))
    }
}

fn damaged() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = Vec<(u32, Vec<u8>)>;

    fn stream(payloads: &[(u32, &[u8])]) -> Vec<u8> {
        let (mut frames, mut out) = (Frames::default(), Vec::new());
        for (partition, payload) in payloads {
            frames.write(&mut out, *partition, payload.len() as u64, payload).expect("memory");
        }
        frames.end(&mut out).expect("memory");
        out
    }

    fn read(bytes: &[u8]) -> io::Result<Read> {
        let mut reader = FrameReader::new(bytes);
        let mut frames = Vec::new();
        while let Some((partition, payload)) = reader.next(|payload| payload.len() as u64)? {
            frames.push((partition, payload.clone()));
        }
        Ok(frames)
    }

    #[test]
    fn frames_are_read_as_written() {
        let bytes = stream(&[(3, b"abc"), (0, b""), (255, &[7; 5_000])]);
        let expected = vec![(3, b"abc".to_vec()), (0, Vec::new()), (255, vec![7; 5_000])];
        assert_eq!(read(&bytes).expect("own stream"), expected);
        assert_eq!(read(&stream(&[])).expect("an empty stream"), Vec::new());
    }

    /// Machines of a cluster will exchange these bytes, so they must not change.
    #[test]
    fn bytes_are_those_of_the_specification() {
        let bytes = stream(&[(0x61, b"abc")]);
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        assert_eq!(hex(&bytes[..15]), concat!("61000000", "03000000", "616263", "2b51051b"));
        assert_eq!(hex(&bytes[15..39]), concat!("ffffffff", "30000000", "0100000000000000", "0300000000000000"));
        assert_eq!(hex(&bytes[39..71]), "aa8949f9a29c0badb5cd1fa84250f4f4637bbf8b0be70ebf62821cb9a47a3941");
        assert_eq!(bytes.len(), 75);
    }

    #[test]
    fn a_damaged_stream_is_rejected() {
        let bytes = stream(&[(3, b"abc"), (4, b"defg")]);
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length]).is_err(), "cut to {length}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&changed).is_err(), "bit {bit}");
        }
        assert!(read(&[&bytes[..], b"x"].concat()).is_err(), "something follows END");
        let (one, other) = (stream(&[(3, b"abc")]), stream(&[(4, b"defg")]));
        let without_end = |stream: &[u8]| stream[..stream.len() - 12 - END_BYTES].to_vec();
        assert!(read(&[without_end(&one), other].concat()).is_err(), "a frame that END does not count");
        assert!(read(&[&[0_u8; 4][..], &u32::MAX.to_le_bytes()].concat()).is_err(), "a payload of four gigabytes");
    }

    #[test]
    fn a_stream_without_end_can_be_continued() {
        let whole = stream(&[(3, b"abc"), (3, b"defg")]);
        let first = &whole[..8 + 3 + 4];
        let again = |bytes: &[u8], count| Frames::of_unfinished(bytes, 3, count, |payload| payload.len() as u64);
        let mut frames = again(first, 1).expect("one frame");
        assert_eq!((frames.count(), frames.entries()), (1, 3));
        let mut bytes = first.to_vec();
        frames.write(&mut bytes, 3, 4, b"defg").expect("memory");
        frames.end(&mut bytes).expect("memory");
        assert_eq!(bytes, whole);
        for (bytes, count) in [(first, 0), (first, 2), (&first[..14], 1), (&whole[..], 1), (&whole[..], 3)] {
            assert!(again(bytes, count).is_err(), "{count} frames of {} bytes", bytes.len());
        }
        assert!(Frames::of_unfinished(first, 4, 1, |_| 0).is_err(), "another partition's");
    }
}
