//! Decompression: one reader over four libraries, so that all of them treat members in a row, padding, cut and damaged
//! data alike. What decodes is handed over before any error is.

mod codec;

use super::method::{MAGIC_BYTES, Method};
use super::walk::Walk;
use crate::error::Damage;
use codec::{Codec, Fault, LARGE_DECODERS};
use std::io::{self, Read};
use zeroize::Zeroizing;

/// Compressed bytes that are read at a time: few at first, since archives may hold a million small entries; then more, as
/// long as each reading fills the buffer.
const FIRST_READ_BYTES: usize = 4 << 10;
const MOST_READ_BYTES: usize = 128 << 10;

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
    failure: Option<Damage>,
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
            self.buffer.copy_within(self.at..self.end, 0);
            let was_filled = self.end == self.buffer.len();
            (self.at, self.end) = (0, self.end - self.at);
            if was_filled && self.buffer.len() < MOST_READ_BYTES {
                let length = (self.buffer.len() * 2).max(FIRST_READ_BYTES);
                let mut buffer = Zeroizing::new(vec![0; length]);
                buffer[..self.end].copy_from_slice(&self.buffer[..self.end]);
                self.buffer = buffer;
            }
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
        self.failure = Some(Damage::of(&error, self.walk.place()));
        error
    }

    fn fault(&mut self, fault: &Fault) -> io::Error {
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
                        let cut = || format!("the {} data is cut", self.method.name());
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
