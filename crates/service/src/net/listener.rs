//! The accept loop: registers connections, serves TLS and HTTP on them, and drains them on
//! shutdown.
//!
//! `axum::serve` has neither deadlines nor limits on connections.

use crate::net::connections::{Connection, ConnectionTable, Registration, SWEEP_INTERVAL};
use crate::net::proxies::{self, Proxy};
use crate::net::socket::{Listener, Stream};
use crate::net::stream::{RequestBody, ResponseBody, TrackedStream};
use crate::net::tls::Tls;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tower::Service as _;

/// Most open connections.
const CONNECTIONS: usize = 8_192;

/// Most connections of one IPv4 address or IPv6 /64: browsers open six each, and a carrier puts
/// many people behind one address.
const CONNECTIONS_PER_ADDRESS: usize = 256;

/// Open files that are not connections: the listener, indexes and catalogue being reloaded,
/// databases, the runtime's own.
const OTHER_FILES: u64 = 64;

/// Most bytes of all headers of a request; hyper's minimum.
const REQUEST_HEADER_BYTES: usize = 8 * 1024;

/// Most concurrent requests on one HTTP/2 connection: a browser with the form needs a handful.
const STREAMS: u32 = 32;

/// Time between pings on an HTTP/2 connection.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// Time to answer a ping.
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// For requests in flight when the service is asked to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// Pause while many connections are closing; new ones wait in the kernel's queue.
const CROWDED_PAUSE: Duration = Duration::from_millis(1);

/// Pause after the system refused to accept, usually for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What is served on a listener, and under which limits.
pub(crate) struct Endpoint {
    pub(crate) router: Router,
    pub(crate) connections: Arc<ConnectionTable>,
    /// `None` for HTTP without TLS.
    pub(crate) tls: Option<Arc<Tls>>,
    /// Each proxy forwards for many clients, so they have no limit per address.
    pub(crate) proxies: Arc<[Proxy]>,
}

/// An endpoint and its HTTP settings.
struct Server {
    endpoint: Endpoint,
    http: auto::Builder<TokioExecutor>,
}

/// A table for as many connections as the limit on open files allows, so that a flood never keeps a
/// new index from being opened. Raises the process's own limit to the hard one first.
pub(crate) fn connection_table() -> ConnectionTable {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    if let Err(error) = raised {
        tracing::warn!("cannot raise the limit on open files: {error}");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    // A quarter is kept for closing connections, which hold their sockets for a moment longer.
    let most = (files.saturating_sub(OTHER_FILES) / 4 * 3).max(1) as usize;
    ConnectionTable::new(most.min(CONNECTIONS), CONNECTIONS_PER_ADDRESS)
}

/// Accepts connections until `shutdown` completes, then waits for those in flight.
pub(crate) async fn serve(endpoint: Endpoint, listener: Listener, shutdown: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let sweeps = tokio::spawn(sweep(Arc::clone(&endpoint.connections)));
    let server = Arc::new(Server { endpoint, http: http() });
    let accept_all = async {
        loop {
            while server.endpoint.connections.is_crowded() {
                sleep(CROWDED_PAUSE).await;
            }
            let (stream, peer) = accept(&listener).await;
            let Some(registration) = server.endpoint.connections.register(server.address_of(peer)) else { continue };
            let watcher = graceful.watcher();
            let server = Arc::clone(&server);
            tokio::spawn(async move { server.connection(stream, peer, &registration, watcher).await });
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
    sweeps.abort();
}

async fn sweep(connections: Arc<ConnectionTable>) {
    let mut ticks = interval(SWEEP_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        connections.sweep();
    }
}

fn http() -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    // The connection table enforces the deadlines; hyper's would need a timer per request.
    http.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(REQUEST_HEADER_BYTES);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(REQUEST_HEADER_BYTES as u32)
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT);
    http
}

async fn accept(listener: &Listener) -> (Stream, Option<SocketAddr>) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // An error of that connection, not of the listener.
            Err(error) if is_of_peer(&error) => {}
            Err(error) => {
                tracing::warn!("cannot accept connections at the moment: {error}");
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
    /// The address that a connection counts for; `None` for trusted proxies.
    fn address_of(&self, peer: Option<SocketAddr>) -> Option<IpAddr> {
        let peer = peer?.ip().to_canonical();
        if proxies::is_trusted(&self.endpoint.proxies, Some(peer)) {
            return None;
        }
        Some(match peer {
            IpAddr::V4(_) => peer,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        })
    }

    /// Serves one connection until it ends or is asked to close.
    async fn connection(
        &self,
        stream: Stream,
        peer: Option<SocketAddr>,
        registration: &Registration,
        watcher: Watcher,
    ) {
        let connection = registration.connection();
        let serving = async {
            match stream {
                Stream::Tcp(stream) => {
                    self.serve_tcp(TrackedStream::new(stream, connection), peer, connection, watcher).await;
                }
                Stream::Unix(stream) => {
                    self.serve_http(TrackedStream::new(stream, connection), peer, connection, watcher).await;
                }
            }
        };
        tokio::select! {
            () = serving => {}
            () = connection.close_requested() => {}
        }
    }

    /// HTTP over TLS if there is a certificate. (A Unix socket does not leave the machine.)
    async fn serve_tcp(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: Option<SocketAddr>,
        connection: &Arc<Connection>,
        watcher: Watcher,
    ) {
        match self.endpoint.tls.as_ref().map(|tls| tls.acceptor()) {
            None => self.serve_http(stream, peer, connection, watcher).await,
            Some(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    self.serve_http(stream, peer, connection, watcher).await;
                }
            }
        }
    }

    /// HTTP. How a connection ends is not reported: a peer that goes away is not an error.
    async fn serve_http(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: Option<SocketAddr>,
        connection: &Arc<Connection>,
        watcher: Watcher,
    ) {
        let service = service_fn(|request: Request<Incoming>| {
            let is_http2 = request.version() == hyper::Version::HTTP_2;
            let has_body = !request.body().is_end_stream();
            let pending = connection.request_began(has_body, is_http2);
            let mut request = request
                .map(|body| if has_body { Body::new(RequestBody::new(body, connection)) } else { Body::empty() });
            if let Some(peer) = peer {
                request.extensions_mut().insert(ConnectInfo(peer));
            }
            let (response, connection) = (self.endpoint.router.clone().call(request), Arc::clone(connection));
            async move {
                let response = response.await;
                connection.response_began();
                response.map(|response| ResponseBody::wrap(response, pending))
            }
        });
        drop(watcher.watch(self.http.serve_connection(TokioIo::new(stream), service)).await);
    }
}
