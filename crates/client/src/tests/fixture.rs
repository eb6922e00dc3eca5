//! A small index, the real service over it, and a proxy that changes replies.

use crate::{Client, ClientBuilder, ClientError, IndexCopy, Outcome};
use exposure_identifier::{Identifier, Kind};
use exposure_protocol::{Digest, Hasher, SecretKey};
use exposure_service::{Budget, Config, Listener, Published, Service};
use exposure_synthetic::publish_index;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// An index file in a directory of its own, and its key.
pub(super) struct Data {
    dir: TempDir,
    pub(super) key: SecretKey,
}

/// The real service, for as long as this lives.
pub(super) struct Running {
    pub(super) base: String,
    _runtime: Runtime,
}

/// A proxy that changes replies and records requests.
pub(super) struct Liar {
    pub(super) base: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// What a client sent.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) path: String,
    /// Request line and headers.
    pub(super) head: String,
    pub(super) body: String,
}

/// A reply before it is sent.
pub(super) struct Reply {
    pub(super) status: u16,
    /// Header lines, each with its end; a content length is added.
    pub(super) headers: String,
    pub(super) body: Vec<u8>,
    /// The declared length of the body, if it is false.
    pub(super) declared: Option<usize>,
}

/// A budget that no test uses up by accident.
pub(super) const AMPLE: Budget = Budget::AMPLE;

impl Data {
    /// The first `count` phones, and a number twice whose sources cannot be determined:
    /// [`collided`].
    pub(super) fn keyed(count: u32) -> Self {
        let data = Self { dir: tempfile::tempdir().expect("a directory"), key: SecretKey::generate(1) };
        build(&data.index(), Some(&data.key), count);
        data
    }

    /// With phones in these canonical versions, one for each of the two sources.
    pub(super) fn written(versions: [u16; 2], count: u32) -> Self {
        let data = Self { dir: tempfile::tempdir().expect("a directory"), key: SecretKey::generate(1) };
        build_in(&data.index(), Some(&data.key), count, versions);
        data
    }

    /// The same in scheme sha256.
    pub(super) fn unkeyed(count: u32) -> Self {
        let data = Self { dir: tempfile::tempdir().expect("a directory"), key: SecretKey::generate(1) };
        build(&data.index(), None, count);
        data
    }

    pub(super) fn index_id(&self) -> String {
        exposure_index::Index::open(&self.index()).expect("sound").id().to_owned()
    }

    /// A copy of the index as it is now, as a partner would have it.
    pub(super) fn index_file_copy(&self) -> PathBuf {
        let copy = self.index().with_file_name("copy.index");
        std::fs::copy(self.index(), &copy).expect("copied");
        copy
    }

    pub(super) fn rebuild(&self, count: u32) {
        build(&self.index(), Some(&self.key), count);
    }

    pub(super) fn index(&self) -> PathBuf {
        self.dir.path().join("current.index")
    }

    pub(super) fn config(&self) -> Config {
        let catalogue = self.dir.path().join("sources.toml");
        let (index, key) = (self.index(), Some(self.key.clone()));
        Config {
            current: Published { index, catalogue, key },
            previous: None,
            allow_unkeyed: true,
            budget: AMPLE,
            partners: None,
            proxies: Vec::new(),
            site: None,
            tls: None,
        }
    }

    pub(super) fn serve(&self) -> Running {
        Running::start(Service::open(self.config()).expect("a sound index"))
    }
}

impl Running {
    pub(super) fn start(service: Service) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        runtime.spawn(service.serve(Listener::Tcp(listener), std::future::pending()));
        Self { base, _runtime: runtime }
    }

    pub(super) fn client(&self) -> Client {
        Client::new(&self.base).connect().expect("an honest service")
    }

    pub(super) fn index_copy(&self, index: &Path) -> IndexCopy {
        Client::new(&self.base).index_copy(index).expect("an honest service")
    }
}

impl Liar {
    /// Proxies to `honest` and lets `lie` change each reply, given the path.
    pub(super) fn before(honest: &Running, lie: impl Fn(&str, &mut Reply) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let (requests, upstream) = (Arc::new(Mutex::new(Vec::new())), honest.base.clone());
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &upstream, &seen, &lie);
            }
        });
        Self { base, requests }
    }

    pub(super) fn client(&self) -> ClientBuilder {
        Client::new(&self.base)
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.path).collect()
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("whole").clone()
    }
}

/// Reads a request, asks the honest service, lies, and closes the connection.
fn answer(stream: TcpStream, upstream: &str, seen: &Mutex<Vec<Request>>, lie: &impl Fn(&str, &mut Reply)) {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        head.push(line);
    }
    let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)).map(str::to_owned) else { return };
    let length = head.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).expect("a whole request");
    let text = String::from_utf8(body.clone()).expect("JSON");
    seen.lock().expect("whole").push(Request { path: path.clone(), head: head.join("\n"), body: text });
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let url = format!("{upstream}{path}");
    let key = head.iter().find_map(|line| line.strip_prefix("authorization: "));
    let response = if head[0].starts_with("POST") {
        let request = agent.post(url).header("content-type", "application/json");
        key.into_iter().fold(request, |request, key| request.header("authorization", key)).send(&body)
    } else {
        key.into_iter().fold(agent.get(url), |request, key| request.header("authorization", key)).call()
    };
    let mut response = response.expect("the honest service answers");
    let body = response.body_mut().read_to_vec().expect("whole");
    let mut reply = Reply { status: response.status().as_u16(), headers: String::new(), body, declared: None };
    lie(&path, &mut reply);
    let declared = reply.declared.unwrap_or(reply.body.len());
    let Reply { status, headers, body, .. } = reply;
    let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {declared}\r\nconnection: close\r\n{headers}\r\n");
    let mut stream = reader.into_inner();
    // The client may have heard enough before the end.
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)));
}

impl Reply {
    /// Changes a JSON body.
    pub(super) fn json(&mut self, change: impl FnOnce(&mut serde_json::Value)) {
        let mut value = serde_json::from_slice(&self.body).expect("JSON");
        change(&mut value);
        self.body = value.to_string().into_bytes();
    }
}

/// The phone of this number; the first of an index are in it, every third in set 0, 1 and 2.
pub(super) fn phone(n: u32) -> Identifier {
    Kind::named("phone").expect("a kind").trust_canonical(&format!("+861540000{n:04}"))
}

/// A phone in every index, with another entry of the same tag.
pub(super) fn collided() -> Identifier {
    phone(9_999)
}

/// Asks about one.
pub(super) fn check_one(client: &mut Client, identifier: &Identifier) -> Result<Outcome, ClientError> {
    client.check(std::slice::from_ref(identifier)).remove(0)
}

pub(super) fn found(slugs: &[&str]) -> Outcome {
    Outcome::Found(slugs.iter().map(|&slug| slug.to_owned()).collect())
}

/// Waits until the service has an index other than this.
pub(super) fn wait_for_another(running: &Running, index: &str) {
    for _ in 0..200 {
        if running.client().parameters().index != index {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the new index is not served");
}

fn build(path: &Path, key: Option<&SecretKey>, count: u32) {
    let phones = Kind::named("phone").expect("a kind").canonical_version();
    build_in(path, key, count, [phones; 2]);
}

/// With phones in these canonical versions, one for each source.
fn build_in(path: &Path, key: Option<&SecretKey>, count: u32, phones: [u16; 2]) {
    let hasher = key.map_or(Hasher::Sha256, Hasher::keyed);
    let inputs: Vec<_> = (0..count).map(phone).chain([collided()]).map(|phone| phone.hash_input()).collect();
    let mut digests = hasher.digests(&inputs).expect("ordinary inputs");
    let mut twin = digests[count as usize].to_bytes();
    twin[23] ^= 1;
    digests.push(Digest::from_bytes(twin));
    publish_index(path, key, &digests, phones).expect("published");
}
