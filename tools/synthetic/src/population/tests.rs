//! Numbers lead to people and back, at the size that matters.

use super::*;
use exposure_identifier::{Kind, Rules, Scanner};
use std::collections::HashSet;

const BILLION: u64 = 1_000_000_000;
const WORLDS: [World; 3] = [World::Nobody, World::NobodyInText, World::Realistic];

/// People spread over the range below a bound, and close to the bound.
fn sample(bound: u64) -> impl Iterator<Item = u64> {
    let far = (0..3_000).map(move |n| mix(n) % bound);
    far.chain([0, 1, bound - 1])
}

fn rules() -> Rules {
    Rules::on(jiff::civil::date(2026, 1, 1))
}

#[test]
fn numbers_lead_back_to_their_person() {
    for world in WORLDS {
        let population = Population::of(world);
        for i in sample(population.capacity()) {
            assert_eq!(population.index_of_id(&population.id(i)), Some(i), "{world:?}, person {i}");
            let count = population.count_of_phones(i);
            for place in 0..MOST_PHONES {
                let owner = population.index_of_phone(&population.phone(i, place).canonical());
                assert_eq!(owner, (place < count).then_some(i), "{world:?}, phone {place} of {i}");
            }
        }
    }
}

#[test]
fn a_billion_fit_and_leave_as_many_negatives() {
    for world in [World::Nobody, World::Realistic] {
        let capacity = Population::of(world).capacity();
        assert!(capacity >= 3 * BILLION / 2, "{world:?} has {capacity}");
    }
    let in_text = Population::of(World::NobodyInText).capacity();
    assert_eq!(in_text, 30_000_000);
}

#[test]
fn people_beyond_have_other_numbers() {
    let population = Population::of(World::Nobody);
    let among = |i: Option<u64>| i.is_some_and(|i| i < BILLION);
    for i in sample(population.capacity() - BILLION).map(|i| i + BILLION) {
        assert!(!among(population.index_of_id(&population.id(i))));
        assert!(population.phones(i).iter().all(|phone| !among(population.index_of_phone(phone))));
    }
}

#[test]
fn what_is_no_number_belongs_to_nobody() {
    let population = Population::of(World::Nobody);
    let id = population.id(7);
    let other = |at: usize, digit: &str| [&id[..at], digit, &id[at + 1..]].concat();
    for wrong in ["", "991", &id[1..], &other(17, "*"), &other(0, "1"), &other(10, "9"), &format!("{id}0")] {
        assert_eq!(population.index_of_id(wrong), None, "{wrong}");
    }
    for wrong in ["", "+86", "15400001234", "+8613800001234", "+86154000012345", "+4415400001234"] {
        assert_eq!(population.index_of_phone(wrong), None, "{wrong}");
    }
}

#[test]
fn the_rules_call_all_of_them_canonical() {
    let canonical = |kind: &str, text: &str| {
        let cell = Kind::named(kind).expect("a kind").canonicalise(text, &rules());
        cell.accepted.first().is_some_and(|found| found.canonical() == text)
    };
    for world in WORLDS {
        let population = Population::of(world);
        for i in sample(population.capacity()).step_by(10) {
            assert!(canonical("cn.ric", &population.id(i)), "{world:?}: {}", population.id(i));
            for phone in population.phones(i) {
                assert!(canonical("phone", &phone), "{world:?}: {phone}");
            }
        }
    }
}

#[test]
fn running_text_holds_what_is_called_valid() {
    let scanner = Scanner::new(["CN"], &rules()).expect("a country");
    let finds = |text: &str| {
        let mut found = 0;
        scanner.scan(text, |_| found += 1);
        found == 1
    };
    for world in WORLDS {
        let population = Population::of(world);
        for i in sample(population.capacity()).step_by(10) {
            assert_eq!(finds(&population.id(i)), world != World::Nobody, "{world:?}: {}", population.id(i));
            let phone = population.phone(i, 0);
            assert_eq!(finds(&phone.canonical()), phone.is_valid(), "{world:?}: {}", phone.canonical());
        }
    }
}

#[test]
fn nobody_has_the_numbers_that_tests_may_hold() {
    let population = Population::of(World::Nobody);
    for i in sample(BILLION) {
        assert!(population.id(i).starts_with("991"));
    }
    assert!((0..1_000).all(|i| population.phones(i).iter().all(|phone| phone.starts_with("+86154"))));
}

#[test]
fn provinces_have_their_share_and_people_their_phones() {
    let population = Population::of(World::Realistic);
    let people = 20_000;
    let guangdong = (0..people).filter(|&i| population.id(i).starts_with("44")).count();
    // 126 of 1410 million.
    assert!((1_500..2_100).contains(&guangdong), "{guangdong} of {people}");
    let women = (0..people).filter(|&i| (population.id_bytes(i)[16] - b'0').is_multiple_of(2)).count();
    assert!((9_000..11_000).contains(&women), "{women} of {people}");
    let phones: Vec<_> = (0..people).flat_map(|i| population.phones(i)).collect();
    assert!((24_000..28_000).contains(&phones.len()), "{} phones", phones.len());
    assert_eq!(phones.iter().collect::<HashSet<_>>().len(), phones.len());
}
