//! Decompression: one reader over four libraries, so that all of them treat members in a row, padding, cut and damaged
//! data alike. What decodes is handed over before any error is.

use super::Walk;
use flate2::{Decompress, FlushDecompress};
use std::io::{self, Read};
use zeroize::Zeroizing;
use zstd::stream::raw::{DParameter, Decoder as Zstd, InBuffer, Operation as _, OutBuffer};

/// Compressed bytes that are read at a time.
const READ_BYTES: usize = 128 << 10;

/// Most bytes of a magic number.
const MAGIC_BYTES: usize = 10;

/// As many first bytes of a zstd frame as its longest header, which then says how many more to give.
const ZSTD_HEADER_BYTES: usize = 18;

/// The window a zstd frame may always ask for, as a power of two: 128 MiB, which `zstd --long` uses.
const ZSTD_WINDOW_LOG: u32 = 27;

/// The largest window that a zstd frame can ask for on a 64-bit machine, as a power of two.
const ZSTD_WINDOW_LOG_MAX: u32 = 31;

/// What an xz decoder may always use, in bytes: `xz -9` asks for 65 MiB.
const XZ_MEMORY: u64 = 128 << 20;

/// Decoders inside one another that may use so much; deeper ones use what the usual levels need, so that a hundred of
/// them stay within a gigabyte.
const LARGE_DECODERS: usize = 2;
const SMALL_ZSTD_WINDOW_LOG: u32 = 23;
const SMALL_XZ_MEMORY: u64 = 10 << 20;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    /// Without a header, as in a zip archive.
    Deflate,
    /// Not at all, as in a zip archive.
    Stored,
}

impl Method {
    /// By the first bytes.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        [Self::Gzip, Self::Zstd, Self::Bzip2, Self::Xz].into_iter().find(|method| method.begins(head))
    }

    fn begins(self, head: &[u8]) -> bool {
        match self {
            Self::Gzip => head.starts_with(&[0x1f, 0x8b, 8]),
            // A frame, or one to be skipped, which parallel compressors write first.
            Self::Zstd => match head.first_chunk::<4>() {
                Some([first, rest @ ..]) => {
                    (*first == 0x28 && rest == &[0xb5, 0x2f, 0xfd]) || (first >> 4 == 5 && rest == &[0x2a, 0x4d, 0x18])
                }
                None => false,
            },
            // With what follows: a block, or the end. Three letters and a digit may begin a line of text.
            Self::Bzip2 => match head.first_chunk::<MAGIC_BYTES>() {
                Some([b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]) => {
                    [[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]].contains(rest)
                }
                _ => false,
            },
            Self::Xz => head.starts_with(b"\xfd7zXZ\0"),
            Self::Deflate | Self::Stored => false,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Deflate => "deflate",
            Self::Stored => "none",
        }
    }
}

/// Where the compressed bytes come from.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    /// From the file itself, from this byte on: what is consumed says where in the file a reader stands.
    File(u64),
    /// From something else.
    Inner,
}

/// Reads decompressed bytes.
pub(super) struct Decompressing<'w, R> {
    walk: &'w Walk<'w>,
    input: R,
    origin: Origin,
    method: Method,
    /// How many decoders there are around it.
    level: usize,
    codec: Codec,
    /// Whether members in a row are one text; else what follows the first is not read.
    is_row: bool,
    buffer: Zeroizing<Vec<u8>>,
    /// What of the buffer is not consumed.
    at: usize,
    end: usize,
    consumed: u64,
    /// Inside a member, and not between two.
    is_within: bool,
    /// How the input ended; an error is told behind what decodes.
    ended: Option<io::Result<()>>,
    /// Told from then on.
    failure: Option<crate::Damage>,
}

impl<'w, R: Read> Decompressing<'w, R> {
    /// Of a stream of members.
    pub(super) fn row(walk: &'w Walk<'w>, method: Method, level: usize, origin: Origin, input: R) -> Self {
        Self::new(walk, method, level, origin, input, true)
    }

    /// Of one member.
    pub(super) fn single(walk: &'w Walk<'w>, method: Method, level: usize, origin: Origin, input: R) -> Self {
        Self::new(walk, method, level, origin, input, false)
    }

    fn new(walk: &'w Walk<'w>, method: Method, level: usize, origin: Origin, input: R, is_row: bool) -> Self {
        let (codec, buffer) = (Codec::new(walk, method, level), Zeroizing::new(Vec::new()));
        Self {
            walk,
            input,
            origin,
            method,
            level,
            codec,
            is_row,
            buffer,
            at: 0,
            end: 0,
            consumed: 0,
            is_within: true,
            ended: None,
            failure: None,
        }
    }

    /// Compressed bytes that the decoder has taken.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Whether the one member has been read to its end.
    pub(super) fn is_finished(&self) -> bool {
        !self.is_within
    }

    /// What was read from the input and does not belong to the member.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.at..self.end]
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes;
        self.consumed += bytes as u64;
        if let Origin::File(start) = self.origin {
            self.walk.stand_at(start + self.consumed);
        }
    }

    /// Has at least so many bytes of input, if there are so many.
    fn fill(&mut self, bytes: usize) {
        while self.rest().len() < bytes && self.ended.is_none() {
            if self.buffer.is_empty() {
                self.buffer.resize(READ_BYTES, 0);
            }
            self.buffer.copy_within(self.at..self.end, 0);
            (self.at, self.end) = (0, self.end - self.at);
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = Some(Ok(())),
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.ended = Some(Err(error)),
            }
        }
    }

    /// Passes what stands between two members. `Ok(false)` at the end.
    fn next_member(&mut self) -> io::Result<bool> {
        loop {
            self.fill(MAGIC_BYTES);
            let zeros = self.rest().iter().take_while(|&&byte| byte == 0).count();
            if zeros == 0 {
                break;
            }
            // Tapes and xz pad with zeros.
            self.consume(zeros);
        }
        if self.rest().is_empty() {
            return match self.ended.take() {
                Some(Err(error)) => Err(self.fail_with(error)),
                ended => {
                    self.ended = ended;
                    Ok(false)
                }
            };
        }
        if !self.method.begins(self.rest()) {
            let name = self.method.name();
            return Err(
                self.fail(format!("something that is not {name} data follows the {name} data and was not read"))
            );
        }
        self.codec = Codec::new(self.walk, self.method, self.level);
        self.is_within = true;
        Ok(true)
    }

    fn fail(&mut self, what: String) -> io::Error {
        let error = self.walk.damaged(what);
        self.fail_with(error)
    }

    fn fail_with(&mut self, error: io::Error) -> io::Error {
        self.failure = Some(super::damage_of(&error, self.walk.place()));
        error
    }

    fn fault(&mut self, fault: Fault) -> io::Error {
        let name = self.method.name();
        let what = match fault {
            Fault::Damaged => format!("the {name} data is damaged"),
            Fault::Memory if self.level < LARGE_DECODERS => {
                format!("the {name} data needs more memory than is allowed; if that is meant, raise --max-whole")
            }
            Fault::Memory => {
                format!("the {name} data inside others needs much memory; decompress the outer ones first")
            }
        };
        self.fail(what)
    }
}

impl<R: Read> Read for Decompressing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(damage) = &self.failure {
                return Err(io::Error::other(damage.clone()));
            }
            if !self.is_within && (!self.is_row || !self.next_member()?) {
                return Ok(0);
            }
            self.fill(1);
            let is_last = self.rest().is_empty();
            let step = self.codec.step(&self.buffer[self.at..self.end], buffer);
            self.consume(step.consumed);
            match step.outcome {
                Err(fault) => {
                    let error = self.fault(fault);
                    if step.produced == 0 {
                        return Err(error);
                    }
                }
                Ok(is_end) => {
                    let is_stuck = !is_end && step.produced == 0 && step.consumed == 0;
                    if is_stuck && is_last {
                        if matches!(self.codec, Codec::Stored) && matches!(self.ended, Some(Ok(()))) {
                            self.is_within = false;
                            return Ok(0);
                        }
                        let cut = || format!("the {} data is cut", self.method.name());
                        return Err(match self.ended.take() {
                            Some(Err(error)) => self.fail_with(error),
                            _ => self.fail(cut()),
                        });
                    }
                    if is_stuck {
                        return Err(self.fault(Fault::Damaged));
                    }
                    self.is_within = !is_end;
                }
            }
            if step.produced > 0 {
                if let Err(error) = self.walk.produce(step.produced) {
                    self.fail_with(error);
                }
                return Ok(step.produced);
            }
        }
    }
}

/// The decoder of a library.
enum Codec {
    Flate(Decompress),
    /// And how many bytes to give it next: a block at a time, because what it wrote before an error in the same call is
    /// not said.
    Zstd(Box<Zstd<'static>>, usize),
    Bzip2(bzip2::Decompress),
    Xz(liblzma::stream::Stream),
    Stored,
    /// A library that could not begin.
    None,
}

/// Why a decoder stopped.
enum Fault {
    Damaged,
    Memory,
}

/// What a decoder did with the bytes it was given.
struct Step {
    consumed: usize,
    produced: usize,
    /// Whether the member is at its end.
    outcome: Result<bool, Fault>,
}

impl Codec {
    fn new(walk: &Walk<'_>, method: Method, level: usize) -> Self {
        let is_small = level >= LARGE_DECODERS;
        match method {
            Method::Gzip => Self::Flate(Decompress::new_gzip(15)),
            Method::Deflate => Self::Flate(Decompress::new(false)),
            Method::Zstd => {
                // Window and buffers together stay below the cap.
                let allowed = (walk.limits.whole / 2).max(1).ilog2().clamp(ZSTD_WINDOW_LOG, ZSTD_WINDOW_LOG_MAX);
                let window = if is_small { SMALL_ZSTD_WINDOW_LOG } else { allowed };
                let decoder = Zstd::new().and_then(|mut decoder| {
                    decoder.set_parameter(DParameter::WindowLogMax(window))?;
                    Ok(decoder)
                });
                decoder.map_or(Self::None, |decoder| Self::Zstd(Box::new(decoder), ZSTD_HEADER_BYTES))
            }
            Method::Bzip2 => Self::Bzip2(bzip2::Decompress::new(false)),
            Method::Xz => {
                let memory = if is_small { SMALL_XZ_MEMORY } else { XZ_MEMORY.max(walk.limits.whole as u64) };
                liblzma::stream::Stream::new_stream_decoder(memory, 0).map_or(Self::None, Self::Xz)
            }
            Method::Stored => Self::Stored,
        }
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match self {
            Self::Flate(decoder) => {
                let before = (decoder.total_in(), decoder.total_out());
                let status = decoder.decompress(input, output, FlushDecompress::None);
                Step {
                    consumed: (decoder.total_in() - before.0) as usize,
                    produced: (decoder.total_out() - before.1) as usize,
                    outcome: status.map(|status| status == flate2::Status::StreamEnd).map_err(|_| Fault::Damaged),
                }
            }
            Self::Zstd(decoder, wanted) => {
                let (mut input, mut output) =
                    (InBuffer::around(&input[..input.len().min(*wanted)]), OutBuffer::around(output));
                let status = decoder.run(&mut input, &mut output);
                *wanted = status.as_ref().map_or(1, |&hint| hint.max(1));
                let is_memory = |error: io::Error| error.to_string().contains("too much memory");
                Step {
                    consumed: input.pos(),
                    produced: output.pos(),
                    outcome: status
                        .map(|hint| hint == 0)
                        .map_err(|error| if is_memory(error) { Fault::Memory } else { Fault::Damaged }),
                }
            }
            Self::Bzip2(decoder) => {
                let before = (decoder.total_in(), decoder.total_out());
                let status = decoder.decompress(input, output);
                Step {
                    consumed: (decoder.total_in() - before.0) as usize,
                    produced: (decoder.total_out() - before.1) as usize,
                    outcome: match status {
                        Ok(bzip2::Status::MemNeeded) => Err(Fault::Memory),
                        Ok(status) => Ok(status == bzip2::Status::StreamEnd),
                        Err(_) => Err(Fault::Damaged),
                    },
                }
            }
            Self::Xz(decoder) => {
                use liblzma::stream::{Action, Error, Status};
                let before = (decoder.total_in(), decoder.total_out());
                let status = decoder.process(input, output, Action::Run);
                Step {
                    consumed: (decoder.total_in() - before.0) as usize,
                    produced: (decoder.total_out() - before.1) as usize,
                    outcome: match status {
                        Ok(status) => Ok(status == Status::StreamEnd),
                        Err(Error::Mem | Error::MemLimit) => Err(Fault::Memory),
                        Err(_) => Err(Fault::Damaged),
                    },
                }
            }
            Self::Stored => {
                let count = input.len().min(output.len());
                output[..count].copy_from_slice(&input[..count]);
                Step { consumed: count, produced: count, outcome: Ok(false) }
            }
            Self::None => Step { consumed: 0, produced: 0, outcome: Err(Fault::Memory) },
        }
    }
}
