//! Partners: live and other keys, accounts, batches, and commands beside a running service.

mod origins;

use super::fixture::{AMPLE, Answer, Data, Running, phone, today};
use crate::{Budget, Config, PartnerStore, Service, Terms};
use axum::body::Body;
use axum::http::Request;
use exposure_protocol::Pending;
use exposure_protocol::wire::{Account, EvaluateRequest, Problem};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use tower::ServiceExt as _;

/// Shared budgets that no test uses up by accident; half is reserved for partners.
const SHARED: Budget = Budget { partner_share: 0.5, ..AMPLE };

fn path(data: &Data) -> PathBuf {
    data.index().with_file_name("partners.sqlite")
}

fn store(data: &Data) -> PartnerStore {
    PartnerStore::open(&path(data)).expect("opened")
}

/// Adds a partner, as the command does, and returns its key.
fn add(data: &Data, name: &str, terms: &Terms) -> String {
    store(data).add(name, terms, 20_000).expect("added").to_text().to_string()
}

fn start(data: &Data, budget: Budget) -> Running {
    let config = Config { budget, partners: Some(path(data)), ..data.config() };
    Running::start(Service::open(config).expect("sound"))
}

fn question(count: u32) -> String {
    let (_, blinded_elements) = Pending::blind((0..count).map(phone).collect()).expect("ordinary inputs");
    serde_json::to_string(&EvaluateRequest { epoch: 1, blinded_elements }).expect("JSON")
}

fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}

fn account(running: &Running, key: &str) -> Answer {
    running.get_with("/v1/account", &[("authorization", &bearer(key))])
}

fn ask(running: &Running, key: &str, count: u32) -> Answer {
    running.evaluate_with(&question(count), &[("authorization", &bearer(key))])
}

#[test]
fn an_account_says_what_is_left() {
    let data = Data::keyed(10);
    let origins = vec!["https://bank.example".to_owned()];
    let terms =
        Terms { per_minute: 90, per_day: 200, batch: 50, origins: origins.clone(), ..Terms::new("a@b.example") };
    let key = add(&data, "bank", &terms);
    let running = start(&data, SHARED);
    assert_eq!(ask(&running, &key, 40).status, 200);
    let answer = account(&running, &key);
    assert_eq!(answer.header("cache-control"), "no-store");
    let account: Account = serde_json::from_value(answer.json()).expect("an account");
    assert_eq!((account.name.as_str(), account.batch, account.origins), ("bank", 50, origins));
    assert_eq!((account.minute.limit, account.day.limit, account.day.remaining), (90, 200, 160));
    assert!((1..=60).contains(&account.minute.reset_seconds) && (1..=86_400).contains(&account.day.reset_seconds));
    let policy = "\"minute\";q=90;w=60;qu=\"elements\", \"day\";q=200;w=86400;qu=\"elements\"";
    assert_eq!(answer.header("ratelimit-policy"), policy);
    assert!(answer.header("ratelimit").contains("\"day\";r=160;t="), "{}", answer.header("ratelimit"));
    assert!(!answer.body.contains("b.example"), "a contact is the operator's");
}

#[test]
fn credentials_that_are_not_a_live_key_get_the_same_401() {
    let data = Data::keyed(10);
    let (live, revoked) = (add(&data, "bank", &Terms::new("a")), add(&data, "gone", &Terms::new("a")));
    store(&data).revoke("gone", None).expect("revoked");
    let running = start(&data, SHARED);
    let unknown = format!("expk_{}_{}", "0".repeat(16), "0".repeat(64));
    let (of_live, secret) = live.rsplit_once('_').expect("two parts");
    let wrong = format!("{of_live}_{}", secret.chars().rev().collect::<String>());
    let basic = format!("Basic {live}");
    let presented = [
        bearer(&revoked),
        bearer(&unknown),
        bearer(&wrong),
        bearer("canary"),
        bearer(""),
        bearer(&live.to_uppercase()),
        bearer(&format!("{live}0")),
        basic,
        live.clone(),
        "Bearer".into(),
    ];
    let none = running.get("/v1/account");
    none.problem(401, "key");
    assert_eq!(none.header("www-authenticate"), "Bearer");
    let shown = |answer: &Answer| {
        let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| *name != "date").collect();
        format!("{} {headers:?} {}", answer.status, answer.body)
    };
    for authorization in &presented {
        let headers = [("authorization", authorization.as_str())];
        let answer = running.get_with("/v1/account", &headers);
        assert_eq!(shown(&answer), shown(&none), "all of them are the same");
        let answer = running.evaluate_with(&question(1), &headers);
        assert_eq!(shown(&answer), shown(&none));
        // Checked before anything else.
        assert_eq!(shown(&running.evaluate_with("no question", &headers)), shown(&none));
    }
    let twice = [("authorization", bearer(&live)), ("authorization", bearer(&live))];
    let twice = twice.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(shown(&running.get_with("/v1/account", &twice)), shown(&none));
    assert_eq!(account(&running, &live).status, 200);
    for scheme in ["bearer", "BEARER"] {
        let authorization = format!("{scheme} {live}");
        assert_eq!(running.get_with("/v1/account", &[("authorization", &authorization)]).status, 200);
    }
    let limits = running.evaluate(&question(1));
    let untouched = format!("\"day\";r={};", AMPLE.address_per_day - 1);
    assert!(limits.header("ratelimit").contains(&untouched), "nothing was charged to the address");
}

#[test]
fn a_partner_may_send_its_batch_and_others_eight() {
    let data = Data::keyed(10);
    let large = Terms { batch: 1_000, per_minute: 5_000, ..Terms::new("a") };
    let (large, small) = (add(&data, "large", &large), add(&data, "small", &Terms { batch: 9, ..Terms::new("a") }));
    let running = start(&data, SHARED);
    assert_eq!(ask(&running, &large, 1_000).status, 200);
    let problem = ask(&running, &large, 1_001).problem(400, "element-count");
    assert!(problem.detail.contains("1 to 1000"), "{}", problem.detail);
    assert_eq!(ask(&running, &small, 9).status, 200);
    ask(&running, &small, 10).problem(400, "element-count");
    running.evaluate(&question(9)).problem(400, "element-count");
    // A body is limited by the partner's own batch, not by the largest one.
    let padded = format!("{}{}", " ".repeat(20_000), question(1));
    let small = bearer(&small);
    running.evaluate_with(&padded, &[("authorization", &small)]).problem(413, "too-large");
    running.evaluate(&padded).problem(413, "too-large");
    let large = bearer(&large);
    assert_eq!(running.evaluate_with(&padded, &[("authorization", &large)]).status, 200);
}

#[test]
fn quotas_and_shared_budgets_reject() {
    let data = Data::keyed(10);
    let (bank, carrier) = (
        add(&data, "bank", &Terms { per_day: 5, batch: 9, ..Terms::new("a") }),
        add(&data, "carrier", &Terms { batch: 1_000, per_minute: 100_000, per_day: 100_000, ..Terms::new("a") }),
    );
    let running = start(&data, Budget { global_per_second: 20, ..SHARED });
    assert_eq!(ask(&running, &bank, 3).status, 200);
    let rejected = ask(&running, &bank, 3);
    rejected.problem(429, "partner-budget");
    assert!(rejected.header("ratelimit").contains("\"day\";r=2;"), "{}", rejected.header("ratelimit"));
    assert!(!rejected.header("retry-after").is_empty());
    let problem = ask(&running, &bank, 6).problem(400, "element-count");
    assert!(problem.detail.contains("can never fit"), "{}", problem.detail);
    // Ten per second are 600 per minute: the third request at the latest fails, in any minute.
    let rejected = (0..3).map(|_| ask(&running, &carrier, 400)).find(|answer| answer.status != 200);
    let rejected = rejected.expect("1,200 in less than two minutes");
    rejected.problem(503, "partner-pool");
    assert!(!rejected.header("retry-after").is_empty() && !rejected.header("ratelimit").is_empty());
    assert_eq!(running.evaluate(&question(8)).status, 200, "clients without a key have another budget");
}

#[test]
fn partners_without_a_share_are_rejected_and_limits_say_so() {
    let data = Data::keyed(10);
    let key = add(&data, "bank", &Terms::new("a"));
    let running = start(&data, AMPLE);
    let problem = ask(&running, &key, 1).problem(503, "partner-pool");
    assert!(problem.detail.contains("no share"), "{}", problem.detail);
    let limits = running.get("/v1/limits").json();
    assert_eq!((&limits["partner_per_second"], &limits["anonymous_per_second"]), (&json!(0), &json!(1_000_000)));
    assert_eq!(limits["partner_days_to_enumerate"], json!({}));
}

#[test]
fn a_running_service_notices_changes_by_a_command() {
    let data = Data::keyed(10);
    let running = start(&data, SHARED);
    let key = add(&data, "bank", &Terms::new("a"));
    running.until("the new partner", |running| account(running, &key).status == 200);
    store(&data).change("bank", |terms| terms.per_day = 7).expect("changed");
    running.until("the new quota", |running| account(running, &key).json()["day"]["limit"] == 7);
    let second = store(&data).rotate("bank", 20_001).expect("a second key").to_text().to_string();
    running.until("the second key", |running| account(running, &second).status == 200);
    assert_eq!(account(&running, &key).status, 200, "both are live");
    let first = store(&data).list(0).expect("read")[0].keys[0].0;
    store(&data).revoke("bank", Some(first)).expect("revoked");
    running.until("the revocation", |running| account(running, &key).status == 401);
    assert_eq!(account(&running, &second).status, 200);
}

#[test]
fn counts_survive_a_restart() {
    let data = Data::keyed(10);
    let key = add(&data, "bank", &Terms { per_day: 100, ..Terms::new("a") });
    let mut running = start(&data, Budget { address_per_day: 10, ..SHARED });
    assert_eq!((ask(&running, &key, 40).status, running.evaluate(&question(7)).status), (200, 200));
    running.stop_and_wait();
    let today = today();
    assert_eq!(store(&data).list(today).expect("read")[0].used, 40);
    let running = start(&data, Budget { address_per_day: 10, ..SHARED });
    assert_eq!(account(&running, &key).json()["day"]["remaining"], 60);
    running.evaluate(&question(4)).problem(429, "address-budget");
    assert_eq!(running.evaluate(&question(3)).status, 200);
}

#[test]
fn a_service_that_cannot_save_counts_evaluates_nothing_and_is_not_ready() {
    let data = Data::keyed(10);
    let key = add(&data, "bank", &Terms::new("a"));
    let config = Config { budget: SHARED, partners: Some(path(&data)), ..data.config() };
    let service = Service::open(config).expect("sound");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    // Only the router, which saves nothing, so that this test decides when counts were saved.
    let status = |method: &str, path: &str, key: Option<&str>| {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("authorization", bearer(key));
        }
        let body = if method == "POST" { question(1) } else { String::new() };
        let request = request.body(Body::from(body)).expect("a request");
        let response = runtime.block_on(service.router().oneshot(request)).expect("infallible");
        let body = runtime.block_on(axum::body::to_bytes(response.into_body(), 10_000)).expect("whole");
        let problem: Option<Problem> = serde_json::from_slice(&body).ok();
        problem.map_or("well".to_owned(), |problem| problem.kind.rsplit(':').next().expect("a name").to_owned())
    };
    let asked = || {
        let range = format!("/v1/range/{}/a.txt", service.index_id());
        [
            status("POST", "/v1/evaluate", None),
            status("POST", "/v1/evaluate", Some(&key)),
            status("GET", "/readyz", None),
            status("GET", "/healthz", None),
            status("GET", &range, None),
        ]
    };
    assert_eq!(asked(), ["well"; 5]);
    service.state.quotas.all_saved(service.state.clock.now() - 61);
    let unavailable = "budget-unavailable";
    assert_eq!(asked(), [unavailable, unavailable, unavailable, "well", "well"]);
    service.state.quotas.all_saved(service.state.clock.now());
    assert_eq!(asked(), ["well"; 5]);
}

#[test]
fn an_unusable_file_of_partners_is_explained_in_one_sentence() {
    let data = Data::keyed(10);
    let rejection = || {
        let config = Config { partners: Some(path(&data)), ..data.config() };
        Service::open(config).expect_err("not to be used").to_string()
    };
    fs::write(path(&data), "no database, and long enough to be looked at: ".repeat(100)).expect("written");
    fs::set_permissions(path(&data), fs::Permissions::from_mode(0o644)).expect("changed");
    assert!(rejection().contains("is readable by others (mode 0644)"), "{}", rejection());
    fs::set_permissions(path(&data), fs::Permissions::from_mode(0o600)).expect("changed");
    assert!(rejection().contains("cannot use the partners file"), "{}", rejection());
    fs::remove_file(path(&data)).expect("removed");
    fs::create_dir(path(&data)).expect("made");
    assert!(rejection().contains("not a regular file"), "{}", rejection());
    assert!(!rejection().contains('\n'));
}
