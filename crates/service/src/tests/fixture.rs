//! A data directory with a small index, a service on a free port, and a plain HTTP client.

use crate::{Budget, Config, Published, Service};
use exposure_identifier::Kind;
use exposure_protocol::wire::Problem;
use exposure_protocol::{Hasher, SecretKey};
use exposure_synthetic::publish_index;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A directory with an index file and a catalogue.
pub(super) struct Data {
    dir: TempDir,
    pub(super) key: SecretKey,
}

/// A running service; stopped when dropped.
pub(super) struct Running {
    base: String,
    admin: String,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
    serving: Option<JoinHandle<()>>,
}

/// A response.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: ureq::http::HeaderMap,
    /// Decoded as UTF-8, lossily.
    pub(super) body: String,
    pub(super) bytes: Vec<u8>,
}

/// A budget that no test uses up by accident.
pub(super) const AMPLE: Budget = Budget::AMPLE;

impl Data {
    /// Phones `phone:+861540000NNNN` for the first `count` numbers, in two sources.
    pub(super) fn keyed(count: u32) -> Self {
        Self::under(SecretKey::generate(1), count)
    }

    /// The same under a given key.
    pub(super) fn under(key: SecretKey, count: u32) -> Self {
        let data = Self { dir: tempfile::tempdir().expect("a directory"), key };
        build(&data.index(), Some(&data.key), count);
        data
    }

    /// Another index of the same epoch, beside the current one.
    pub(super) fn aside(&self, name: &str, count: u32) -> PathBuf {
        let path = self.dir.path().join(name);
        build(&path, Some(&self.key), count);
        path
    }

    /// The same in scheme sha256.
    pub(super) fn unkeyed(count: u32) -> Self {
        let data = Self { dir: tempfile::tempdir().expect("a directory"), key: SecretKey::generate(1) };
        build(&data.index(), None, count);
        data
    }

    pub(super) fn index(&self) -> PathBuf {
        self.dir.path().join("current.index")
    }

    /// Replaces the index file by a changed copy.
    pub(super) fn tamper(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.index()).expect("readable");
        change(&mut bytes);
        let beside = self.index().with_extension("new");
        fs::write(&beside, bytes).expect("writable");
        fs::rename(&beside, self.index()).expect("renamed");
    }

    /// Damages a leaf, which opening does not verify: leaves are in the middle of the file.
    pub(super) fn damage_leaf(&self) {
        self.tamper(|bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        });
    }

    pub(super) fn site(&self) -> PathBuf {
        self.dir.path().join("site")
    }

    pub(super) fn catalogue(&self) -> PathBuf {
        self.dir.path().join("sources.toml")
    }

    /// Replaces the index by another one.
    pub(super) fn rebuild(&self, key: &SecretKey, count: u32) {
        build(&self.index(), Some(key), count);
    }

    pub(super) fn config(&self) -> Config {
        Config {
            current: self.published(),
            previous: None,
            allow_unkeyed: false,
            budget: AMPLE,
            partners: None,
            proxies: Vec::new(),
            site: Some(self.site()),
            tls: None,
        }
    }

    pub(super) fn published(&self) -> Published {
        Published { index: self.index(), catalogue: self.catalogue(), key: Some(self.key.clone()) }
    }

    pub(super) fn service(&self) -> Service {
        Service::open(self.config()).expect("a sound index and its key")
    }
}

impl Running {
    pub(super) fn start(service: Service) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let operators = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let admin = format!("http://{}", operators.local_addr().expect("bound"));
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(service.clone().serve_admin(operators.into()));
        let serving = runtime.spawn(service.serve(listener.into(), async { drop(stopped.await) }));
        Self { base, admin, stop: Some(stop), runtime: Some(runtime), serving: Some(serving) }
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(super) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = agent().get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.call())
    }

    /// The answer of a path itself, even if it leads to another.
    pub(super) fn get_unfollowed(&self, path: &str) -> Answer {
        let request = agent().get(format!("{}{path}", self.base));
        Answer::of(request.config().max_redirects(0).max_redirects_will_error(false).build().call())
    }

    /// Requests a path of the admin listener.
    pub(super) fn admin(&self, path: &str) -> Answer {
        Answer::of(agent().get(format!("{}{path}", self.admin)).call())
    }

    /// All metrics.
    pub(super) fn metrics(&self) -> String {
        self.admin("/metrics").body
    }

    pub(super) fn head(&self, path: &str) -> Answer {
        Answer::of(agent().head(format!("{}{path}", self.base)).call())
    }

    pub(super) fn post(&self, path: &str, media_type: &str, body: &str) -> Answer {
        let request = agent().post(format!("{}{path}", self.base)).header("content-type", media_type);
        Answer::of(request.send(body))
    }

    pub(super) fn evaluate(&self, body: &str) -> Answer {
        self.post("/v1/evaluate", "application/json", body)
    }

    pub(super) fn evaluate_with(&self, body: &str, headers: &[(&str, &str)]) -> Answer {
        let url = format!("{}/v1/evaluate", self.base);
        let mut request = agent().post(url).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send(body))
    }

    pub(super) fn options(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = agent().options(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.call())
    }

    /// `host:port`, for requests that an HTTP client would not send.
    pub(super) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The id of the current index.
    pub(super) fn current(&self) -> String {
        self.get("/v1/parameters").json()["index"].as_str().expect("an id").to_owned()
    }

    /// Stops the service, and waits until it has ended.
    pub(super) fn stop_and_wait(&mut self) {
        self.stop();
        let runtime = self.runtime.as_ref().expect("running");
        runtime.block_on(self.serving.take().expect("not waited for before")).expect("an end");
    }

    /// Tells the service to stop, without waiting.
    pub(super) fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until a condition holds, for ten seconds at most.
    pub(super) fn until(&self, what: &str, expected: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !expected(self) {
            assert!(Instant::now() < deadline, "{what} did not happen");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
    }
}

impl Answer {
    fn of(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Self {
        let mut response = response.expect("an answer");
        let bytes = response.body_mut().read_to_vec().expect("whole");
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: response.status().as_u16(), headers: response.headers().clone(), body, bytes }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    pub(super) fn json(&self) -> Value {
        assert_eq!((self.status, self.header("content-type")), (200, "application/json"), "{}", self.body);
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The problem document, after checking its form, status and type.
    #[track_caller]
    pub(super) fn problem(&self, status: u16, name: &str) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.body);
        let problem: Problem = serde_json::from_str(&self.body).expect("a problem document");
        assert_eq!(problem.kind, format!("urn:exposure-checker:problem:{name}"));
        assert_eq!((self.status, problem.status), (status, status));
        assert!(!problem.title.is_empty() && problem.detail.ends_with('.'));
        problem
    }
}

/// Days since 1970.
pub(super) fn today() -> u32 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    (now.as_secs() / 86_400) as u32
}

pub(super) fn phone(n: u32) -> String {
    format!("phone:+861540000{n:04}")
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

/// Builds an index of `count` phones; every third is in source `b` alone, the others in `a`, or in
/// both.
fn build(path: &Path, key: Option<&SecretKey>, count: u32) {
    let hasher = key.map_or(Hasher::Sha256, Hasher::keyed);
    let digests = hasher.digests(&(0..count).map(phone).collect::<Vec<_>>()).expect("ordinary inputs");
    let phones = Kind::named("phone").expect("a kind").canonical_version();
    publish_index(path, key, &digests, [phones; 2]).expect("published");
}
