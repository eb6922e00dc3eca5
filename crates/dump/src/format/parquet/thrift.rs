//! The part of Thrift's compact protocol that is needed to find sizes before a library allocates by
//! them.

/// Maximum nesting of structures and lists.
const DEPTH: u32 = 32;

const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// Parses a slice. `None`: it ends too early, or is not the protocol.
pub(super) struct Thrift<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
}

/// A field of a structure.
pub(super) struct Field {
    pub(super) id: i64,
    kind: u8,
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// The next field after the one with the number `last`. The inner `None` is the end of the
    /// structure.
    #[expect(clippy::option_option, reason = "the end of a structure is not the end of the bytes")]
    pub(super) fn field(&mut self, last: i64) -> Option<Option<Field>> {
        let header = self.byte()?;
        if header == 0 {
            return Some(None);
        }
        let id = match header >> 4 {
            0 => self.zigzag()?,
            delta => last.checked_add(i64::from(delta))?,
        };
        Some(Some(Field { id, kind: header & 0xf }))
    }

    /// Calls `visit` with each field of a structure; it returns `true` if it has read the field,
    /// which is skipped otherwise.
    pub(super) fn structure(&mut self, mut visit: impl FnMut(&mut Self, &Field) -> Option<bool>) -> Option<()> {
        let mut last = 0;
        while let Some(field) = self.field(last)? {
            last = field.id;
            if !visit(self, &field)? {
                self.skip(field.kind, DEPTH)?;
            }
        }
        Some(())
    }

    /// The value of a field that must be an integer.
    pub(super) fn integer(&mut self, field: &Field) -> Option<i64> {
        (BYTE < field.kind && field.kind <= I64).then(|| self.zigzag())?
    }

    /// The length of a field that must be bytes, which are skipped.
    pub(super) fn binary(&mut self, field: &Field) -> Option<usize> {
        let length = (field.kind == BINARY).then(|| self.varint())??;
        let length = usize::try_from(length).ok()?;
        self.at = self.at.checked_add(length).filter(|&end| end <= self.bytes.len())?;
        Some(length)
    }

    /// Whether the field is an integer.
    pub(super) fn is_integer(field: &Field) -> bool {
        BYTE < field.kind && field.kind <= I64
    }

    /// Whether the field is a truth value, which is in its type, and false.
    pub(super) fn is_false(field: &Field) -> bool {
        field.kind == FALSE
    }

    pub(super) fn is_structure(field: &Field) -> bool {
        field.kind == STRUCT
    }

    /// The number of structures in a field that must be a list of them.
    pub(super) fn structures(&mut self, field: &Field) -> Option<u64> {
        if field.kind != LIST {
            return None;
        }
        let (count, kind) = self.list()?;
        (kind == STRUCT).then_some(count)
    }

    fn list(&mut self) -> Option<(u64, u8)> {
        let header = self.byte()?;
        let count = if header >> 4 == 15 { self.varint()? } else { u64::from(header >> 4) };
        Some((count, header & 0xf))
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | FALSE => Some(()),
            BYTE => self.byte().map(|_| ()),
            4..=I64 => self.varint().map(|_| ()),
            DOUBLE => self.advance(8),
            BINARY => {
                let length = self.varint()?;
                self.advance(usize::try_from(length).ok()?)
            }
            LIST | SET => {
                let (count, kind) = self.list()?;
                // Each takes at least a byte, booleans too.
                (0..count).try_for_each(|_| if kind <= FALSE { self.advance(1) } else { self.skip(kind, depth) })
            }
            MAP => {
                let count = self.varint()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                (0..count).try_for_each(|_| {
                    for kind in [kinds >> 4, kinds & 0xf] {
                        if kind <= FALSE { self.advance(1)? } else { self.skip(kind, depth)? }
                    }
                    Some(())
                })
            }
            STRUCT => {
                let mut last = 0;
                while let Some(field) = self.field(last)? {
                    last = field.id;
                    self.skip(field.kind, depth)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    fn advance(&mut self, bytes: usize) -> Option<()> {
        self.at = self.at.checked_add(bytes).filter(|&end| end <= self.bytes.len())?;
        Some(())
    }
}
