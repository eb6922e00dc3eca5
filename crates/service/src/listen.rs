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
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

/// Open connections; more wait in the kernel's queue. Well below the usual limit on open files, of 20,000 and more.
const CONNECTIONS: usize = 8_192;

/// For all headers of a request. hyper counts from connecting or from the answer before, so that this is also how long
/// a connection may idle.
const HEADERS: Duration = Duration::from_secs(10);

/// Bytes of all headers of a request; the least that hyper takes.
const HEADER_BYTES: usize = 8 * 1024;

/// For what has begun when the service is told to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// Pause after the system refused a connection, which is usually for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Accepts connections until `shutdown` is done, then waits for those in flight.
pub(crate) async fn serve(router: Router, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(CONNECTIONS));
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
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(HEADER_BYTES);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    drop(watcher.watch(connection).await);
}
