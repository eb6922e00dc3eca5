//! Decompresses one block of a binary format, within a limit: for blocks that must be held whole.

use std::io::{self, Read};

/// How a block is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    None,
    /// Deflate without a header.
    Deflate,
    /// One frame of Snappy without a header.
    Snappy,
    /// One block of LZ4 without a header.
    Lz4,
    Zstd,
    Bzip2,
    Xz,
}

/// Why a block cannot be decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    TooLarge,
    Damaged,
}

/// Replaces `plain` by the contents of a block. Not more than `most` bytes are held.
pub(crate) fn decompress(codec: Codec, block: &[u8], most: usize, plain: &mut Vec<u8>) -> Result<(), Failure> {
    plain.clear();
    match codec {
        Codec::None => {
            if block.len() > most {
                return Err(Failure::TooLarge);
            }
            plain.extend_from_slice(block);
            Ok(())
        }
        Codec::Deflate => bounded(flate2::bufread::DeflateDecoder::new(block), most, plain),
        Codec::Snappy => {
            let length = snap::raw::decompress_len(block).map_err(|_| Failure::Damaged)?;
            if length > most {
                return Err(Failure::TooLarge);
            }
            // A byte is expanded at most to a copy of 64.
            if length / 64 > block.len() {
                return Err(Failure::Damaged);
            }
            plain.resize(length, 0);
            let written = snap::raw::Decoder::new().decompress(block, plain).map_err(|_| Failure::Damaged)?;
            plain.truncate(written);
            Ok(())
        }
        Codec::Lz4 => {
            // A byte is expanded to 255 at most; the length is not stored.
            let mut length = (block.len().saturating_mul(4)).clamp(1 << 10, most.max(1 << 10));
            loop {
                plain.resize(length, 0);
                match lz4_flex::block::decompress_into(block, plain) {
                    Ok(written) => {
                        plain.truncate(written);
                        return if written > most { Err(Failure::TooLarge) } else { Ok(()) };
                    }
                    Err(lz4_flex::block::DecompressError::OutputTooSmall { .. }) if length < most => {
                        length = length.saturating_mul(4).min(most);
                    }
                    Err(lz4_flex::block::DecompressError::OutputTooSmall { .. }) => return Err(Failure::TooLarge),
                    Err(_) => return Err(Failure::Damaged),
                }
            }
        }
        Codec::Zstd => match zstd::stream::read::Decoder::with_buffer(block) {
            Ok(decoder) => bounded(decoder, most, plain),
            Err(_) => Err(Failure::Damaged),
        },
        Codec::Bzip2 => bounded(bzip2::bufread::BzDecoder::new(block), most, plain),
        Codec::Xz => bounded(liblzma::bufread::XzDecoder::new(block), most, plain),
    }
}

fn bounded(decoder: impl Read, most: usize, plain: &mut Vec<u8>) -> Result<(), Failure> {
    let read: io::Result<usize> = decoder.take((most as u64).saturating_add(1)).read_to_end(plain);
    match read {
        Ok(_) if plain.len() > most => Err(Failure::TooLarge),
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn compressed(codec: Codec, plain: &[u8]) -> Vec<u8> {
        match codec {
            Codec::None => plain.to_vec(),
            Codec::Deflate => {
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(plain).expect("memory");
                encoder.finish().expect("memory")
            }
            Codec::Snappy => snap::raw::Encoder::new().compress_vec(plain).expect("memory"),
            Codec::Lz4 => lz4_flex::block::compress(plain),
            Codec::Zstd => zstd::stream::encode_all(plain, 1).expect("memory"),
            Codec::Bzip2 => {
                let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                encoder.write_all(plain).expect("memory");
                encoder.finish().expect("memory")
            }
            Codec::Xz => {
                let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
                encoder.write_all(plain).expect("memory");
                encoder.finish().expect("memory")
            }
        }
    }

    #[test]
    fn blocks_are_decompressed_up_to_the_limit() {
        let plain = b"15400001234,".repeat(10_000);
        for codec in [Codec::None, Codec::Deflate, Codec::Snappy, Codec::Lz4, Codec::Zstd, Codec::Bzip2, Codec::Xz] {
            let block = compressed(codec, &plain);
            let mut found = Vec::new();
            assert_eq!(decompress(codec, &block, plain.len(), &mut found), Ok(()), "{codec:?}");
            assert!(found == plain, "{codec:?}");
            let short = decompress(codec, &block, plain.len() - 1, &mut found);
            assert_eq!(short, Err(Failure::TooLarge), "{codec:?}");
            if codec != Codec::None {
                let cut = decompress(codec, &block[..block.len() / 2], plain.len(), &mut found);
                assert!(cut.is_err() || found.len() < plain.len(), "{codec:?}");
            }
        }
        let lying = [&[0xff, 0xff, 0xff, 0xff, 0x07][..], b"abc"].concat();
        assert_eq!(decompress(Codec::Snappy, &lying, usize::MAX, &mut Vec::new()), Err(Failure::Damaged));
    }
}
