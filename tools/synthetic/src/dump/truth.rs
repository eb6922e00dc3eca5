//! What an indexer ought to find in a dump, what it may find, and what it must not.

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

/// A canonical identifier of somebody. `Debug` shows its kind alone: in the realistic world it may be a real person's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// What it is.
    pub kind: IdentifierKind,
    /// The canonical form.
    pub canonical: String,
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())
    }
}

/// What an indexer is to make of an identifier in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is written so that it must be found.
    Expected,
    /// No rule decides: it stands in another's column, or a damaged number passes its check by chance.
    Optional,
    /// What is written is damaged, and this is what it was. It must not be found, unless it stands elsewhere.
    Negative,
}

/// The truth of one row. What is in none of its identifiers is a negative, too.
#[derive(Clone, Debug, Default)]
pub struct Label {
    /// Which row, from 0.
    pub row: u64,
    /// The identifiers in it.
    pub identifiers: Vec<(Identifier, Standing)>,
    /// What went wrong in it.
    pub events: Vec<Event>,
}

/// The truth of a whole dump.
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

    /// What is damaged in one row and whole in another is no negative.
    pub(super) fn settle(&mut self) {
        self.optional.retain(|identifier| !self.expected.contains(identifier));
        self.negatives.retain(|identifier| !self.expected.contains(identifier) && !self.optional.contains(identifier));
    }

    /// Rows written, broken ones among them.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How often an expected identifier is written.
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

    /// What must not be found: numbers of people who stand in the dump with damaged numbers only. Neither may anything else that is neither
    /// expected nor optional.
    pub fn negatives(&self, kind: IdentifierKind) -> impl Iterator<Item = &str> {
        of_kind(&self.negatives, kind)
    }

    /// Rows in which something went wrong.
    pub fn rows_with(&self, event: Event) -> u64 {
        self.events.get(&event).copied().unwrap_or(0)
    }

    /// Holds what was found against what is true: what is missing, and what was found and is not there.
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

/// How what was found differs from the truth; each a kind and a canonical form. No `Debug`, which would print them.
#[derive(Default)]
pub struct Judgement {
    /// Expected and not found.
    pub missed: Vec<(String, String)>,
    /// Found, and neither expected nor optional.
    pub wrong: Vec<(String, String)>,
}
