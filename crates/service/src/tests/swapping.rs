//! Two epochs whose indexes are replaced a thousand times while clients check.

use super::fixture::{AMPLE, Answer, Data, Running, phone};
use crate::{Config, Service};
use exposure_protocol::range_text::{Layout, suffix};
use exposure_protocol::wire::{EvaluateRequest, EvaluateResponse, Parameters};
use exposure_protocol::{Evaluation, Pending, Prefix, PublicKey, SecretKey};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread::{scope, sleep};
use std::time::Duration;

const RELOADS: usize = 1_000;

/// An epoch whose index is replaced by one of several.
struct Alternating {
    data: Data,
    others: Vec<PathBuf>,
}

impl Alternating {
    fn new(epoch: u32) -> Self {
        let data = Data::under(SecretKey::generate(epoch), 20);
        let others = (0..5).map(|n| data.aside(&format!("{n}.index"), 20 + n)).collect();
        Self { data, others }
    }

    /// Publishes the next one, by renaming.
    fn replace(&self, round: usize) {
        let beside = self.data.index().with_extension("beside");
        fs::copy(&self.others[round % self.others.len()], &beside).expect("copied");
        fs::rename(&beside, self.data.index()).expect("renamed");
    }
}

/// One check, from parameters to the result; false if an index was replaced between two requests,
/// after which clients start again. Anything unexpected fails the test.
fn check(running: &Running, epoch: u32, key: &PublicKey) -> bool {
    let ask = |path: &str| running.get(&format!("{path}?epoch={epoch}"));
    let parameters: Parameters = parsed(&ask("/v1/parameters"));
    assert_eq!((parameters.epoch, parameters.public_key), (epoch, Some(*key)), "of the requested epoch");
    if ask("/v1/source-sets").json()["index"] != parameters.index.as_str() {
        return false;
    }
    let (pending, blinded_elements) = Pending::blind(vec![phone(7)]).expect("an ordinary input");
    let body = serde_json::to_string(&EvaluateRequest { epoch, blinded_elements }).expect("JSON");
    let answer: EvaluateResponse = parsed(&running.evaluate(&body));
    assert_eq!(answer.epoch, epoch);
    let evaluation = Evaluation { elements: answer.evaluated_elements, proof: answer.proof };
    let digest = pending.finalize(key, &evaluation).expect("proved under the epoch's key").remove(0);
    let Parameters { index, digest_bits, seal_bits, range_lines, .. } = parameters;
    let prefix = Prefix::of_tag(digest.tag(digest_bits), digest_bits, 4);
    let range = running.get(&format!("/v1/range/{index}/{}.txt", prefix.to_hex()));
    assert_eq!(range.status, 200, "{}", range.body);
    let layout = Layout { index, digest_bits, seal_bits, lines: range_lines[&4] };
    let entries = layout.decode(prefix, range.body.as_bytes()).expect("whole, and of the index that was named");
    assert!(entries.iter().any(|entry| entry.suffix == suffix(digest.tag(digest_bits), digest_bits, 4)));
    true
}

fn parsed<T: serde::de::DeserializeOwned>(answer: &Answer) -> T {
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON of the API")
}

#[test]
fn a_thousand_reloads_break_no_check_and_mix_no_epochs() {
    let epochs = [Alternating::new(2), Alternating::new(1)];
    let [current, previous] = &epochs;
    let config = Config { previous: Some(previous.data.published()), ..current.data.config() };
    let service = Service::open(config).expect("two epochs").poll(Duration::from_millis(1));
    let running = Running::start(service.clone());
    let (ended, checks, restarts) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    scope(|scope| {
        for epoch in &epochs {
            scope.spawn(|| {
                while !ended.load(Relaxed) {
                    let whole = check(&running, epoch.data.key.epoch(), &epoch.data.key.public());
                    let count = if whole { &checks } else { &restarts };
                    count.fetch_add(1, Relaxed);
                }
            });
        }
        for round in 0..RELOADS {
            let before = service.index_id();
            current.replace(round + 1);
            previous.replace(round);
            for _ in 0..10_000 {
                if service.index_id() != before {
                    break;
                }
                sleep(Duration::from_micros(500));
            }
            assert_ne!(service.index_id(), before, "reload {round} was not noticed");
        }
        ended.store(true, Relaxed);
    });
    let (checks, restarts) = (checks.into_inner(), restarts.into_inner());
    assert!(checks > 100, "{checks} checks, {restarts} restarted: too little load");
}

#[test]
fn an_unknown_epoch_is_a_problem_and_two_equal_epochs_are_rejected() {
    let (current, previous) = (Data::under(SecretKey::generate(2), 10), Data::under(SecretKey::generate(1), 10));
    let config = || Config { previous: Some(previous.published()), ..current.config() };
    let running = Running::start(Service::open(config()).expect("two epochs"));
    assert_eq!(running.get("/v1/parameters").json()["epoch"], 2);
    for epoch in [1, 2] {
        let parameters = running.get(&format!("/v1/parameters?epoch={epoch}")).json();
        assert_eq!(parameters["epoch"], epoch);
        for path in ["/v1/source-sets", "/v1/breaches", "/v1/breaches/a"] {
            assert_eq!(running.get(&format!("{path}?epoch={epoch}")).status, 200);
        }
        let id = parameters["index"].as_str().expect("an id").to_owned();
        assert_eq!(running.get(&format!("/v1/range/{id}/a.txt")).status, 200);
    }
    for path in ["/v1/parameters", "/v1/source-sets", "/v1/breaches", "/v1/breaches/a"] {
        running.get(&format!("{path}?epoch=3")).problem(404, "unknown-epoch");
        running.get(&format!("{path}?epoch=1&epoch=1")).problem(400, "malformed");
    }
    let (_, blinded_elements) = Pending::blind(vec![phone(1)]).expect("ordinary");
    let body = serde_json::to_string(&EvaluateRequest { epoch: 3, blinded_elements }).expect("JSON");
    running.evaluate(&body).problem(409, "unknown-epoch");

    let alike = Config { previous: Some(current.published()), ..current.config() };
    let rejection = Service::open(alike).expect_err("one epoch twice").to_string();
    assert!(rejection.contains("is of epoch 2, as is the current one"), "{rejection}");
    let missing = Config { budget: AMPLE, previous: Some(elsewhere(&current)), ..current.config() };
    assert!(Service::open(missing).expect_err("nothing there").to_string().contains("there is no index at"));
}

fn elsewhere(data: &Data) -> crate::Published {
    crate::Published { index: Path::new("/nowhere/current.index").to_owned(), ..data.published() }
}
