//! The shared vectors, `tests/vectors/` of the repository. Tests only; TypeScript reads the same
//! files.

use crate::{Identifier, Kind, Region, Rules};
use serde_json::Value;

/// The vectors of one file.
fn file(name: &str) -> Value {
    let path = format!("{}/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("the vectors are committed")).expect("they are JSON")
}

/// What `exposure canonical` would print for a cell.
fn printed(kind: &'static Kind, cell: &str, rules: &Rules) -> String {
    match kind.canonicalise(cell, rules).into_result() {
        Ok(identifiers) => identifiers.iter().map(Identifier::canonical).collect::<Vec<_>>().join("\t"),
        Err(reason) => format!("!{reason}"),
    }
}

/// The identifiers that the oracles accept.
pub(crate) fn accepted() -> Vec<Identifier> {
    let (ids, phones) = (file("national-ids.json"), file("phones.json"));
    let groups = ids["kinds"].as_object().expect("kinds").iter().map(|(name, cases)| (name.as_str(), cases));
    let phones = phones["regions"].as_object().expect("regions").values().map(|cases| ("phone", cases));
    let mut found = Vec::new();
    for (kind, cases) in groups.chain(phones) {
        let kind = Kind::named(kind).expect("a kind of the table").hashed_as();
        let printed = cases.as_array().expect("cases").iter().filter_map(|case| case[1].as_str());
        let forms = printed.filter(|printed| !printed.starts_with('!')).flat_map(|printed| printed.split('\t'));
        found.extend(forms.map(|form| kind.trust_canonical(form)));
    }
    found
}

/// The day on which a file judges birth dates.
fn rules_of(file: &Value) -> Rules {
    Rules::on(file["today"].as_str().expect("a date").parse().expect("a date"))
}

#[test]
fn cases_of_the_rules() {
    let file = file("identifiers.json");
    let rules = rules_of(&file);
    let cases = file["cases"].as_array().expect("an array");
    assert!(cases.len() > 100, "the file is whole");
    let mut failed = Vec::new();
    for case in cases {
        let text = |name: &str| case[name].as_str();
        let kind = Kind::named(text("kind").expect("a kind")).expect("a kind of the table");
        let region = text("region").map_or(rules.region, |code| code.parse().expect("a region"));
        let expected = text("rejected").map_or_else(
            || {
                let forms = case["canonical"].as_array().expect("forms").iter();
                forms.map(|form| form.as_str().expect("a text")).collect::<Vec<_>>().join("\t")
            },
            |code| format!("!{code}"),
        );
        let found = printed(kind, text("input").expect("an input"), &Rules { region, ..rules });
        if found != expected {
            failed.push(format!("{case} gave {found}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn national_ids_are_those_of_the_oracles() {
    let file = file("national-ids.json");
    let rules = rules_of(&file);
    let groups = file["kinds"].as_object().expect("kinds");
    let kinds: Vec<_> = Kind::all().iter().filter(|kind| kind.country.is_some()).collect();
    assert!(kinds.iter().all(|kind| groups.contains_key(&kind.name)), "every kind has vectors");
    let cases = groups.iter().map(|(name, cases)| (Kind::named(name).expect("a kind of the table"), rules, cases));
    assert!(differences(cases) > 10_000, "the file is whole");
}

#[test]
fn what_is_hashed_as_another_kind_is_that_kind_s_to_the_letter() {
    let file = file("national-ids.json");
    let rules = rules_of(&file);
    let parts: Vec<_> = Kind::all().iter().filter(|kind| kind.hashed_as() != *kind).collect();
    assert!(!parts.is_empty());
    for part in parts {
        let whole = part.hashed_as();
        assert_eq!(whole.hashed_as(), whole, "{part:?}");
        let printed_forms =
            file["kinds"][&part.name].as_array().expect("cases").iter().filter_map(|case| case[1].as_str());
        let accepted = printed_forms.filter(|form| !form.starts_with('!')).flat_map(|forms| forms.split('\t'));
        for form in accepted {
            assert_eq!(printed(whole, form, &rules), form, "{part:?}");
        }
    }
}

#[test]
fn phones_are_those_of_libphonenumber() {
    let file = file("phones.json");
    let phone = Kind::named("phone").expect("a kind");
    let rules = rules_of(&file);
    let groups = file["regions"].as_object().expect("regions");
    let cases = groups.iter().map(|(code, cases)| {
        let region: Region = code.parse().expect("a region");
        (phone, Rules { region, ..rules }, cases)
    });
    assert!(differences(cases) > 10_000, "the file is whole");
}

/// Fails with every case that comes out otherwise; else says how many there were.
fn differences<'f>(groups: impl Iterator<Item = (&'static Kind, Rules, &'f Value)>) -> usize {
    let mut failed = Vec::new();
    let mut count = 0;
    for (kind, rules, cases) in groups {
        for case in cases.as_array().expect("cases") {
            let [input, expected] = [0, 1].map(|at| case[at].as_str().expect("a text"));
            let found = printed(kind, input, &rules);
            if found != expected {
                failed.push(format!("{kind:?} {:?}: {case} gave {found}", rules.region));
            }
            count += 1;
        }
    }
    assert!(failed.is_empty(), "{} of {count}:\n{}", failed.len(), failed[..failed.len().min(40)].join("\n"));
    count
}

/// What a text is and may be: `COUNTRY +number` each, or the reason for a rejection.
#[test]
fn texts_that_may_be_numbers_of_other_countries() {
    let file = file("elsewhere.json");
    let kind = Kind::named("phone").expect("a kind");
    let cases = file["cases"].as_array().expect("an array");
    assert!(cases.len() > 50, "the file is whole");
    for case in cases {
        let text = |name: &str| case[name].as_str().expect("a text");
        let region = |code: &Value| code.as_str().expect("a code").parse::<Region>().expect("a region");
        let rules = Rules { region: region(&case["region"]), ..Rules::on("2026-01-01".parse().expect("a date")) };
        let home: Vec<_> = case["home"].as_array().into_iter().flatten().map(region).collect();
        match kind.canonicalise(text("text"), &rules).into_result().as_deref() {
            Ok([read]) => {
                let said = (read.canonical(), read.country(), read.is_in_numbering_plan());
                assert_eq!(said, (text("reading"), case["country"].as_str(), case["known"] == true), "{case}");
            }
            Ok(_) => assert_eq!(text("reading"), "!several", "{case}"),
            Err(reason) => assert_eq!(text("reading"), format!("!{reason}"), "{case}"),
        }
        let others = kind.elsewhere(text("text"), &rules, &home);
        let named = others
            .iter()
            .take(4)
            .map(|other| Value::from(format!("{} {}", other.country().unwrap_or("none"), other.canonical())));
        assert_eq!(named.collect::<Vec<_>>(), *case["others"].as_array().expect("an array"), "{case}");
    }
}

#[test]
fn a_mainland_mobile_number_is_never_silently_another_country_s() {
    let kind = Kind::named("phone").expect("a kind");
    for region in rlibphonenumber::PHONE_NUMBER_UTIL.get_supported_regions() {
        let rules = Rules { region: Region::of_library(region), ..Rules::on("2026-01-01".parse().expect("a date")) };
        for digits in ["15445671234", "154 0000 1234", "13400001234"] {
            let mainland = format!("+86{}", digits.replace(' ', ""));
            let read = kind.canonicalise(digits, &rules).into_result();
            let is_read = read.is_ok_and(|read| read.iter().any(|read| read.canonical() == mainland));
            let others = kind.elsewhere(digits, &rules, &[]);
            assert!(
                is_read || others.first().is_some_and(|other| other.canonical() == mainland),
                "{digits} {region:?}"
            );
        }
    }
}
