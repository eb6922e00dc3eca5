//! The table of kinds: `kinds.json`, parsed once and shared with the TypeScript client; lookups by
//! name and header.

use crate::entry::Entry;
use crate::kind::{Kind, Label, Mask, Rule};
use crate::text;
use crate::tier::Tier;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The parsed table. A mistake in it fails the first test.
static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let entries: Vec<Entry> =
        serde_json::from_str(include_str!("../kinds.json")).expect("kinds.json is part of the program and is tested");
    let kinds: Result<Vec<Kind>, String> = entries.into_iter().map(Kind::try_from).collect();
    let mut kinds = kinds.expect("kinds.json is part of the program and is tested");
    let names: Vec<String> = kinds.iter().map(|kind| kind.name.clone()).collect();
    for part_of in kinds.iter_mut().filter_map(|kind| kind.part_of.as_mut()) {
        let place = names.iter().position(|name| *name == part_of.whole);
        part_of.place = place.expect("the table refers to kinds that it has");
    }
    kinds
});

/// The kinds by their headers.
static BY_HEADER: LazyLock<HashMap<&'static str, &'static Kind>> =
    LazyLock::new(|| KINDS.iter().flat_map(|kind| kind.headers.iter().map(move |header| (&**header, kind))).collect());

/// The canonical form of the only identifier of [`Kind::test`].
pub(crate) const TEST_CANONICAL: &str = "exposure-checker";

/// The kind of the test identifier. It is not in the table, since no dump has a column of it.
static TEST: LazyLock<Kind> = LazyLock::new(|| Kind {
    name: "test".to_owned(),
    country: None,
    part_of: None,
    tier: Tier::D,
    label: Label { en: "Test identifier".to_owned(), native: "测试标识".to_owned() },
    rule: Rule::Test,
    mask: Mask { head: TEST_CANONICAL.len(), tail: 0 },
    possible: Some(1),
    headers: Vec::new(),
    samples: vec![TEST_CANONICAL.to_owned()],
});

/// There is no kind of this name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no kind is called “{0}”; `exposure kinds` lists them")]
pub struct UnknownKind(pub String);

impl Kind {
    /// All kinds, in the order of the table.
    pub fn all() -> &'static [Self] {
        &KINDS
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Result<&'static Self, UnknownKind> {
        KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| UnknownKind(name.to_owned()))
    }

    /// The kind of the test identifier, `test:exposure-checker`, which belongs to nobody and is in
    /// every index, so that monitoring has something to find. It is not in [`Kind::all`].
    pub fn test() -> &'static Self {
        &TEST
    }

    /// The kind of this name, [`Kind::test`] included: the kinds that can be checked, though not
    /// all can be ingested.
    pub fn asked_as(name: &str) -> Result<&'static Self, UnknownKind> {
        if name == TEST.name { Ok(&TEST) } else { Self::named(name) }
    }

    /// The kind that its numbers are hashed as: itself, or a kind that accepts all of them in the
    /// same canonical form. So a number is found whichever of the two kinds a leak lists it under.
    pub fn hashed_as(&'static self) -> &'static Self {
        self.part_of.as_ref().map_or(self, |part_of| &KINDS[part_of.place])
    }

    /// The kind that a column header announces, if it is a known synonym.
    pub fn of_header(header: &str) -> Option<&'static Self> {
        // Turkish İ becomes i and a dot above.
        let folded = text::fold(header).ok()?.to_lowercase().replace('\u{307}', "");
        let words = folded.split(|c: char| c.is_whitespace() || "_-.".contains(c)).filter(|word| !word.is_empty());
        let spaced = words.collect::<Vec<_>>().join(" ");
        BY_HEADER.get(spaced.as_str()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::Identifier;
    use crate::rejection::Rejection;
    use crate::rules::Rules;
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
                // Each shown character divides the candidates; those that are left must be too many
                // to try.
                let shown = identifier.masked().chars().filter(|c| *c != '*').collect::<String>();
                let choices = |c: char| if c.is_ascii_digit() { 10 } else { 26 };
                let left = shown.chars().filter(|c| *c != '+').fold(identifier.possible(), |left, c| left / choices(c));
                assert!(left >= LEFT_BY_A_MASK, "{kind:?}: {left} candidates are left");
                assert!(!format!("{identifier:?}").contains(sample.as_str()));
            }
        }
    }
}
