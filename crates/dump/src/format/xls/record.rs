//! Records of a workbook: a type, a length, and data; long data continue in records that follow.

use std::io::{self, Read};
use zeroize::Zeroize as _;

/// Types of records.
pub(super) mod id {
    pub(crate) const FORMULA: [u16; 3] = [0x0006, 0x0206, 0x0406];
    pub(crate) const END: u16 = 0x000a;
    pub(crate) const DATES_FROM_1904: u16 = 0x0022;
    pub(crate) const PASSWORD: u16 = 0x002f;
    pub(crate) const CONTINUED: u16 = 0x003c;
    pub(crate) const CODE_PAGE: u16 = 0x0042;
    pub(crate) const SHEET: u16 = 0x0085;
    pub(crate) const NUMBERS: u16 = 0x00bd;
    pub(crate) const RICH_TEXT: u16 = 0x00d6;
    pub(crate) const CELL_FORMAT: u16 = 0x00e0;
    pub(crate) const STRINGS: u16 = 0x00fc;
    pub(crate) const SHARED_TEXT: u16 = 0x00fd;
    pub(crate) const FLOAT: u16 = 0x0203;
    pub(crate) const TEXT: u16 = 0x0204;
    pub(crate) const TRUTH_OR_ERROR: u16 = 0x0205;
    pub(crate) const RESULT: u16 = 0x0207;
    pub(crate) const NUMBER: u16 = 0x027e;
    pub(crate) const FORMAT: u16 = 0x041e;
    pub(crate) const BEGIN: u16 = 0x0809;
    /// The beginnings of workbooks of Excel 2, 3 and 4.
    pub(crate) const BEGIN_OLD: [u16; 3] = [0x0009, 0x0209, 0x0409];
}

const HEADER_BYTES: usize = 4;

/// Reads records, one after another.
pub(super) struct Records<R> {
    input: R,
    id: u16,
    data: Vec<u8>,
    /// The position of the next record, and its header, if that has been read.
    at: u64,
    header: Option<(u16, u16)>,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, id: 0, data: Vec::new(), at: 0, header: None }
    }

    /// The position of the next record.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn id(&self) -> u16 {
        self.id
    }

    pub(super) fn data(&self) -> &[u8] {
        &self.data
    }

    /// A number of two bytes in the data.
    pub(super) fn short(&self, at: usize) -> Option<u16> {
        self.data.get(at..at + 2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    pub(super) fn long(&self, at: usize) -> Option<u32> {
        self.data.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// Goes to the next record; false at the end.
    pub(super) fn next(&mut self) -> io::Result<bool> {
        let Some((id, length)) = self.peek()? else { return Ok(false) };
        self.header = None;
        self.id = id;
        self.data.clear();
        self.data.resize(usize::from(length), 0);
        self.input.read_exact(&mut self.data)?;
        self.at += HEADER_BYTES as u64 + u64::from(length);
        Ok(true)
    }

    /// Goes to the next record if it continues this one.
    pub(super) fn continues(&mut self) -> io::Result<bool> {
        match self.peek()? {
            Some((id::CONTINUED, _)) => self.next(),
            _ => Ok(false),
        }
    }

    fn peek(&mut self) -> io::Result<Option<(u16, u16)>> {
        if self.header.is_none() {
            let (mut bytes, mut count) = ([0; HEADER_BYTES], 0);
            while count < HEADER_BYTES {
                match self.input.read(&mut bytes[count..]) {
                    // Zeros may fill the last sector.
                    Ok(0) if bytes == [0; HEADER_BYTES] => return Ok(None),
                    Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Ok(read) => count += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            let [a, b, c, d] = bytes;
            self.header = Some((u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])));
        }
        Ok(self.header)
    }
}

impl<R> Drop for Records<R> {
    fn drop(&mut self) {
        self.data.zeroize();
    }
}
