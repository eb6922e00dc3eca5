//! Runs of integers, in both versions of the format.

use super::damage::broken;
use super::stream::Stream;
use parquet::file::reader::ChunkReader;
use std::io;

/// The shortest run of the first version.
const RUN_AT_LEAST: usize = 3;

/// Integers, of which a run is held at a time.
pub(super) struct Integers<R> {
    stream: Stream<R>,
    is_signed: bool,
    is_second_version: bool,
    run: Vec<i64>,
    at: usize,
}

impl<R: ChunkReader> Integers<R> {
    pub(super) fn new(stream: Stream<R>, is_signed: bool, is_second_version: bool) -> Self {
        Self { stream, is_signed, is_second_version, run: Vec::new(), at: 0 }
    }

    pub(super) fn next(&mut self) -> io::Result<i64> {
        if self.at == self.run.len() {
            self.run.clear();
            self.at = 0;
            if self.is_second_version { self.second_version()? } else { self.first_version()? }
        }
        let value = *self.run.get(self.at).ok_or_else(broken)?;
        self.at += 1;
        Ok(value)
    }

    /// A number that is not negative.
    pub(super) fn length(&mut self) -> io::Result<usize> {
        usize::try_from(self.next()?).map_err(|_| broken())
    }

    fn varint(&mut self) -> io::Result<i64> {
        let value = self.stream.varint()?;
        Ok(self.signed(value))
    }

    /// A value as it is, or with its sign in the last bit.
    fn signed(&self, value: u64) -> i64 {
        if self.is_signed { zigzag(value) } else { value.cast_signed() }
    }

    fn first_version(&mut self) -> io::Result<()> {
        let control = self.stream.byte()?;
        if control < 0x80 {
            let step = i64::from(self.stream.byte()?.cast_signed());
            let mut value = self.varint()?;
            for _ in 0..usize::from(control) + RUN_AT_LEAST {
                self.run.push(value);
                value = value.wrapping_add(step);
            }
        } else {
            for _ in 0..0x100 - usize::from(control) {
                let value = self.varint()?;
                self.run.push(value);
            }
        }
        Ok(())
    }

    fn second_version(&mut self) -> io::Result<()> {
        let first = self.stream.byte()?;
        if first >> 6 == 0 {
            let value = self.big_endian(usize::from(first >> 3 & 7) + 1)?;
            let value = self.signed(value);
            self.run.resize(usize::from(first & 7) + RUN_AT_LEAST, value);
            return Ok(());
        }
        let width = first >> 1 & 0x1f;
        let count = (usize::from(first & 1) << 8 | usize::from(self.stream.byte()?)) + 1;
        match first >> 6 {
            1 => {
                let mut bits = Packed::new(&mut self.stream);
                for _ in 0..count {
                    let value = bits.next(width_of(width))?;
                    self.run.push(if self.is_signed { zigzag(value) } else { value.cast_signed() });
                }
                Ok(())
            }
            2 => self.patched(width_of(width), count),
            _ => self.deltas(if width == 0 { 0 } else { width_of(width) }, count),
        }
    }

    /// Differences to a base, of which the large ones have their upper bits elsewhere.
    fn patched(&mut self, width: u32, count: usize) -> io::Result<()> {
        let [third, fourth] = self.stream.array()?;
        let base_bytes = usize::from(third >> 5) + 1;
        let patch_width = width_of(third & 0x1f);
        let (gap_width, patches) = (u32::from(fourth >> 5) + 1, usize::from(fourth & 0x1f));
        let base = self.big_endian(base_bytes)?;
        // The first bit of the base is its sign.
        let sign = 1_u64 << (base_bytes * 8 - 1);
        let magnitude = (base & !sign).cast_signed();
        let base = if base & sign == 0 { magnitude } else { magnitude.wrapping_neg() };
        let mut differences = Vec::with_capacity(count);
        let mut bits = Packed::new(&mut self.stream);
        for _ in 0..count {
            differences.push(bits.next(width)?);
        }
        let mut bits = Packed::new(&mut self.stream);
        let (entry_width, mut place) = (fixed_width(gap_width + patch_width), 0_usize);
        for _ in 0..patches {
            let entry = bits.next(entry_width)?;
            let gap = entry.checked_shr(patch_width).unwrap_or(0);
            place = place.saturating_add(usize::try_from(gap).map_err(|_| broken())?);
            let patch = if patch_width == 64 { entry } else { entry & ((1 << patch_width) - 1) };
            // A gap that is too large is written as several: all but the last patch nothing.
            if let (Some(difference), true) = (differences.get_mut(place), patch != 0) {
                *difference |= patch.checked_shl(width).unwrap_or(0);
            }
        }
        self.run.extend(differences.into_iter().map(|value| base.wrapping_add(value.cast_signed())));
        Ok(())
    }

    /// Steps from each value to the next, all in one direction.
    fn deltas(&mut self, width: u32, count: usize) -> io::Result<()> {
        let mut value = self.varint()?;
        let step = zigzag(self.stream.varint()?);
        self.run.push(value);
        if count > 1 {
            value = value.wrapping_add(step);
            self.run.push(value);
        }
        let mut bits = Packed::new(&mut self.stream);
        for _ in 2..count {
            value = if width == 0 {
                value.wrapping_add(step)
            } else {
                let by = bits.next(width)?.cast_signed();
                if step < 0 { value.wrapping_sub(by) } else { value.wrapping_add(by) }
            };
            self.run.push(value);
        }
        Ok(())
    }

    fn big_endian(&mut self, bytes: usize) -> io::Result<u64> {
        let mut value = 0;
        for _ in 0..bytes {
            value = value << 8 | u64::from(self.stream.byte()?);
        }
        Ok(value)
    }
}

fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

/// Bits of a value, by their code.
fn width_of(code: u8) -> u32 {
    match code {
        0..=23 => u32::from(code) + 1,
        24 => 26,
        25 => 28,
        26 => 30,
        27 => 32,
        28 => 40,
        29 => 48,
        30 => 56,
        _ => 64,
    }
}

/// The width with which values of so many bits are written.
fn fixed_width(bits: u32) -> u32 {
    (0..32).map(width_of).find(|&width| width >= bits).unwrap_or(64)
}

/// Values of some bits each, from the highest bit of each byte on.
struct Packed<'s, R> {
    stream: &'s mut Stream<R>,
    byte: u8,
    left: u32,
}

impl<'s, R: ChunkReader> Packed<'s, R> {
    fn new(stream: &'s mut Stream<R>) -> Self {
        Self { stream, byte: 0, left: 0 }
    }

    fn next(&mut self, mut width: u32) -> io::Result<u64> {
        let mut value = 0_u64;
        while width > 0 {
            if self.left == 0 {
                self.byte = self.stream.byte()?;
                self.left = 8;
            }
            let taken = width.min(self.left);
            let bits = u64::from(self.byte) >> (self.left - taken) & ((1 << taken) - 1);
            value = value << taken | bits;
            self.left -= taken;
            width -= taken;
        }
        Ok(value)
    }
}
