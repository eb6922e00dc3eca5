//! What holds for every text: a canonical form is its own, and spellings of one identifier do not
//! differ.

use crate::{Identifier, Kind, Rejection, Rules, vectors};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Accepted identifiers of every kind, of the vectors.
static IDENTIFIERS: LazyLock<Vec<Identifier>> = LazyLock::new(vectors::accepted);

/// What people and programs do to the spelling of a number. The place is a share of its length, in
/// 256ths.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// White space at a place.
    Blank(char, u8),
    /// One of the separators of the kind at a place.
    Separator(u8, u8),
    /// The character at a place in small or as full-width.
    Small(u8),
    Wide(u8),
    /// A character that cannot be seen, at a place.
    Invisible(char, u8),
    /// A spreadsheet's mark of text in front.
    TextMark,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (prop::sample::select(vec![' ', '\t', '\u{a0}', '\u{3000}']), any::<u8>())
            .prop_map(|(c, at)| Change::Blank(c, at)),
        (any::<u8>(), any::<u8>()).prop_map(|(choice, at)| Change::Separator(choice, at)),
        any::<u8>().prop_map(Change::Small),
        any::<u8>().prop_map(Change::Wide),
        (prop::sample::select(vec!['\u{200b}', '\u{200e}', '\u{feff}']), any::<u8>())
            .prop_map(|(c, at)| Change::Invisible(c, at)),
        Just(Change::TextMark),
    ]
}

impl Change {
    fn apply(self, spelling: &mut Vec<char>, separators: &[char]) {
        let place = |at: u8, places: usize| usize::from(at) * places / 256;
        let len = spelling.len();
        match self {
            Self::Blank(c, at) | Self::Invisible(c, at) => spelling.insert(place(at, len + 1), c),
            Self::Separator(choice, at) if !separators.is_empty() && len > 1 => {
                let separator = separators[usize::from(choice) % separators.len()];
                // Between characters: a dash alone at an end would be read as such.
                spelling.insert(1 + place(at, len - 1), separator);
            }
            Self::Small(at) => spelling[place(at, len)] = spelling[place(at, len)].to_lowercase().next().unwrap_or('?'),
            Self::Wide(at) if spelling[place(at, len)].is_ascii_graphic() => {
                let c = spelling[place(at, len)];
                spelling[place(at, len)] = char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c);
            }
            Self::TextMark => spelling.insert(0, '\''),
            Self::Separator(..) | Self::Wide(_) => {}
        }
    }
}

/// Whether this is a phone number without its last digits.
fn is_without_extension(read: &Identifier, whole: &Identifier) -> bool {
    let is_phone = read.kind() == whole.kind() && read.kind().country.is_none();
    is_phone && whole.canonical().starts_with(read.canonical())
}

fn rules() -> Rules {
    Rules::on(jiff::civil::date(2026, 1, 1))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spellings_of_one_identifier_do_not_differ(
        choice in any::<prop::sample::Index>(),
        mut changes in prop::collection::vec(change(), 0..6),
    ) {
        let identifier = choice.get(&IDENTIFIERS);
        let separators = identifier.kind().separators();
        let mut spelling: Vec<char> = identifier.canonical().chars().collect();
        // Separators stand between the characters of the number, the mark of text in front of all.
        let order = |change: &Change| match change {
            Change::Separator(..) => 0,
            Change::TextMark => 2,
            _ => 1,
        };
        changes.sort_by_key(order);
        changes.iter().for_each(|change| change.apply(&mut spelling, &separators));
        let spelling: String = spelling.into_iter().collect();
        match identifier.kind().canonicalise(&spelling, &rules()).into_result() {
            // A dash before the last digits may make an extension of them, where the rest is a
            // number.
            Ok(read) => prop_assert!(
                read[..] == [identifier.clone()] || read.len() == 1 && is_without_extension(&read[0], identifier),
                "{identifier:?} was read as {read:?}"
            ),
            // A full stop can make a decimal fraction, two a mask; dashes split a Costa Rican
            // number, and a second text mark does not count.
            Err(Rejection::Float) => prop_assert!(spelling.contains(['.', '．'])),
            Err(reason) => {
                let doubtful = spelling.contains(['.', '．', '/']) || spelling.matches(['\'', '＇']).count() > 1;
                prop_assert!(doubtful || identifier.kind().name == "cr.cpf", "{identifier:?} was refused: {reason}");
            }
        }
    }

    #[test]
    fn whatever_is_accepted_is_its_own_canonical_form(
        choice in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), "[0-9A-Z+ .-]"), 0..3),
    ) {
        let identifier = choice.get(&IDENTIFIERS);
        let mut text: Vec<String> = identifier.canonical().chars().map(String::from).collect();
        for (at, other) in damage {
            *at.get_mut(&mut text) = other;
        }
        for read in identifier.kind().canonicalise(&text.concat(), &rules()).accepted {
            let again = read.kind().canonicalise(read.canonical(), &rules()).into_result();
            prop_assert!(again.as_deref() == Ok(std::slice::from_ref(&read)), "{read:?} became {again:?}");
        }
    }

    #[test]
    fn no_text_is_a_panic(kind in prop::sample::select(Kind::all().iter().collect::<Vec<_>>()), text in ".{0,40}") {
        let cell = kind.canonicalise(&text, &rules());
        prop_assert!(!cell.accepted.is_empty() || !cell.rejected.is_empty());
    }
}
