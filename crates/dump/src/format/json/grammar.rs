//! The grammar that the cutter and the walker share: how a value begins, and what may follow one.
//! Lexical rules are in `bytes`, recovery after errors in `lines`.

use super::bytes::is_bare;

/// What holds values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Array,
    Object,
}

/// How a value begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// The opening quote of a string.
    Text,
    /// The opening quote of a string in single quotes.
    Quoted,
    /// An opening bracket.
    Open(Container),
    /// The first byte of a number or a word.
    Bare,
}

/// What follows a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A comma: an element of an array, or the end of the array.
    Element,
    /// A comma: a member of an object, or the end of the object.
    Member,
    /// The closing bracket.
    End,
}

/// How a value begins with this byte; `None` if no value does.
#[inline]
pub(super) fn start(byte: u8) -> Option<Start> {
    match byte {
        b'"' => Some(Start::Text),
        b'\'' => Some(Start::Quoted),
        b'{' => Some(Start::Open(Container::Object)),
        b'[' => Some(Start::Open(Container::Array)),
        byte if is_bare(byte) => Some(Start::Bare),
        _ => None,
    }
}

/// What this byte means after a value in a container; `None` if it is an error.
#[inline]
pub(super) fn after(container: Container, byte: u8) -> Option<Next> {
    match (container, byte) {
        (Container::Array, b',') => Some(Next::Element),
        (Container::Object, b',') => Some(Next::Member),
        (Container::Array, b']') | (Container::Object, b'}') => Some(Next::End),
        _ => None,
    }
}
