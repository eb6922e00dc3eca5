//! The table of kinds: `kinds.json`, read once, shared with the TypeScript client.

use crate::national::{Form, National, Pad, Place, Prepare, Shape, SpellingEntry};
use crate::{Cell, Identifier, Rejection, Rules, phone, text};
use serde::Deserialize;
use std::fmt;
use std::sync::LazyLock;

/// The table as it stands in the repository; a mistake in it fails the first test.
static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let mut kinds: Vec<Kind> =
        serde_json::from_str(include_str!("../kinds.json")).expect("kinds.json is part of the program and is tested");
    let names: Vec<String> = kinds.iter().map(|kind| kind.name.clone()).collect();
    for part_of in kinds.iter_mut().filter_map(|kind| kind.part_of.as_mut()) {
        let place = names.iter().position(|name| *name == part_of.whole);
        part_of.place = place.expect("the table names kinds that it has");
    }
    kinds
});

/// The one identifier of [`Kind::test`], in canonical form.
const TEST_CANONICAL: &str = "exposure-checker";

/// The kind of the test identifier. No row of the table: no dump has a column of it, and nobody has a number of it.
static TEST: LazyLock<Kind> = LazyLock::new(|| Kind {
    name: "test".to_owned(),
    country: None,
    part_of: None,
    tier: 'D',
    label: Label { en: "Test identifier".to_owned(), native: "测试标识".to_owned() },
    rule: Rule::Test,
    mask: Mask { head: TEST_CANONICAL.len(), tail: 0 },
    possible: Some(1),
    headers: Vec::new(),
    samples: vec![TEST_CANONICAL.to_owned()],
});

/// A kind of identifier.
#[derive(Deserialize)]
#[serde(try_from = "Entry")]
pub struct Kind {
    /// Its name: `phone`, or python-stdnum's `country.module`.
    pub name: String,
    /// ISO 3166 code of the country that issues it; none for phones.
    pub country: Option<String>,
    /// The kind as whose its numbers are hashed, if that is another: see [`Kind::hashed_as`].
    part_of: Option<PartOf>,
    /// How safely it is recognised without a label: A in running text, the others only in a labelled column.
    pub tier: char,
    /// What people call it.
    pub label: Label,
    rule: Rule,
    pub(crate) mask: Mask,
    /// How many there could be; none where that depends on the country of the number.
    pub possible: Option<u64>,
    /// Column headers that announce it, lower case, blanks and `_` `-` `.` as one space.
    headers: Vec<String>,
    /// Numbers from unissued ranges or published as specimens, to try it with.
    pub samples: Vec<String>,
}

/// A label in English and in the language of the people who have such numbers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// English.
    pub en: String,
    /// The issuing country's language; Chinese for phones.
    pub native: String,
}

/// How many characters of a number may be shown at its ends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mask {
    pub(crate) head: usize,
    pub(crate) tail: usize,
}

/// The kind of that name, and its place in the table.
struct PartOf {
    whole: String,
    place: usize,
}

#[derive(Debug)]
enum Rule {
    Phone,
    National(National),
    Test,
}

/// An entry of the table, as `KINDS.md` describes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    country: Option<String>,
    part_of: Option<String>,
    tier: char,
    label: Label,
    #[serde(default)]
    separators: String,
    #[serde(default)]
    prefixes: Vec<String>,
    pad: Option<Pad>,
    strip_zeros_to: Option<usize>,
    prepare: Option<Prepare>,
    #[serde(default)]
    forms: Vec<Form>,
    named: Option<Named>,
    mask: Mask,
    possible: Option<u64>,
    headers: Vec<String>,
    samples: Vec<String>,
}

/// What no parameter can say.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Named {
    Phone,
}

impl TryFrom<Entry> for Kind {
    type Error = String;

    fn try_from(entry: Entry) -> Result<Self, String> {
        let Entry { name, country, tier, label, mask, possible, headers, samples, .. } = entry;
        let Entry { separators, prefixes, pad, strip_zeros_to, prepare, .. } = entry;
        let spelling = SpellingEntry { separators, prefixes, pad, strip_zeros_to, prepare };
        let rule = match (entry.named, entry.forms.is_empty()) {
            (Some(Named::Phone), true) => Rule::Phone,
            (None, false) => {
                Rule::National(National::new(spelling, entry.forms).map_err(|why| format!("{name}: {why}"))?)
            }
            _ => return Err(format!("{name}: either forms, or the name of a rule")),
        };
        let part_of = entry.part_of.map(|whole| PartOf { whole, place: 0 });
        Ok(Self { name, country, part_of, tier, label, rule, mask, possible, headers, samples })
    }
}

/// No kind has this name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no kind is called “{0}”; `exposure kinds` lists them")]
pub struct UnknownKind(pub String);

impl Kind {
    /// All kinds, in the order of the table.
    pub fn all() -> &'static [Self] {
        &KINDS
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Result<&'static Self, UnknownKind> {
        KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| UnknownKind(name.to_owned()))
    }

    /// The kind of the test identifier, `test:exposure-checker`, which stands for nobody and is in every index, so that
    /// whoever watches a service has something to find. It is not among [`Kind::all`].
    pub fn test() -> &'static Self {
        &TEST
    }

    /// Whether this is the kind of the test identifier.
    pub fn is_test(&self) -> bool {
        matches!(self.rule, Rule::Test)
    }

    /// The kind of that name, [`Kind::test`] among them: what can be asked about, though not all of it can be ingested.
    pub fn asked_as(name: &str) -> Result<&'static Self, UnknownKind> {
        if name == TEST.name { Ok(&TEST) } else { Self::named(name) }
    }

    /// The kind as whose its numbers are hashed: its own, or one that accepts all of them in the same form. A leak that
    /// lists a number under one name is so found under the other.
    pub fn hashed_as(&'static self) -> &'static Self {
        self.part_of.as_ref().map_or(self, |part_of| &KINDS[part_of.place])
    }

    /// The kind that a column header announces, if it is in the list of synonyms.
    pub fn of_header(header: &str) -> Option<&'static Self> {
        // Turkish İ becomes i and a dot above.
        let folded = text::fold(header).ok()?.to_lowercase().replace('\u{307}', "");
        let words = folded.split(|c: char| c.is_whitespace() || "_-.".contains(c)).filter(|word| !word.is_empty());
        let spaced = words.collect::<Vec<_>>().join(" ");
        KINDS.iter().find(|kind| kind.headers.contains(&spaced))
    }

    /// The identifiers in a cell that is labelled as this kind (`docs/canonical.md`); of the kind that it is hashed as.
    pub fn canonicalise(&'static self, cell: &str, rules: &Rules) -> Cell {
        let mut found = Cell::default();
        if text::is_one_plain_piece(cell) {
            match self.canonicalise_piece(cell, rules, Place::Labelled) {
                Ok(identifier) => found.accepted.push(identifier),
                Err(reason) => found.rejected.push(reason),
            }
            return found;
        }
        let folded = match text::fold(cell) {
            Ok(folded) => folded,
            Err(reason) => {
                found.rejected.push(reason);
                return found;
            }
        };
        for piece in text::pieces(&text::plain(&folded)) {
            match self.canonicalise_piece(piece, rules, Place::Labelled) {
                Ok(identifier) if found.accepted.contains(&identifier) => {}
                Ok(identifier) => found.accepted.push(identifier),
                Err(reason) => found.rejected.push(reason),
            }
        }
        if found.accepted.is_empty() && found.rejected.is_empty() {
            found.rejected.push(Rejection::Empty);
        }
        found
    }

    /// The identifier whose canonical form this is, to the character. For what was canonical before, such as
    /// spilled runs; anything else goes through [`Kind::canonicalise`].
    pub fn trust_canonical(&'static self, canonical: &str) -> Identifier {
        Identifier { kind: self, canonical: canonical.into() }
    }

    /// What may stand between the characters of a number, and says nothing. (A full stop in a phone number may: `.0` at its
    /// end is a spreadsheet's.)
    #[cfg(test)]
    pub(crate) fn separators(&self) -> Vec<char> {
        match &self.rule {
            Rule::Phone => "-()".chars().collect(),
            Rule::National(national) => national.separators().chars().collect(),
            Rule::Test => Vec::new(),
        }
    }

    /// The identifier that stands in running text in this spelling. Not for phones, which the scanner asks the library for.
    pub(crate) fn in_text(&'static self, spelled: &str, rules: &Rules) -> Option<Identifier> {
        match &self.rule {
            Rule::Phone | Rule::Test => None,
            Rule::National(_) => self.canonicalise_piece(spelled, rules, Place::Text).ok(),
        }
    }

    /// What its numbers look like in running text, and letters that may stand in front.
    pub(crate) fn shapes_in_text(&self) -> impl Iterator<Item = Shape> {
        let national = match &self.rule {
            Rule::Phone | Rule::Test => None,
            Rule::National(national) => Some(national),
        };
        national.into_iter().flat_map(National::shapes_in_text)
    }

    fn canonicalise_piece(&'static self, piece: &str, rules: &Rules, place: Place) -> Result<Identifier, Rejection> {
        let canonical = match &self.rule {
            Rule::Phone => phone::canonicalise(piece, rules.region)?.into(),
            Rule::National(national) => boxed(&national.canonicalise(piece, rules, place)?),
            Rule::Test if piece == TEST_CANONICAL => piece.into(),
            Rule::Test => return Err(Rejection::Unissued),
        };
        Ok(Identifier { kind: self.hashed_as(), canonical })
    }
}

/// The text of Latin-1 characters.
fn boxed(number: &[u8]) -> Box<str> {
    match str::from_utf8(number) {
        // An Ñ in Latin-1 is never UTF-8: a capital letter, a digit or nothing follows it.
        Ok(ascii) => ascii.into(),
        Err(_) => number.iter().copied().map(char::from).collect::<String>().into(),
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Names are unique in the table.
impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl std::hash::Hash for Kind {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Candidates that a masked form leaves at least.
    const LEFT_BY_A_MASK: u64 = 10_000;

    #[test]
    fn headers_are_found_however_they_are_written() {
        for (header, kind) in [
            ("手机号码", "phone"),
            ("Mobile_Phone", "phone"),
            (" SFZH ", "cn.ric"),
            ("id-card", "cn.ric"),
            ("PESEL", "pl.pesel"),
        ] {
            assert_eq!(Kind::of_header(header).map(|k| k.name.as_str()), Some(kind), "{header}");
        }
        assert!(Kind::of_header("address").is_none());
    }

    #[test]
    fn the_test_identifier_is_no_row_of_the_table() {
        let test = Identifier::test();
        assert_eq!((test.hash_input().as_str(), test.possible()), ("test:exposure-checker", 1));
        assert_eq!(test.masked(), "exposure-checker", "nobody is hidden behind it");
        assert!(Kind::all().iter().all(|kind| !kind.is_test()) && Kind::named("test").is_err());
        let asked = Kind::asked_as("test").expect("it can be asked about");
        assert!(asked.is_test() && Kind::asked_as("phone").is_ok_and(|kind| !kind.is_test()));
        let rules = Rules::on(jiff::civil::date(2026, 1, 1));
        let read = |text| asked.canonicalise(text, &rules).into_result();
        assert_eq!(read(" exposure-checker\r").expect("the one there is")[..], [test]);
        for wrong in ["exposure", "Exposure-Checker", "exposure_checker", "15400001234"] {
            assert_eq!(read(wrong), Err(Rejection::Unissued), "{wrong}");
        }
        assert_eq!(read(""), Err(Rejection::Empty));
    }

    #[test]
    fn nothing_in_the_table_is_ambiguous() {
        let mut names = HashSet::new();
        let mut headers = HashSet::new();
        for kind in Kind::all() {
            assert!(names.insert(&kind.name), "{kind:?} is there twice");
            assert!(matches!(kind.tier, 'A'..='D'), "{kind:?}: no such tier");
            let country = kind.name.split_once('.').map(|(country, _)| country.to_uppercase());
            assert_eq!(kind.country, country, "{kind:?}");
            assert_eq!(kind.possible.is_none(), kind.country.is_none(), "{kind:?}: how many there could be");
            for header in &kind.headers {
                assert!(headers.insert(header), "{header} announces two kinds");
                assert_eq!(Kind::of_header(header), Some(kind), "{header} is not written as it is looked up");
            }
        }
        assert!(names.len() > 80, "the table is whole");
    }

    #[test]
    fn a_masked_form_never_shows_more_than_the_table_allows() {
        let rules = Rules::on(jiff::civil::date(2026, 1, 1));
        for kind in Kind::all() {
            assert!(!kind.samples.is_empty(), "{kind:?}: the form offers a sample of every kind");
            for sample in &kind.samples {
                let identifier =
                    kind.canonicalise(sample, &rules).into_result().expect("samples are canonical").remove(0);
                assert_eq!(identifier.canonical(), sample);
                // Each shown character divides the candidates; those that are left must be too many to try.
                let shown = identifier.masked().chars().filter(|c| *c != '*').collect::<String>();
                let choices = |c: char| if c.is_ascii_digit() { 10 } else { 26 };
                let left = shown.chars().filter(|c| *c != '+').fold(identifier.possible(), |left, c| left / choices(c));
                assert!(left >= LEFT_BY_A_MASK, "{kind:?}: {left} candidates are left");
                assert!(!format!("{identifier:?}").contains(sample.as_str()));
            }
        }
    }
}
