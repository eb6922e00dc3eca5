//! Messages of Protocol Buffers, field by field.

/// What is left of a message.
#[derive(Clone, Copy)]
pub(super) struct Message<'m>(pub(super) &'m [u8]);

/// The value of a field.
#[derive(Clone, Copy)]
pub(super) enum Value<'m> {
    Number(u64),
    Bytes(&'m [u8]),
}

impl Value<'_> {
    pub(super) fn number(&self) -> u64 {
        match self {
            Self::Number(number) => *number,
            Self::Bytes(_) => 0,
        }
    }
}

impl<'m> Value<'m> {
    pub(super) fn bytes(&self) -> &'m [u8] {
        match self {
            Self::Number(_) => &[],
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl<'m> Message<'m> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// The next field: its number, and its value. `None` at the end, or where it is broken.
    pub(super) fn field(&mut self) -> Option<(u64, Value<'m>)> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => Value::Bytes(self.take(8)?),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => Value::Bytes(self.take(4)?),
            _ => return None,
        };
        Some((key >> 3, value))
    }

    fn take(&mut self, count: usize) -> Option<&'m [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// Calls `visit` with every field; false if the message is broken.
    pub(super) fn each(mut self, mut visit: impl FnMut(u64, Value<'m>)) -> bool {
        while !self.is_empty() {
            match self.field() {
                Some((number, value)) => visit(number, value),
                None => return false,
            }
        }
        true
    }
}
