//! One identifier: what is hashed of it, and what may be shown.

use crate::kind::Kind;
use crate::phone::{calling_code_width, country, is_in_plan, possible};
use crate::table::TEST_CANONICAL;
use std::fmt;

/// One identifier in canonical form. `Debug` shows the masked form only; there is no `Display`, so
/// that it cannot be printed by accident.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identifier {
    kind: &'static Kind,
    canonical: Box<str>,
}

impl Identifier {
    /// The identifier of a kind whose canonical form this is.
    pub(crate) fn new(kind: &'static Kind, canonical: Box<str>) -> Self {
        Self { kind, canonical }
    }

    /// The test identifier: [`Kind::test`].
    pub fn test() -> Self {
        Self::new(Kind::test(), TEST_CANONICAL.into())
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

    /// The masked form: enough to recognise one's own number, not enough to guess it. Shows the
    /// calling code and last two digits of a phone number, and as many characters at the ends of an
    /// ID as the table of kinds allows.
    pub fn masked(&self) -> String {
        let head = match self.kind.name.as_str() {
            "phone" => calling_code_width(&self.canonical),
            _ => self.kind.mask.head,
        };
        let characters = self.canonical.chars().count();
        let hidden = head..characters.saturating_sub(self.kind.mask.tail).max(head);
        self.canonical.chars().enumerate().map(|(i, c)| if hidden.contains(&i) { '*' } else { c }).collect()
    }

    /// Its country, ISO 3166-1 alpha-2; `None` if it is of none, as numbers of satellites are.
    pub fn country(&self) -> Option<&str> {
        if self.is_phone() { country(&self.canonical) } else { self.kind.country.as_deref() }
    }

    /// False for a possible phone number that no numbering plan contains: nobody has it, so usually
    /// another one was meant. IDs are complete or rejected.
    pub fn is_in_numbering_plan(&self) -> bool {
        !self.is_phone() || is_in_plan(&self.canonical)
    }

    fn is_phone(&self) -> bool {
        self.kind.name == "phone"
    }

    /// How many identifiers of this kind and country are possible. About 2^-b of them share a
    /// prefix of b bits.
    pub fn possible(&self) -> u64 {
        self.kind.possible.unwrap_or_else(|| possible(&self.canonical))
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name, self.masked())
    }
}
