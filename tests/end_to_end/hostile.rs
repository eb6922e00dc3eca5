//! Floods of idle or stalling connections, from many addresses and from one, while an honest client
//! sends requests.
//!
//! The service has fewer file descriptors than the flood has connections, so that its connection
//! table is always full.

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

/// Connections of a flood: two and a half times what the connection table holds.
const FLOOD: usize = 1_200;

/// Honest requests during a flood. One in a thousand may fail.
const REQUESTS: usize = 1_000;

/// Longest time for an honest request, and for recovery after a flood.
const PATIENCE: Duration = Duration::from_secs(5);

/// Time between two bytes of a flood's connection.
const DRIP: Duration = Duration::from_millis(200);

/// The behaviour of a flood's connections.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Connects and sends nothing.
    Silent,
    /// Never ends its headers.
    Headers,
    /// Never ends its body.
    Body,
    /// Sends requests and never reads the answers.
    Unread,
}

/// Connections that reconnect whenever they are closed.
struct Flood {
    runtime: Runtime,
    cut: Arc<AtomicUsize>,
}

impl Flood {
    /// Starts a flood from this many addresses.
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

    /// Ends the flood and returns how many of its connections were closed by the service.
    fn end(self) -> usize {
        self.runtime.shutdown_timeout(Duration::from_secs(1));
        self.cut.load(Relaxed)
    }
}

async fn connect(from: Ipv4Addr, target: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    // A small receive buffer, so that the service soon notices that nothing is read.
    socket.set_recv_buffer_size(4_096)?;
    socket.bind(SocketAddrV4::new(from, 0).into())?;
    socket.connect(target).await
}

/// Stalls until the service closes the connection.
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
            // A client that never reads notices a closed connection only by writing.
            sleep(DRIP).await;
            if stream.write_all(b"x").await.is_err() {
                return;
            }
        } else if let Ok(Ok(0) | Err(_)) = timeout(DRIP, stream.read(&mut [0; 512])).await {
            return;
        }
    }
}

/// How many honest requests fail, each on its own connection.
fn failures(server: &Server, path: &str, requests: usize) -> usize {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let whole = |_: &usize| {
        let answer = agent.get(format!("{}{path}", server.url)).header("connection", "close").call();
        answer.is_ok_and(|mut answer| answer.body_mut().read_to_vec().is_ok())
    };
    requests - (0..requests).filter(whole).count()
}

fn survives(kind: Kind, addresses: usize) {
    let (workspace, _) = Workspace::with_leak(150);
    let server = workspace.serve_with_files(FILES);
    let index = server.parameters()["index"].as_str().expect("an id").to_owned();
    let (range, absolute) = (format!("v1/range/{index}/7.bin"), format!("/v1/range/{index}/7.bin"));
    let flood = Flood::begin(&server, kind, addresses, &absolute);
    // Until the connection table is full.
    sleep_for(Duration::from_secs(1));
    let failed = failures(&server, &range, REQUESTS);
    let cut = flood.end();
    assert!(failed * 1_000 <= REQUESTS, "{kind:?} from {addresses}: {failed} of {REQUESTS} failed");
    assert!(
        cut > FLOOD / 4,
        "{kind:?} from {addresses}: only {cut} were closed, so the connection table was never full"
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
fn a_flood_of_idle_connections_is_survived() {
    survives(Kind::Silent, 40);
}

#[test]
fn a_flood_of_slow_headers_is_survived() {
    survives(Kind::Headers, 40);
}

#[test]
fn a_flood_of_slow_bodies_is_survived() {
    survives(Kind::Body, 40);
}

#[test]
fn a_flood_of_unread_answers_is_survived() {
    survives(Kind::Unread, 40);
}

/// An honest client with the flood's address is still answered.
#[test]
fn a_flood_from_one_address_is_survived() {
    survives(Kind::Headers, 1);
}
