//! The accept loop: seats for connections, TLS and HTTP on them, and a stop that lets what has begun finish.
//! `axum::serve` has neither deadlines nor caps.

pub(crate) mod proxies;
pub(crate) mod seats;
pub(crate) mod socket;
mod stream;
pub(crate) mod tls;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use proxies::Proxy;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use seats::{ROUND, Seat, Seats, Taken};
use socket::{Listener, Stream};
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use stream::{Answer, Question, Watched};
use tls::Tls;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tower::Service as _;

/// Most open connections.
const CONNECTIONS: usize = 8_192;

/// Most of one IPv4 address or IPv6 /64: browsers open six each, and a carrier puts many people behind one address.
const CONNECTIONS_OF_ONE: usize = 256;

/// Open files that are not connections: the listener, indexes and catalogue being reloaded, databases, the runtime's own.
const OTHER_FILES: u64 = 64;

/// Bytes of all headers of a request; the least that hyper takes.
const HEADER_BYTES: usize = 8 * 1024;

/// Requests at a time on one connection of HTTP/2: a form needs a handful.
const STREAMS: u32 = 32;

/// Between pings on a connection of HTTP/2, and how long one may stay without an answer.
const PING: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));

/// For what has begun when the service is told to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// Pause while many are leaving; who comes waits in the kernel's queue.
const CROWDED_PAUSE: Duration = Duration::from_millis(1);

/// Pause after the system refused a connection, which is usually for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Who is let in where, and what they are told.
pub(crate) struct Door {
    pub(crate) router: Router,
    pub(crate) seats: Arc<Seats>,
    /// None where no TLS is spoken.
    pub(crate) tls: Option<Arc<Tls>>,
    /// Many come through each of these.
    pub(crate) proxies: Vec<Proxy>,
}

/// A door, and how HTTP is spoken there.
struct Server {
    door: Door,
    http: auto::Builder<TokioExecutor>,
}

/// As many seats as there may be open files, so that a flood never keeps a new index from being opened. A process may raise
/// its own limit as far as the hard one, which is what it is there for.
pub(crate) fn seats() -> Seats {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    if let Err(error) = raised {
        tracing::warn!("the limit on open files stays as it is: {error}");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    // A quarter is for those who have been told to leave, and hold their socket for a moment longer.
    let most = (files.saturating_sub(OTHER_FILES) / 4 * 3).max(1) as usize;
    Seats::new(most.min(CONNECTIONS), CONNECTIONS_OF_ONE)
}

/// Accepts connections until `shutdown` is done, then waits for those in flight.
pub(crate) async fn serve(door: Door, listener: Listener, shutdown: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let rounds = tokio::spawn(go_round(Arc::clone(&door.seats)));
    let server = Arc::new(Server { door, http: http() });
    let accept_all = async {
        loop {
            while server.door.seats.is_crowded() {
                sleep(CROWDED_PAUSE).await;
            }
            let (stream, peer) = accept(&listener).await;
            let Some(taken) = server.door.seats.take(server.who(peer)) else { continue };
            let watcher = graceful.watcher();
            let server = Arc::clone(&server);
            tokio::spawn(async move { server.connection(stream, peer, &taken, watcher).await });
        }
    };
    tokio::select! {
        () = accept_all => {}
        () = shutdown => {}
    }
    drop(listener);
    if timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("stopping with requests unfinished after {} seconds", DRAIN.as_secs());
    }
    rounds.abort();
}

async fn go_round(seats: Arc<Seats>) {
    let mut rounds = interval(ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        seats.round();
    }
}

fn http() -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    // Seats have the deadlines; hyper's would be a timer a request.
    http.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(HEADER_BYTES);
    let (interval, patience) = PING;
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_BYTES as u32)
        .keep_alive_interval(interval)
        .keep_alive_timeout(patience);
    http
}

async fn accept(listener: &Listener) -> (Stream, Option<SocketAddr>) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // Of the one connection, not of the listener.
            Err(error) if is_of_peer(&error) => {}
            Err(error) => {
                tracing::warn!("no connection can be accepted for the moment: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_of_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

impl Server {
    /// Whom a connection counts for: nobody where many come through one proxy.
    fn who(&self, peer: Option<SocketAddr>) -> Option<IpAddr> {
        let peer = peer?.ip().to_canonical();
        if proxies::is_trusted(&self.door.proxies, Some(peer)) {
            return None;
        }
        Some(match peer {
            IpAddr::V4(_) => peer,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        })
    }

    /// Serves one connection until it ends or has to leave.
    async fn connection(&self, stream: Stream, peer: Option<SocketAddr>, taken: &Taken, watcher: Watcher) {
        let seat = taken.seat();
        let serving = async {
            match stream {
                Stream::Tcp(stream) => self.secured(Watched::new(stream, seat), peer, seat, watcher).await,
                Stream::Unix(stream) => self.spoken(Watched::new(stream, seat), peer, seat, watcher).await,
            }
        };
        tokio::select! {
            () = serving => {}
            () = seat.told_to_leave() => {}
        }
    }

    /// Over TLS, if there is a certificate. (A Unix socket does not leave the machine.)
    async fn secured(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: Option<SocketAddr>,
        seat: &Arc<Seat>,
        watcher: Watcher,
    ) {
        match self.door.tls.as_ref().map(|tls| tls.acceptor()) {
            None => self.spoken(stream, peer, seat, watcher).await,
            Some(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    self.spoken(stream, peer, seat, watcher).await;
                }
            }
        }
    }

    /// HTTP. How it ends concerns nobody: a peer that goes away is no error of ours.
    async fn spoken(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: Option<SocketAddr>,
        seat: &Arc<Seat>,
        watcher: Watcher,
    ) {
        let service = service_fn(|request: Request<Incoming>| {
            let is_http2 = request.version() == hyper::Version::HTTP_2;
            let has_body = !request.body().is_end_stream();
            let asked = seat.asked(has_body, is_http2);
            let mut request =
                request.map(|body| if has_body { Body::new(Question::new(body, seat)) } else { Body::empty() });
            if let Some(peer) = peer {
                request.extensions_mut().insert(ConnectInfo(peer));
            }
            let (answer, seat) = (self.door.router.clone().call(request), Arc::clone(seat));
            async move {
                let answer = answer.await;
                seat.answers();
                answer.map(|answer| Answer::watched(answer, asked))
            }
        });
        drop(watcher.watch(self.http.serve_connection(TokioIo::new(stream), service)).await);
    }
}
