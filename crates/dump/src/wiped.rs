//! Memory for the content of a dump: wiped when it is dropped, and when it moves because it has
//! grown. Knows nothing of what the bytes mean.

use std::io::{self, Read};
use std::ops::{Deref, DerefMut};
use zeroize::Zeroize as _;

/// A byte buffer that is filled at its end and consumed from its front. A `Vec` that grows leaves
/// copies behind that nothing wipes.
#[derive(Default)]
pub(crate) struct WipedBytes {
    /// All of the memory. Zeros from `used` on, so that a large empty buffer costs nothing.
    memory: Vec<u8>,
    /// The bytes held are those from `start` to `end`.
    start: usize,
    end: usize,
    /// The memory that has ever held bytes, and must be wiped.
    used: usize,
}

impl WipedBytes {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { memory: vec![0; capacity], ..Self::default() }
    }

    pub(crate) fn copy_of(bytes: &[u8]) -> Self {
        Self { memory: bytes.to_vec(), start: 0, end: bytes.len(), used: bytes.len() }
    }

    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.memory.len()
    }

    /// Bytes that can be added without moving anything.
    pub(crate) fn room(&self) -> usize {
        self.memory.len() - self.end
    }

    /// Makes room for more bytes at the end: moves to the front of the memory, or to a larger one.
    pub(crate) fn make_room(&mut self, room: usize) {
        if self.room() >= room {
            return;
        }
        if self.memory.len() - self.len() >= room {
            self.memory.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.len());
            return;
        }
        let mut larger = Self::with_capacity((self.len() + room).max(2 * self.memory.len()));
        larger.extend(self);
        *self = larger;
    }

    /// Adds bytes at the end.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.memory[self.end..self.end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
        self.used = self.used.max(self.end);
    }

    /// Adds bytes at the front.
    pub(crate) fn prepend(&mut self, bytes: &[u8]) {
        if let Some(start) = self.start.checked_sub(bytes.len()) {
            self.memory[start..self.start].copy_from_slice(bytes);
            self.start = start;
            return;
        }
        let mut whole = Self::with_capacity(bytes.len() + self.len());
        whole.extend(bytes);
        whole.extend(self);
        *self = whole;
    }

    /// Reads once into the free space, at most this many bytes. Returns 0 at the end of the input.
    pub(crate) fn read_from(&mut self, input: &mut impl Read, most: usize) -> io::Result<usize> {
        let end = self.memory.len().min(self.end.saturating_add(most));
        loop {
            match input.read(&mut self.memory[self.end..end]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    // It may have written before it failed.
                    self.used = self.used.max(end);
                    return Err(error);
                }
                Ok(count) => {
                    self.end += count;
                    self.used = self.used.max(self.end);
                    return Ok(count);
                }
            }
        }
    }

    /// Drops bytes from the front.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }

    /// Takes bytes from the front, in the memory where they are; the rest moves to new memory of at
    /// least `capacity` bytes.
    pub(crate) fn split_front(&mut self, count: usize, capacity: usize) -> Self {
        let rest = &self[count..];
        let mut behind = Self::with_capacity(capacity.max(rest.len()));
        behind.extend(rest);
        let mut front = std::mem::replace(self, behind);
        front.end = front.start + count;
        front
    }
}

impl Deref for WipedBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory[self.start..self.end]
    }
}

impl DerefMut for WipedBytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..self.end]
    }
}

impl Drop for WipedBytes {
    fn drop(&mut self) {
        self.memory[..self.used].zeroize();
    }
}

/// The same for a text that is only added to and cleared.
#[derive(Default)]
pub(crate) struct WipedText(String);

impl WipedText {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(String::with_capacity(capacity))
    }

    pub(crate) fn push_str(&mut self, text: &str) {
        self.make_room(text.len());
        self.0.push_str(text);
    }

    pub(crate) fn push(&mut self, c: char) {
        self.make_room(c.len_utf8());
        self.0.push(c);
    }

    /// Its memory stays, and is wiped later.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    fn make_room(&mut self, room: usize) {
        let (length, capacity) = (self.0.len(), self.0.capacity());
        if capacity - length < room {
            let mut larger = Self::with_capacity((length + room).max(2 * capacity));
            larger.0.push_str(&self.0);
            *self = larger;
        }
    }
}

impl Deref for WipedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Drop for WipedText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_leave_in_the_order_in_which_they_came() {
        let text: Vec<u8> = (0..10_000_u32).map(|n| n as u8).collect();
        let (mut input, mut buffer, mut seen) = (&text[..], WipedBytes::default(), Vec::new());
        loop {
            buffer.make_room(100);
            let read = buffer.read_from(&mut input, 90).expect("memory");
            let count = if read == 0 { buffer.len() } else { buffer.len() * 2 / 3 };
            seen.extend_from_slice(&buffer[..count]);
            buffer.consume(count);
            if read == 0 {
                break;
            }
        }
        assert_eq!((seen, buffer.is_empty()), (text, true));
        assert!(buffer.capacity() <= 400, "it grew to {}", buffer.capacity());
    }

    #[test]
    fn split_off_and_remaining_bytes_are_both_whole() {
        let mut buffer = WipedBytes::copy_of(b"xxabcdef");
        buffer.consume(2);
        let front = buffer.split_front(4, 100);
        assert_eq!((&front[..], &buffer[..], buffer.capacity()), (&b"abcd"[..], &b"ef"[..], 100));
        buffer.prepend(b"cd");
        assert_eq!(&buffer[..], b"cdef");
        buffer.consume(3);
        buffer.prepend(b"xyz");
        assert_eq!(&buffer[..], b"xyzf");
    }

    #[test]
    fn only_memory_that_held_bytes_is_marked_for_wiping() {
        let mut buffer = WipedBytes::with_capacity(1 << 10);
        buffer.extend(b"abcdef");
        buffer.consume(6);
        buffer.extend(b"g");
        assert_eq!((&buffer[..], buffer.used, &buffer.memory[..7]), (&b"g"[..], 6, &b"gbcdef\0"[..]));
        assert!(buffer.memory[buffer.used..].iter().all(|&byte| byte == 0));
    }

    #[test]
    fn a_text_grows_as_a_string_does() {
        let mut text = WipedText::default();
        (0..100).for_each(|_| text.push_str("手机"));
        text.push('x');
        assert_eq!(&text[..], "手机".repeat(100) + "x");
        text.clear();
        assert!(text.is_empty());
    }
}
