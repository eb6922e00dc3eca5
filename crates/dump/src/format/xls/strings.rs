//! Texts of a workbook: characters of one or two bytes, whose width may change where a record is
//! continued; and the table of texts that cells share.

use super::record::Records;
use crate::wiped::WipedText;
use std::io::{self, Read};

/// Flags of a text: two bytes a character, something behind it, formatted parts.
const WIDE: u8 = 1;
const EXTENDED: u8 = 4;
const RICH: u8 = 8;

/// Memory of a shared text beside its characters.
const TEXT_BYTES: usize = 8;

/// The texts that cells share.
#[derive(Default)]
pub(super) struct Strings {
    text: WipedText,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Strings {
    pub(super) fn get(&self, number: u32) -> Option<&str> {
        let number = usize::try_from(number).ok()?;
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// Reads the table from its record on; false if it needs more memory than this. What is
    /// truncated ends the table.
    pub(super) fn read<R: Read>(&mut self, records: &mut Records<R>, bytes_max: usize) -> io::Result<bool> {
        let mut cursor = Cursor { records, at: 8, units: Vec::new() };
        while let Some(is_whole) = cursor.text()? {
            let text = String::from_utf16_lossy(&cursor.units);
            self.text.push_str(&text);
            self.ends.push(self.text.len());
            if self.text.len() + self.ends.len() * TEXT_BYTES > bytes_max {
                return Ok(false);
            }
            if !is_whole {
                break;
            }
        }
        Ok(true)
    }
}

/// A text in the present record, from this position on, with its number of characters in front.
pub(super) fn text_at<R: Read>(records: &mut Records<R>, at: usize) -> io::Result<String> {
    let mut cursor = Cursor { records, at, units: Vec::new() };
    Ok(match cursor.text()? {
        Some(_) => String::from_utf16_lossy(&cursor.units),
        None => String::new(),
    })
}

/// A text of this many characters, behind its flags.
pub(super) fn short_text(bytes: &[u8], count: usize) -> String {
    let Some((flags, bytes)) = bytes.split_first() else { return String::new() };
    let units: Vec<u16> = if flags & WIDE == 0 {
        bytes.iter().take(count).map(|&byte| u16::from(byte)).collect()
    } else {
        bytes.as_chunks().0.iter().take(count).map(|unit| u16::from_le_bytes(*unit)).collect()
    };
    String::from_utf16_lossy(&units)
}

/// A position in a record and those that continue it.
struct Cursor<'r, R> {
    records: &'r mut Records<R>,
    at: usize,
    units: Vec<u16>,
}

impl<R: Read> Cursor<'_, R> {
    /// Whether there is more, here or in a record that continues this one.
    fn has_more(&mut self) -> io::Result<bool> {
        while self.at >= self.records.data().len() {
            if !self.records.continues()? {
                return Ok(false);
            }
            self.at = 0;
        }
        Ok(true)
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        if !self.has_more()? {
            return Ok(None);
        }
        self.at += 1;
        Ok(Some(self.records.data()[self.at - 1]))
    }

    fn number(&mut self, bytes: usize) -> io::Result<Option<usize>> {
        let mut number = 0;
        for shift in 0..bytes {
            let Some(byte) = self.byte()? else { return Ok(None) };
            number |= usize::from(byte) << (8 * shift);
        }
        Ok(Some(number))
    }

    fn skip(&mut self, mut bytes: usize) -> io::Result<bool> {
        while bytes > 0 {
            if !self.has_more()? {
                return Ok(false);
            }
            let here = bytes.min(self.records.data().len() - self.at);
            self.at += here;
            bytes -= here;
        }
        Ok(true)
    }

    /// Reads a text into `units`: `None` if there is none, false if it is truncated.
    fn text(&mut self) -> io::Result<Option<bool>> {
        self.units.clear();
        let Some(count) = self.number(2)? else { return Ok(None) };
        let Some(flags) = self.byte()? else { return Ok(None) };
        let runs = if flags & RICH == 0 { Some(0) } else { self.number(2)? };
        let more = if flags & EXTENDED == 0 { Some(0) } else { self.number(4)? };
        let (Some(runs), Some(more)) = (runs, more) else { return Ok(None) };
        Ok(Some(self.characters(count, flags)? && self.skip(runs * 4)? && self.skip(more)?))
    }

    fn characters(&mut self, count: usize, mut flags: u8) -> io::Result<bool> {
        while self.units.len() < count {
            if self.at >= self.records.data().len() {
                if !self.records.continues()? {
                    return Ok(false);
                }
                // The width of the characters that follow is stated again.
                self.at = 0;
                match self.byte()? {
                    Some(again) => flags = again,
                    None => return Ok(false),
                }
            }
            let rest = self.records.data().get(self.at..).unwrap_or_default();
            let left = count - self.units.len();
            let taken = if flags & WIDE == 0 {
                self.units.extend(rest.iter().take(left).map(|&byte| u16::from(byte)));
                rest.len().min(left)
            } else {
                let units = rest.as_chunks().0;
                self.units.extend(units.iter().take(left).map(|unit| u16::from_le_bytes(*unit)));
                // Half a character at the end is skipped.
                if units.len() < left { rest.len() } else { left * 2 }
            };
            self.at += taken;
        }
        Ok(true)
    }
}
