//! The decoders of four libraries behind one step function, and the memory that each may use.

use crate::container::method::Method;
use crate::container::walk::Walk;
use flate2::{Decompress, FlushDecompress};
use std::io;
use zstd::stream::raw::{DParameter, Decoder as Zstd, InBuffer, Operation as _, OutBuffer};

/// Length of the longest header of a zstd frame. Given this many bytes, the decoder says how many
/// more it needs.
const ZSTD_HEADER_BYTES: usize = 18;

/// The window that a zstd frame may always use, as a power of two: 128 MiB, as `zstd --long`
/// writes.
const ZSTD_WINDOW_LOG: u32 = 27;

/// The largest window of a zstd frame on a 64-bit machine, as a power of two.
const ZSTD_WINDOW_LOG_MAX: u32 = 31;

/// Memory that an xz decoder may always use, in bytes: `xz -9` needs 65 MiB.
const XZ_MEMORY: u64 = 128 << 20;

/// Nested decoders that may use so much. Deeper ones get what the usual levels need, so that a
/// hundred of them stay within a gigabyte.
pub(super) const LARGE_DECODERS: usize = 2;
const SMALL_ZSTD_WINDOW_LOG: u32 = 23;
const SMALL_XZ_MEMORY: u64 = 10 << 20;

/// The decoder of a library.
pub(super) enum Codec {
    Flate(Decompress),
    /// With the bytes to give it next: one block at a time, because the library does not report
    /// what it wrote before an error in the same call.
    Zstd(Box<Zstd<'static>>, usize),
    Bzip2(bzip2::Decompress),
    Xz(liblzma::stream::Stream),
    Stored,
    /// A library that failed to start.
    None,
}

/// Why a decoder stopped.
pub(super) enum Fault {
    Damaged,
    /// It was compressed with a dictionary, which is not there.
    Dictionary,
    Memory,
}

/// The result of one decoding step.
pub(super) struct StepResult {
    pub(super) consumed: usize,
    pub(super) produced: usize,
    /// Whether the member has ended.
    pub(super) outcome: Result<bool, Fault>,
}

impl Codec {
    pub(super) fn new(walk: &Walk<'_>, method: Method, level: usize) -> Self {
        let is_small = level >= LARGE_DECODERS;
        match method {
            Method::Gzip => Self::Flate(Decompress::new_gzip(15)),
            Method::Deflate => Self::Flate(Decompress::new(false)),
            Method::Zlib => Self::Flate(Decompress::new(true)),
            Method::Zstd => {
                // Window and buffers together stay below the limit.
                let allowed = (walk.limits.whole / 2).max(1).ilog2().clamp(ZSTD_WINDOW_LOG, ZSTD_WINDOW_LOG_MAX);
                let window = if is_small { SMALL_ZSTD_WINDOW_LOG } else { allowed };
                let decoder = Zstd::new().and_then(|mut decoder| {
                    decoder.set_parameter(DParameter::WindowLogMax(window))?;
                    Ok(decoder)
                });
                decoder.map_or(Self::None, |decoder| Self::Zstd(Box::new(decoder), ZSTD_HEADER_BYTES))
            }
            Method::Bzip2 => Self::Bzip2(bzip2::Decompress::new(false)),
            Method::Xz | Method::Lzma => {
                let memory = if is_small { SMALL_XZ_MEMORY } else { XZ_MEMORY.max(walk.limits.whole as u64) };
                let stream = if method == Method::Xz {
                    liblzma::stream::Stream::new_stream_decoder(memory, 0)
                } else {
                    liblzma::stream::Stream::new_lzma_decoder(memory)
                };
                stream.map_or(Self::None, Self::Xz)
            }
            Method::Stored => Self::Stored,
        }
    }

    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> StepResult {
        match self {
            Self::Flate(decoder) => {
                let before = (decoder.total_in(), decoder.total_out());
                let status = decoder.decompress(input, output, FlushDecompress::None);
                StepResult {
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
                let fault = |error: io::Error| match error.to_string() {
                    said if said.contains("too much memory") => Fault::Memory,
                    said if said.contains("Dictionary mismatch") => Fault::Dictionary,
                    _ => Fault::Damaged,
                };
                StepResult {
                    consumed: input.pos(),
                    produced: output.pos(),
                    outcome: status.map(|hint| hint == 0).map_err(fault),
                }
            }
            Self::Bzip2(decoder) => {
                let before = (decoder.total_in(), decoder.total_out());
                let status = decoder.decompress(input, output);
                StepResult {
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
                StepResult {
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
                StepResult { consumed: count, produced: count, outcome: Ok(false) }
            }
            Self::None => StepResult { consumed: 0, produced: 0, outcome: Err(Fault::Memory) },
        }
    }
}
