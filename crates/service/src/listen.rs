//! The accept loop: a cap on connections, a deadline for headers, and a stop that lets what has begun finish.
//! `axum::serve` has neither deadline nor cap.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

/// Most open connections; more wait in the kernel's queue.
const CONNECTIONS: usize = 8_192;

/// Open files that are not connections: the listener, indexes and catalogue being reloaded, the runtime's own.
const OTHER_FILES: u64 = 64;

/// For all headers of a request. hyper counts from connecting or from the answer before, so that this is also how long
/// a connection may idle.
const HEADERS: Duration = Duration::from_secs(10);

/// Bytes of all headers of a request; the least that hyper takes.
const HEADER_BYTES: usize = 8 * 1024;

/// Longest that a peer may leave an answer lying unread: without it, a few thousand who never read hold every place.
const UNREAD: Duration = Duration::from_secs(30);

/// For what has begun when the service is told to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// Pause after the system refused a connection, which is usually for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Accepts connections until `shutdown` is done, then waits for those in flight.
pub(crate) async fn serve(router: Router, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(connections()));
    let accept_all = async {
        loop {
            let place = Arc::clone(&free).acquire_owned().await.expect("the semaphore is never closed");
            let (stream, peer) = accept(&listener).await;
            let connection = connection(router.clone(), stream, peer, graceful.watcher());
            tokio::spawn(async move {
                connection.await;
                drop(place);
            });
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
}

/// As many connections as there may be open files, so that a flood never keeps a new index from being opened. A process
/// may raise its own limit as far as the hard one, which is what it is there for.
fn connections() -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    if let Err(error) = raised {
        tracing::warn!("the limit on open files stays as it is: {error}");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    (files.saturating_sub(OTHER_FILES).max(1) as usize).min(CONNECTIONS)
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
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

/// Serves one connection until it ends. How it ends concerns nobody: a peer that goes away is no error of ours.
async fn connection(router: Router, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
    // Answers are written whole. Without it they only come later.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(UNREAD));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(HEADER_BYTES);
    let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service);
    drop(watcher.watch(connection).await);
}
