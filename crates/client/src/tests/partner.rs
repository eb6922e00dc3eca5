//! Asking with a partner's key: larger batches, and the key where it belongs and nowhere else.

use super::fixture::{AMPLE, Data, Liar, Running, phone};
use crate::{Client, ClientError};
use exposure_service::{Budget, Config, PartnerStore, Service, Terms};

/// A service that knows one partner, and the partner's key. The public may evaluate nearly nothing.
fn service(data: &Data, batch: u32) -> (Running, String) {
    let path = data.index().with_file_name("partners.sqlite");
    let mut store = PartnerStore::open(&path).expect("made");
    let terms = Terms { batch, ..Terms::new("a@bank.example") };
    let key = store.add("bank", &terms, 0).expect("added").to_text().to_string();
    let budget = Budget { partner_share: 0.5, address_per_day: 1, ..AMPLE };
    let config = Config { budget, partners: Some(path), ..data.config() };
    (Running::start(Service::open(config).expect("sound")), key)
}

#[test]
fn a_partner_asks_in_its_own_batches_and_shows_its_key_for_evaluations_alone() {
    let data = Data::keyed(30);
    let (running, key) = service(&data, 25);
    let liar = Liar::before(&running, |_, _| {});
    let mut client = liar.client().partner_key(&format!("{key}\n")).expect("a key").connect().expect("honest");
    let answers = client.check(&(0..40).map(phone).collect::<Vec<_>>());
    assert!(answers.iter().all(Result::is_ok));
    let requests = liar.requests();
    let evaluations = requests.iter().filter(|request| request.path == "/v1/evaluate").count();
    assert_eq!(evaluations, 2, "25 and 15");
    for request in &requests {
        let is_shown = request.head.contains(&key) || request.body.contains(&key) || request.path.contains(&key);
        assert_eq!(is_shown, matches!(request.path.as_str(), "/v1/account" | "/v1/evaluate"), "{}", request.path);
    }
}

#[test]
fn a_copy_of_an_index_is_evaluated_as_a_partner_too() {
    let data = Data::keyed(30);
    let (running, key) = service(&data, 1_000);
    let liar = Liar::before(&running, |_, _| {});
    let copy = liar.client().partner_key(&key).expect("a key").index_copy(&data.index_file_copy()).expect("honest");
    assert!(copy.check(&(0..40).map(phone).collect::<Vec<_>>()).iter().all(Result::is_ok));
    assert_eq!(liar.paths(), ["/v1/parameters", "/v1/account", "/v1/evaluate"]);
}

#[test]
fn a_key_that_is_not_live_is_said_and_not_shown() {
    let data = Data::keyed(30);
    let (running, key) = service(&data, 25);
    let wrong = key.replace(|_| true, "0").replacen("00000", "expk_", 1);
    let builder = Client::new(&running.base).partner_key(&wrong).expect("the shape of a key");
    assert!(!format!("{builder:?}").contains(&wrong[5..]));
    let error = builder.connect().expect_err("refused");
    assert!(matches!(error, ClientError::Problem { status: 401, .. }), "{error}");
    assert!(!error.to_string().contains(&wrong[5..]));
}
