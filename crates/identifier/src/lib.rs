//! Kinds of identifiers and the one canonical spelling of each.
//!
//! Owns the table of kinds, the rules of `docs/canonical.md`, the scanner of running text, masking, and the count of
//! possible identifiers.
//! Does no I/O, reads no clock and holds no secret: today's date and the default region come from the caller.
//!
//! ```
//! use exposure_identifier::{Kind, Rules};
//!
//! let rules = Rules::on(jiff::civil::date(2026, 1, 1));
//! let cell = Kind::named("phone")?.canonicalise("0086-154 0000 1234", &rules);
//! assert_eq!(cell.accepted[0].hash_input(), "phone:+8615400001234");
//! assert_eq!(format!("{:?}", cell.accepted[0]), "phone:+86*********34");
//! # Ok::<(), exposure_identifier::UnknownKind>(())
//! ```

mod kind;
mod national;
mod phone;
#[cfg(test)]
mod properties;
mod rejection;
mod scan;
mod text;
#[cfg(test)]
mod vectors;

use smallvec::SmallVec;
use std::fmt;

pub use kind::{Kind, Label, UnknownKind};
pub use phone::{Region, UnknownRegion};
pub use rejection::Rejection;
pub use scan::{Found, Scanner};

/// The version of the rules that make canonical forms, and of the phone metadata in them. Ledgers say by which one they
/// were made.
pub const NORMALISER_VERSION: &str = "1, phones by libphonenumber 9.0.42";

/// What canonicalisation depends on beside the text itself.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Where a phone number without a calling code belongs.
    pub region: Region,
    /// A birth date behind this day (UTC) is refused.
    pub today: jiff::civil::Date,
}

impl Rules {
    /// The rules on a given day, with the default region, `CN`.
    pub fn on(today: jiff::civil::Date) -> Self {
        Self { region: Region::default(), today }
    }
}

/// The identifiers of one cell: nearly always one, for which no list is allocated.
pub type Identifiers = SmallVec<[Identifier; 1]>;

/// What one cell of text held.
#[derive(Debug, Default)]
pub struct Cell {
    /// The identifiers in it, in order, each once.
    pub accepted: Identifiers,
    /// Why each other piece of it was refused.
    pub rejected: Vec<Rejection>,
}

impl Cell {
    /// The identifiers, or, where there are none, the first reason.
    pub fn into_result(self) -> Result<Identifiers, Rejection> {
        match self.rejected.first() {
            Some(&first) if self.accepted.is_empty() => Err(first),
            _ => Ok(self.accepted),
        }
    }
}

/// One identifier in canonical form. `Debug` shows only the masked form; there is no `Display`, so that it
/// cannot be printed by accident.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identifier {
    kind: &'static Kind,
    canonical: Box<str>,
}

impl Identifier {
    /// The test identifier: [`Kind::test`].
    pub fn test() -> Self {
        let kind = Kind::test();
        kind.trust_canonical(&kind.samples[0])
    }

    /// Its kind.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// The canonical form, without the kind. **Personal data.**
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// What every scheme hashes: `kind:canonical`, as UTF-8. **Personal data.**
    pub fn hash_input(&self) -> String {
        format!("{}:{}", self.kind.name, self.canonical)
    }

    /// Enough to recognise one's own number, not enough to guess it: a phone's calling code and last two digits, of an ID
    /// as many characters at the ends as the table allows.
    pub fn masked(&self) -> String {
        let head = match self.kind.name.as_str() {
            "phone" => phone::calling_code_width(&self.canonical),
            _ => self.kind.mask.head,
        };
        let characters = self.canonical.chars().count();
        let hidden = head..characters.saturating_sub(self.kind.mask.tail).max(head);
        self.canonical.chars().enumerate().map(|(i, c)| if hidden.contains(&i) { '*' } else { c }).collect()
    }

    /// How many identifiers of this kind and country there could be; a prefix of b bits leaves 2^-b of them.
    pub fn possible(&self) -> u64 {
        self.kind.possible.unwrap_or_else(|| phone::possible(&self.canonical))
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name, self.masked())
    }
}
