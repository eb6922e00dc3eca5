//! Text formats that are records of lines or tables of markup, under one name each: which of them a
//! text looks like, and its reader.
//!
//! Owns the list. What such a text looks like and how it is read, each format knows itself.

use crate::format::rows::{Rows, Stopped};
use crate::format::{html, ldif, ruled, vcard, vertical, xml};
use crate::limits::Limits;
use std::io::Read;

/// A text format with a reader that delivers rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Cards,
    Directory,
    Html,
    Ruled,
    Vertical,
    Xml,
}

impl Layout {
    /// All of them. Where two are as certain, the first is more special.
    pub(crate) const ALL: [Self; 6] =
        [Self::Cards, Self::Directory, Self::Html, Self::Xml, Self::Ruled, Self::Vertical];

    /// As reports name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cards => "vCard",
            Self::Directory => "LDIF",
            Self::Html => "HTML",
            Self::Ruled => "drawn tables",
            Self::Vertical => "records of lines",
            Self::Xml => "XML",
        }
    }

    /// How certainly a text is of this format, between 0 and 1, from its head.
    pub(crate) fn looks_like(self, head: &str) -> Option<f64> {
        match self {
            Self::Cards => vcard::looks_like(head),
            Self::Directory => ldif::looks_like(head),
            Self::Html => html::looks_like(head),
            Self::Ruled => ruled::looks_like(head),
            Self::Vertical => vertical::looks_like(head),
            Self::Xml => xml::looks_like(head),
        }
    }

    /// Reads a text of this format, and delivers each row to `rows`.
    pub(crate) fn read(self, text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
        match self {
            Self::Cards => vcard::read(text, limits, rows),
            Self::Directory => ldif::read(text, limits, rows),
            Self::Html => html::read(text, limits, rows),
            Self::Ruled => ruled::read(text, limits, rows),
            Self::Vertical => vertical::read(text, limits, rows),
            Self::Xml => xml::read(text, limits, rows),
        }
    }
}

#[cfg(test)]
mod tests;
