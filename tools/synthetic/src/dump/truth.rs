//! What an indexer must find in a dump, what it may find, and what it must not find.

use super::noise::Event;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A kind of identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// A Chinese resident identity number.
    Id,
    /// A phone number.
    Phone,
}

impl IdentifierKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Id, Self::Phone];

    /// Its name in the table of kinds.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "cn.ric",
            Self::Phone => "phone",
        }
    }
}

/// A canonical identifier. `Debug` shows only its kind: in the realistic world it may be a real
/// person's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// Its kind.
    pub kind: IdentifierKind,
    /// The canonical form.
    pub canonical: String,
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())
    }
}

/// Whether an identifier in a row must be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is written so that it must be found.
    Expected,
    /// No rule decides: it is in the other kind's column, or a damaged number passes its check by
    /// chance.
    Optional,
    /// What is written is damaged, and this is the original. It must not be found, unless it is
    /// intact elsewhere.
    Negative,
}

/// The truth about one row. Anything that is not among its identifiers must not be found either.
#[derive(Clone, Debug, Default)]
pub struct Label {
    /// The row, from 0.
    pub row: u64,
    /// The identifiers in it.
    pub identifiers: Vec<(Identifier, Standing)>,
    /// The noise in it.
    pub events: Vec<Event>,
}

/// The truth about a whole dump.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    rows: u64,
    occurrences: u64,
    expected: BTreeSet<Identifier>,
    optional: BTreeSet<Identifier>,
    negatives: BTreeSet<Identifier>,
    events: BTreeMap<Event, u64>,
}

impl Truth {
    pub(super) fn add(&mut self, label: Label) {
        self.rows += 1;
        for event in label.events {
            *self.events.entry(event).or_insert(0) += 1;
        }
        for (identifier, standing) in label.identifiers {
            match standing {
                Standing::Expected => {
                    self.occurrences += 1;
                    self.expected.insert(identifier)
                }
                Standing::Optional => self.optional.insert(identifier),
                Standing::Negative => self.negatives.insert(identifier),
            };
        }
    }

    /// An identifier that is damaged in one row and intact in another may be found.
    pub(super) fn settle(&mut self) {
        self.optional.retain(|identifier| !self.expected.contains(identifier));
        self.negatives.retain(|identifier| !self.expected.contains(identifier) && !self.optional.contains(identifier));
    }

    /// Rows written, including broken ones.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How often expected identifiers are written.
    pub fn occurrences(&self) -> u64 {
        self.occurrences
    }

    /// What must be found.
    pub fn expected(&self, kind: IdentifierKind) -> impl Iterator<Item = &str> {
        of_kind(&self.expected, kind)
    }

    /// What may be found.
    pub fn optional(&self, kind: IdentifierKind) -> impl Iterator<Item = &str> {
        of_kind(&self.optional, kind)
    }

    /// What must not be found: numbers of people who are in the dump with damaged numbers only.
    /// Anything else that is neither expected nor optional must not be found either.
    pub fn negatives(&self, kind: IdentifierKind) -> impl Iterator<Item = &str> {
        of_kind(&self.negatives, kind)
    }

    /// Rows with noise.
    pub fn rows_with(&self, event: Event) -> u64 {
        self.events.get(&event).copied().unwrap_or(0)
    }

    /// Compares what was found with the truth: what is missing, and what is found but not there.
    pub fn judge<'f>(&self, found: impl IntoIterator<Item = (&'f str, &'f str)>) -> Judgement {
        let kind = |name: &str| IdentifierKind::ALL.into_iter().find(|kind| kind.name() == name);
        let mut judgement = Judgement::default();
        let mut missed = self.expected.clone();
        for (name, canonical) in found {
            let identifier = kind(name).map(|kind| Identifier { kind, canonical: canonical.to_owned() });
            match identifier {
                Some(identifier) if self.expected.contains(&identifier) => {
                    missed.remove(&identifier);
                }
                Some(identifier) if self.optional.contains(&identifier) => {}
                _ => judgement.wrong.push((name.to_owned(), canonical.to_owned())),
            }
        }
        judgement.missed = missed.into_iter().map(|missed| (missed.kind.name().to_owned(), missed.canonical)).collect();
        judgement
    }
}

fn of_kind(set: &BTreeSet<Identifier>, kind: IdentifierKind) -> impl Iterator<Item = &str> {
    set.iter().filter(move |identifier| identifier.kind == kind).map(|identifier| identifier.canonical.as_str())
}

/// How what was found differs from the truth. No `Debug`, which would print identifiers.
#[derive(Default)]
pub struct Judgement {
    /// Expected and not found.
    pub missed: Vec<(String, String)>,
    /// Found, and neither expected nor optional.
    pub wrong: Vec<(String, String)>,
}
