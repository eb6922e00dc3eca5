//! Decompression: one reader over four libraries, so that all of them treat concatenated members,
//! padding, truncated and damaged data alike. What can be decoded is delivered before any error.

mod codec;

use super::method::{MAGIC_BYTES, Method};
use super::walk::Walk;
use crate::error::Damage;
use crate::wiped::WipedBytes;
use codec::{Codec, Fault, LARGE_DECODERS};
use std::io::{self, Read};

/// Compressed bytes that are read at a time: few at first, since archives may hold a million small
/// entries; then more, as long as each reading fills the buffer.
const FIRST_READ_BYTES: usize = 4 << 10;
const MOST_READ_BYTES: usize = 128 << 10;

/// Where the compressed bytes come from.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    /// From the file itself, from this byte on: the bytes consumed give the position in the file.
    File(u64),
    /// From another reader.
    Inner,
}

/// Reads decompressed bytes.
pub(super) struct Decompressing<'w, R> {
    walk: &'w Walk<'w>,
    input: R,
    origin: Origin,
    method: Method,
    /// How many decoders are around it.
    level: usize,
    codec: Codec,
    /// Whether concatenated members form one text; otherwise only the first is read.
    is_concatenated: bool,
    /// Compressed bytes that the decoder has not taken yet.
    buffer: WipedBytes,
    /// Bytes to read next: grows as long as readings are full.
    read_bytes: usize,
    consumed: u64,
    /// Inside a member, not between two.
    is_within: bool,
    /// How the input ended; an error is returned after what can be decoded.
    ended: Option<io::Result<()>>,
    /// Returned by every call from then on.
    failure: Option<Damage>,
}

impl<'w, R: Read> Decompressing<'w, R> {
    /// For a stream of members.
    pub(super) fn concatenated(walk: &'w Walk<'w>, method: Method, level: usize, origin: Origin, input: R) -> Self {
        Self::new(walk, method, level, origin, input, true)
    }

    /// For one member.
    pub(super) fn single(walk: &'w Walk<'w>, method: Method, level: usize, origin: Origin, input: R) -> Self {
        Self::new(walk, method, level, origin, input, false)
    }

    fn new(walk: &'w Walk<'w>, method: Method, level: usize, origin: Origin, input: R, is_concatenated: bool) -> Self {
        let codec = Codec::new(walk, method, level);
        Self {
            walk,
            input,
            origin,
            method,
            level,
            codec,
            is_concatenated,
            buffer: WipedBytes::default(),
            read_bytes: FIRST_READ_BYTES,
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

    /// Bytes read from the input that follow the member.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer
    }

    fn consume(&mut self, bytes: usize) {
        self.buffer.consume(bytes);
        self.consumed += bytes as u64;
        if let Origin::File(start) = self.origin {
            self.walk.set_position(start + self.consumed);
        }
    }

    /// Fills the buffer to at least this many bytes, if the input has them.
    fn fill(&mut self, bytes: usize) {
        while self.rest().len() < bytes && self.ended.is_none() {
            self.buffer.make_room(self.read_bytes);
            match self.buffer.read_from(&mut self.input, self.read_bytes) {
                Ok(0) => self.ended = Some(Ok(())),
                Ok(count) if count == self.read_bytes => self.read_bytes = MOST_READ_BYTES.min(2 * count),
                Ok(_) => {}
                Err(error) => self.ended = Some(Err(error)),
            }
        }
    }

    /// Skips padding between two members. `Ok(false)` at the end.
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
        self.failure = Some(Damage::of(&error, self.walk.position()));
        error
    }

    fn fault(&mut self, fault: &Fault) -> io::Error {
        let name = self.method.name();
        let what = match fault {
            Fault::Damaged => format!("the {name} data is damaged"),
            Fault::Dictionary => "the zstd data was compressed with a dictionary; decompress it with that first \
                                  (zstd -dc -D DICTIONARY < FILE does that)"
                .to_owned(),
            Fault::Memory if self.level < LARGE_DECODERS => {
                format!("the {name} data needs more memory than is allowed; if this is expected, raise --max-whole")
            }
            Fault::Memory => {
                format!("the nested {name} data needs too much memory; decompress the outer files first")
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
            if !self.is_within && (!self.is_concatenated || !self.next_member()?) {
                return Ok(0);
            }
            self.fill(1);
            let is_last = self.rest().is_empty();
            let step = self.codec.step(&self.buffer, buffer);
            self.consume(step.consumed);
            match step.outcome {
                Err(fault) => {
                    let error = self.fault(&fault);
                    if step.produced == 0 {
                        return Err(error);
                    }
                }
                Ok(is_end) => {
                    let is_stuck = !is_end && step.produced == 0 && step.consumed == 0;
                    if is_stuck && is_last {
                        if self.method == Method::Stored && matches!(self.ended, Some(Ok(()))) {
                            self.is_within = false;
                            return Ok(0);
                        }
                        let cut = || format!("the {} data is truncated", self.method.name());
                        return Err(match self.ended.take() {
                            Some(Err(error)) => self.fail_with(error),
                            _ => self.fail(cut()),
                        });
                    }
                    if is_stuck {
                        return Err(self.fault(&Fault::Damaged));
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
