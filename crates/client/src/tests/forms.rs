//! Not found where that cannot be believed: in canonical forms of another version than this
//! program's, and for numbers in no plan. What is found is found, and what is not found is no
//! answer.

use super::fixture::{Data, Liar, check_one, collided, found, phone};
use crate::{ClientError, Local, Outcome};
use exposure_identifier::{Identifier, Kind};

/// The canonical version of phones in this program.
fn own() -> u16 {
    Kind::named("phone").expect("a kind").canonical_version()
}

fn resident() -> Identifier {
    Kind::named("cn.ric").expect("a kind").trust_canonical("11010519491231002X")
}

/// The outcomes of a service, of a copy of its index, and of the index with its key.
fn three_ways(data: &Data, asked: &[Identifier]) -> [Vec<Result<Outcome, ClientError>>; 3] {
    let running = data.serve();
    let local = Local::open(&data.index(), Some(data.key.clone()), false).expect("its key");
    let copy = running.index_copy(&data.index_file_copy());
    [running.client().check(asked), copy.check(asked), local.check(asked)]
}

#[test]
fn not_found_in_other_forms_is_no_answer_and_found_stands() {
    for (versions, expected) in [
        ([own() - 1; 2], vec![own() - 1]),
        ([own() + 1; 2], vec![own() + 1]),
        ([own(), own() - 1], vec![own() - 1, own()]),
    ] {
        let data = Data::written(versions, 30);
        for outcomes in three_ways(&data, &[phone(0), collided(), phone(30), resident(), phone(30)]) {
            assert_eq!(outcomes[0].as_ref().expect("found"), &found(&["a"]));
            assert_eq!(outcomes[1].as_ref().expect("found"), &Outcome::Undetermined);
            // The rules of this kind did not change.
            assert_eq!(outcomes[3].as_ref().expect("answered"), &Outcome::NotFound);
            for again in [2, 4] {
                match outcomes[again].as_ref().expect_err("not found in other forms") {
                    ClientError::OtherForms { kind, index, own: said } => {
                        assert_eq!((*kind, index, *said), ("phone", &expected, own()));
                    }
                    error => panic!("{error}"),
                }
            }
        }
    }
}

#[test]
fn the_same_version_says_nothing() {
    for outcomes in three_ways(&Data::written([own(); 2], 30), &[phone(0), phone(30)]) {
        let outcomes: Vec<_> = outcomes.into_iter().map(|outcome| outcome.expect("answered")).collect();
        assert_eq!(outcomes, [found(&["a"]), Outcome::NotFound]);
    }
}

#[test]
fn a_service_that_says_no_version_has_the_first() {
    let data = Data::written([own(); 2], 30);
    let running = data.serve();
    let liar = Liar::before(&running, |path, reply| {
        if path == "/v1/parameters" {
            reply.json(|parameters| {
                for kind in parameters["kinds"].as_array_mut().expect("kinds") {
                    kind.as_object_mut().expect("a kind").remove("canonical_versions").expect("published");
                }
            });
        }
    });
    let mut client = liar.client().connect().expect("an older service");
    assert_eq!(check_one(&mut client, &phone(0)).expect("found"), found(&["a"]));
    assert_eq!(check_one(&mut client, &resident()).expect("unchanged"), Outcome::NotFound);
    let error = check_one(&mut client, &phone(30)).expect_err("not found in other forms");
    assert!(matches!(&error, ClientError::OtherForms { index, .. } if *index == [1]), "{error}");
}

#[test]
fn the_error_says_what_helps() {
    let said = |version| {
        let data = Data::written([version; 2], 3);
        let local = Local::open(&data.index(), Some(data.key.clone()), false).expect("its key");
        local.check(&[phone(30)]).remove(0).expect_err("not found in other forms").to_string()
    };
    let (older, newer) = (said(own() - 1), said(own() + 1));
    assert!(older.contains("ingested again") && older.contains(&format!("of version {}", own() - 1)), "{older}");
    assert!(newer.contains("newer version of this program") && newer.contains("cannot be told"), "{newer}");
}

#[test]
fn a_kind_in_no_version_is_refused() {
    for versions in [serde_json::json!([]), serde_json::json!([0])] {
        let data = Data::keyed(3);
        let running = data.serve();
        let liar = Liar::before(&running, move |path, reply| {
            if path == "/v1/parameters" {
                reply.json(|parameters| parameters["kinds"][0]["canonical_versions"] = versions.clone());
            }
        });
        let error = liar.client().connect().expect_err("refused");
        assert!(matches!(error, ClientError::Malformed { what: "parameters", .. }), "{error}");
    }
}

#[test]
fn not_found_in_no_plan_is_no_answer_and_found_stands() {
    let data = Data::keyed(30);
    // Hong Kong has no numbers of seven digits.
    let nobody = Kind::named("phone").expect("a kind").trust_canonical("+8529123456");
    for outcomes in three_ways(&data, &[phone(0), nobody.clone(), phone(30), nobody]) {
        assert_eq!(outcomes[0].as_ref().expect("found"), &found(&["a"]));
        assert_eq!(outcomes[2].as_ref().expect("answered"), &Outcome::NotFound);
        for again in [1, 3] {
            match outcomes[again].as_ref().expect_err("nobody has it") {
                ClientError::OutsidePlans { country } => assert_eq!(country.as_deref(), Some("HK")),
                error => panic!("{error}"),
            }
        }
    }
}
