//! Floods of connections that want nothing, from many addresses and from one, while somebody honest asks.
//!
//! The service has fewer file descriptors than the flood has connections, so that every place is taken all the time.

use crate::support::{Server, Workspace};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};

/// Open files of the service.
const FILES: u64 = 512;

/// Connections of a flood; two and a half times what the service has places for.
const FLOOD: usize = 1_200;

/// Honest requests during a flood. One in a thousand may fail.
const REQUESTS: usize = 1_000;

/// Longest that an honest request may wait, and longest after a flood until all is as before.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between two bytes of a flood's connection.
const DRIP: Duration = Duration::from_millis(200);

/// What a connection of a flood does.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Connects and says nothing.
    Silent,
    /// Never ends its headers.
    Headers,
    /// Never ends its body.
    Body,
    /// Asks, and never reads the answers.
    Unread,
}

/// Connections that come again whenever they are cut.
struct Flood {
    runtime: Runtime,
    cut: Arc<AtomicUsize>,
}

impl Flood {
    /// From so many addresses.
    fn begin(server: &Server, kind: Kind, addresses: usize, path: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let target: SocketAddr = server.address().parse().expect("an address");
        let cut = Arc::new(AtomicUsize::new(0));
        for n in 0..FLOOD {
            let from = Ipv4Addr::new(127, 0, 1, (n % addresses) as u8);
            let (cut, path) = (Arc::clone(&cut), path.to_owned());
            runtime.spawn(async move {
                loop {
                    if let Ok(stream) = connect(from, target).await {
                        attack(stream, kind, &path).await;
                        cut.fetch_add(1, Relaxed);
                    }
                    sleep(DRIP).await;
                }
            });
        }
        Self { runtime, cut }
    }

    /// Ends it, and says how many of its connections were cut.
    fn end(self) -> usize {
        self.runtime.shutdown_timeout(Duration::from_secs(1));
        self.cut.load(Relaxed)
    }
}

async fn connect(from: Ipv4Addr, target: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    // Little is taken in that is not read, so that the other side notices soon.
    socket.set_recv_buffer_size(4_096)?;
    socket.bind(SocketAddrV4::new(from, 0).into())?;
    socket.connect(target).await
}

/// Wastes the other side's time until it has had enough.
async fn attack(mut stream: TcpStream, kind: Kind, path: &str) {
    let begin = match kind {
        Kind::Silent => String::new(),
        Kind::Headers => "GET / HTTP/1.1\r\nhost: x\r\n".into(),
        Kind::Body => "POST /v1/evaluate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                       content-length: 9000\r\n\r\n{"
            .into(),
        Kind::Unread => format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").repeat(20),
    };
    if stream.write_all(begin.as_bytes()).await.is_err() {
        return;
    }
    loop {
        let drip: &[u8] = match kind {
            Kind::Silent | Kind::Unread => b"",
            Kind::Headers => b"x: y\r\n",
            Kind::Body => b" ",
        };
        if stream.write_all(drip).await.is_err() {
            return;
        }
        if matches!(kind, Kind::Unread) {
            // What is never read is only noticed to be gone by writing.
            sleep(DRIP).await;
            if stream.write_all(b"x").await.is_err() {
                return;
            }
        } else if let Ok(Ok(0) | Err(_)) = timeout(DRIP, stream.read(&mut [0; 512])).await {
            return;
        }
    }
}

/// How many of so many honest requests fail, each on a connection of its own.
fn failures(server: &Server, path: &str, requests: usize) -> usize {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let whole = |_: &usize| {
        let answer = agent.get(format!("{}{path}", server.url)).header("connection", "close").call();
        answer.is_ok_and(|mut answer| answer.body_mut().read_to_vec().is_ok())
    };
    requests - (0..requests).filter(whole).count()
}

fn withstands(kind: Kind, addresses: usize) {
    let (workspace, _) = Workspace::with_leak(150);
    let server = workspace.serve_with_files(FILES);
    let index = server.parameters()["index"].as_str().expect("an id").to_owned();
    let (range, absolute) = (format!("v1/range/{index}/7.bin"), format!("/v1/range/{index}/7.bin"));
    let flood = Flood::begin(&server, kind, addresses, &absolute);
    // Until the places are taken.
    sleep_for(Duration::from_secs(1));
    let failed = failures(&server, &range, REQUESTS);
    let cut = flood.end();
    assert!(failed * 1_000 <= REQUESTS, "{kind:?} from {addresses}: {failed} of {REQUESTS} failed");
    assert!(
        cut > FLOOD / 4,
        "{kind:?} from {addresses}: only {cut} were cut, so that nobody was ever short of a place"
    );
    sleep_for(PATIENCE);
    assert_eq!(failures(&server, "v1/parameters", 100), 0, "after {kind:?} from {addresses}");
    let (status, log) = server.stop();
    assert!(status.success(), "{log}");
    assert!(!log.contains("127.0."), "no address in the log");
}

fn sleep_for(time: Duration) {
    std::thread::sleep(time);
}

#[test]
fn a_flood_of_silence_is_withstood() {
    withstands(Kind::Silent, 40);
}

#[test]
fn a_flood_of_dripping_headers_is_withstood() {
    withstands(Kind::Headers, 40);
}

#[test]
fn a_flood_of_dripping_bodies_is_withstood() {
    withstands(Kind::Body, 40);
}

#[test]
fn a_flood_of_answers_that_nobody_reads_is_withstood() {
    withstands(Kind::Unread, 40);
}

/// Somebody honest behind the same address is not shut out by it.
#[test]
fn a_flood_from_one_address_is_withstood() {
    withstands(Kind::Headers, 1);
}
