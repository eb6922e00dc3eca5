//! Why a service does not start, in one clear sentence.

use super::fixture::{AMPLE, Data};
use crate::{Budget, Config, Published, Service};
use exposure_protocol::SecretKey;
use std::fs;

fn with_key(data: &Data, key: Option<SecretKey>) -> Config {
    Config { current: Published { key, ..data.published() }, ..data.config() }
}

fn rejection(config: Config) -> String {
    Service::open(config).expect_err("must not start").to_string()
}

#[test]
fn a_missing_index_says_how_to_build_one() {
    let data = Data::keyed(10);
    let current = Published { index: data.index().with_file_name("none"), ..data.published() };
    let config = Config { current, ..data.config() };
    assert!(rejection(config).ends_with("none; build it with `exposure build`"));
}

#[test]
fn a_damaged_index_is_named() {
    let data = Data::keyed(10);
    data.tamper(|bytes| bytes.truncate(bytes.len() - 1));
    let message = rejection(data.config());
    assert!(message.contains("current.index cannot be served: the index is damaged"), "{message}");
}

#[test]
fn key_and_index_must_match() {
    let data = Data::keyed(10);
    let other = SecretKey::generate(2);
    let (own, others) = (data.key.public().to_string(), other.public().to_string());
    let message = rejection(with_key(&data, Some(other)));
    assert!(message.contains(&format!("epoch 1 ({own})")) && message.contains(&format!("epoch 2 ({others})")));
    let message = rejection(with_key(&data, None));
    assert!(message.contains("and that key was not found"), "{message}");
}

#[test]
fn an_unkeyed_index_is_served_if_allowed() {
    let data = Data::unkeyed(10);
    assert!(rejection(data.config()).contains("--allow-unkeyed"));
    Service::open(Config { allow_unkeyed: true, ..with_key(&data, None) }).expect("allowed");
}

#[test]
fn mistakes_in_catalogue_and_budget_are_named() {
    let data = Data::keyed(10);
    fs::write(data.catalogue(), "[sources.a]\ntitel = 1").expect("writable");
    assert!(rejection(data.config()).contains("titel"));
    fs::remove_file(data.catalogue()).expect("removable");
    let budget = Budget { address_per_day: 0, ..AMPLE };
    assert!(rejection(Config { budget, ..data.config() }).contains("address_per_day"));
    for partner_share in [-0.1, 1.1, f64::NAN] {
        let budget = Budget { partner_share, ..AMPLE };
        assert!(rejection(Config { budget, ..data.config() }).contains("partner_share"));
    }
}

#[test]
fn a_budget_is_configuration() {
    let budget: Budget = serde_json::from_str("{\"address_per_day\": 7}").expect("the rest has defaults");
    assert_eq!(budget, Budget { address_per_day: 7, ..Budget::default() });
    assert_eq!(budget.anonymous_per_second(), 50);
    assert_eq!(Budget { partner_share: 1.0, ..budget }.anonymous_per_second(), 1);
    serde_json::from_str::<Budget>("{\"per_day\": 7}").expect_err("no such field");
}
