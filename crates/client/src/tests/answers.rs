//! What an honest service and a local index say; budgets; an index that is replaced meanwhile.

use super::fixture::{AMPLE, Data, Liar, Running, check_one, collided, found, phone, wait_for_another};
use crate::{Client, ClientError, Local, Outcome};
use exposure_identifier::{Identifier, Kind};
use exposure_service::{Budget, Config, Service};
use std::time::Duration;

#[test]
fn a_service_and_an_index_at_hand_agree() {
    let data = Data::keyed(30);
    let local = Local::open(&data.index(), Some(data.key.clone()), false).expect("its key");
    let running = data.serve();
    let mut client = Client::new(&running.base).pin(data.key.public()).connect().expect("the pinned key");
    let identifiers: Vec<_> = (0..40).map(phone).chain([collided()]).collect();
    let expected = |n: u32| match n {
        0..30 => found([&["a"][..], &["a", "b"], &["b"]][n as usize % 3]),
        30..40 => Outcome::NotFound,
        _ => Outcome::Undetermined,
    };
    for answers in [client.check(&identifiers), local.check(&identifiers)] {
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("answered")).collect();
        assert_eq!(answers, (0..41).map(expected).collect::<Vec<_>>());
    }
    assert!(client.check(&[]).is_empty());
    assert_eq!(client.breaches().len(), 2);
}

#[test]
fn everything_is_fetched_before_a_range_and_nothing_after() {
    let data = Data::keyed(30);
    let running = data.serve();
    let liar = Liar::before(&running, |_, _| {});
    let mut client = liar.client().connect().expect("honest");
    check_one(&mut client, &phone(1)).expect("found");
    let paths = liar.paths();
    assert_eq!(paths[..4], ["/v1/parameters", "/v1/source-sets", "/v1/breaches", "/v1/limits"]);
    assert_eq!(paths[4], "/v1/evaluate");
    assert_eq!(paths.len(), 6);
    assert!(paths[5].starts_with("/v1/range/"));
    let many: Vec<_> = (0..30).map(phone).collect();
    client.check(&many);
    let ranges: Vec<_> = liar.paths().into_iter().skip(6).filter(|path| path.starts_with("/v1/range/")).collect();
    assert!(ranges.is_sorted_by(|a, b| a < b), "each prefix once, in order");
}

#[test]
fn a_spent_budget_says_when_to_come_back() {
    let data = Data::keyed(30);
    let budget = Budget { address_per_day: 10, ..AMPLE };
    let running = Running::start(Service::open(Config { budget, ..data.config() }).expect("sound"));
    let answers = running.client().check(&(0..20).map(phone).collect::<Vec<_>>());
    assert!(answers[..8].iter().all(Result::is_ok), "what was evaluated is answered");
    for refused in &answers[8..] {
        let error = refused.as_ref().expect_err("over the budget");
        assert!(matches!(error, ClientError::QuotaExceeded { .. }), "{error}");
        assert!((1..=86_400).contains(&error.retry_after().expect("said")), "{error}");
    }
    let budget = Budget { global_per_second: 8, ..AMPLE };
    let running = Running::start(Service::open(Config { budget, ..data.config() }).expect("sound"));
    let answers = running.client().check(&(0..80).map(phone).collect::<Vec<_>>());
    let error = answers[79].as_ref().expect_err("80 in a moment");
    assert!(matches!(error, ClientError::Busy { seconds: 1 }), "{error}");
}

#[test]
fn a_small_budget_is_asked_for_little_at_a_time() {
    let data = Data::keyed(30);
    let budget = Budget { address_per_day: 3, ..AMPLE };
    let running = Running::start(Service::open(Config { budget, ..data.config() }).expect("sound"));
    // The first three again and again cost no more.
    let numbers = (0..3).cycle().take(12).chain(3..5);
    let answers = running.client().check(&numbers.map(phone).collect::<Vec<_>>());
    assert!(answers[..12].iter().all(Result::is_ok) && answers[12..].iter().all(Result::is_err));
}

#[test]
fn a_replaced_index_is_asked_again() {
    let data = Data::keyed(30);
    let service = Service::open(data.config()).expect("sound").grace(Duration::ZERO);
    let running = Running::start(service);
    let liar = Liar::before(&running, |_, _| {});
    let mut client = liar.client().connect().expect("honest");
    let old = client.parameters().index.clone();
    assert_eq!(check_one(&mut client, &phone(30)).expect("answered"), Outcome::NotFound);
    data.rebuild(31);
    wait_for_another(&running, &old);
    let before = liar.paths().len();
    assert_eq!(check_one(&mut client, &phone(30)).expect("answered"), found(&["a"]));
    assert_ne!(client.parameters().index, old);
    let paths = liar.paths();
    assert_eq!(paths[before], "/v1/evaluate");
    assert_eq!(paths[before + 2..before + 5], ["/v1/parameters", "/v1/source-sets", "/v1/breaches"]);
    assert_eq!(paths.len(), before + 7, "evaluated once: the key is the same");
}

#[test]
fn an_unkeyed_index_is_asked_when_allowed() {
    let data = Data::unkeyed(30);
    let running = data.serve();
    let mut client = Client::new(&running.base).allow_unkeyed().connect().expect("allowed");
    let local = Local::open(&data.index(), None, true).expect("allowed");
    for (n, expected) in [(0, found(&["a"])), (1, found(&["a", "b"])), (30, Outcome::NotFound)] {
        assert_eq!(check_one(&mut client, &phone(n)).expect("answered"), expected);
        assert_eq!(local.check(&[phone(n)]).remove(0).expect("answered"), expected);
    }
}

#[test]
fn an_index_at_hand_answers_thousands_in_order_however_often_they_repeat() {
    let data = Data::keyed(30);
    let local = Local::open(&data.index(), Some(data.key.clone()), false).expect("its key");
    let once: Vec<_> = (0..1_000).map(phone).collect();
    let repeated: Vec<_> = (0..5_000).map(|n| phone(n * 7 % 1_000)).collect();
    let answers = |asked: &[Identifier]| -> Vec<_> {
        local.check(asked).into_iter().map(|answer| answer.expect("answered")).collect()
    };
    let one_by_one = answers(&once);
    assert_eq!(one_by_one.iter().filter(|finding| **finding != Outcome::NotFound).count(), 30);
    let expected: Vec<_> = (0..5_000).map(|n| one_by_one[n * 7 % 1_000].clone()).collect();
    assert_eq!(answers(&repeated), expected);
    let stranger = Kind::named("fi.hetu").expect("a kind").trust_canonical("131052-308T");
    let mixed = local.check(&[phone(0), stranger, phone(0)]);
    assert!(matches!(mixed[1], Err(ClientError::KindNotHeld("fi.hetu"))) && mixed[0].is_ok() && mixed[2].is_ok());
}

#[test]
fn a_damaged_leaf_takes_no_answer_away_from_the_others() {
    let data = Data::keyed(30);
    let copy = data.index_file_copy();
    let mut bytes = std::fs::read(&copy).expect("readable");
    // Somewhere among the leaves, which stand between the directory and the sources; they are
    // checked as they are read.
    let middle = bytes.len() / 2;
    let numbers: Vec<_> = (0..30).map(phone).collect();
    let answers_with = |at: usize, bytes: &mut Vec<u8>| {
        bytes[at] ^= 1;
        std::fs::remove_file(&copy).expect("removed");
        std::fs::write(&copy, &*bytes).expect("written");
        bytes[at] ^= 1;
        // Positions verified at open are outside leaves.
        Some(Local::open(&copy, Some(data.key.clone()), false).ok()?.check(&numbers))
    };
    let failures = |answers: &Vec<Result<Outcome, ClientError>>| {
        answers.iter().filter(|answer| matches!(answer, Err(ClientError::Index { .. }))).count()
    };
    // Keys are random, and so is the content of a leaf: some hold none of these numbers.
    let mut places = (middle..bytes.len()).step_by(4).take(200);
    let answers = places.find_map(|at| answers_with(at, &mut bytes).filter(|answers| failures(answers) > 0));
    let answers = answers.expect("a leaf in which one of the numbers is");
    let failed = failures(&answers);
    assert!(failed < 30, "all are in the damaged leaf");
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 30 - failed);
}
