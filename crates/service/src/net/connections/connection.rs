//! One connection: which phase it is in, since when, and whether it was asked to close.
//!
//! Reporting an event costs a few relaxed stores and no timer. Knows no HTTP library and no socket.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32};
use std::time::Duration;
use tokio::sync::Notify;

/// Time between two sweeps, and so the precision of all deadlines.
pub(in crate::net) const SWEEP_INTERVAL: Duration = Duration::from_millis(250);

/// From connecting to the first byte, and from the first byte of a request to the end of its
/// headers. The former includes the TLS handshake.
pub(super) const HEADERS_DEADLINE: Duration = Duration::from_secs(5);

/// For a request's body. Handlers that read a body answer 408 earlier (`api::evaluate`); this
/// deadline closes connections that never finish one.
pub(super) const BODY_DEADLINE: Duration = Duration::from_secs(15);

/// Without a byte of the response being accepted by the peer.
pub(super) const RESPONSE_DEADLINE: Duration = Duration::from_secs(30);

/// Between two requests.
pub(super) const IDLE_DEADLINE: Duration = Duration::from_secs(30);

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Connected; no byte has arrived.
    New,
    /// Some bytes of a request have arrived, but not all of its headers.
    Headers,
    /// The headers have arrived, but not all of the body.
    Body,
    /// The request is complete: the peer waits for the service.
    Handling,
    /// The response is being sent.
    Response,
    /// Between two requests.
    Idle,
}

/// One connection in the table.
pub(in crate::net) struct Connection {
    /// `None` where many clients share an address, as behind a proxy.
    pub(super) address: Option<IpAddr>,
    /// Ascends in order of registration: of two connections that have stalled equally long, the
    /// older one is evicted.
    pub(super) number: u64,
    phase: AtomicU8,
    /// When the phase began, or when the response last made progress; in sweeps.
    since: AtomicU32,
    /// Requests that are not answered yet; HTTP/2 allows several.
    requests: AtomicU32,
    is_http2: AtomicBool,
    clock: Arc<AtomicU32>,
    /// Whether it was asked to close. Changed under the table's lock, which counts these.
    is_closing: AtomicBool,
    close: Notify,
}

/// A request that is not answered yet. Dropping it ends the request.
pub(in crate::net) struct PendingRequest(Arc<Connection>);

impl Connection {
    pub(super) fn new(address: Option<IpAddr>, number: u64, clock: Arc<AtomicU32>) -> Self {
        Self {
            address,
            number,
            phase: AtomicU8::new(Phase::New as u8),
            since: AtomicU32::new(clock.load(Relaxed)),
            requests: AtomicU32::default(),
            is_http2: AtomicBool::default(),
            clock,
            is_closing: AtomicBool::default(),
            close: Notify::new(),
        }
    }

    /// Bytes have arrived.
    pub(in crate::net) fn received(&self) {
        match self.phase() {
            Phase::New => self.enter(Phase::Headers),
            // HTTP/2 also sends bytes between requests, such as pings, that belong to none.
            Phase::Idle if !self.is_http2.load(Relaxed) => self.enter(Phase::Headers),
            _ => {}
        }
    }

    /// The headers of a request are complete. The request ends when the returned value is dropped.
    pub(in crate::net) fn request_began(self: &Arc<Self>, has_body: bool, is_http2: bool) -> PendingRequest {
        self.requests.fetch_add(1, Relaxed);
        self.is_http2.store(is_http2, Relaxed);
        self.enter(if has_body { Phase::Body } else { Phase::Handling });
        PendingRequest(Arc::clone(self))
    }

    /// The body of a request is complete.
    pub(in crate::net) fn body_complete(&self) {
        if self.phase() == Phase::Body {
            self.enter(Phase::Handling);
        }
    }

    /// A response begins.
    pub(in crate::net) fn response_began(&self) {
        self.enter(Phase::Response);
    }

    /// The peer accepted bytes of a response.
    pub(in crate::net) fn sent(&self) {
        if self.phase() == Phase::Response {
            self.since.store(self.clock.load(Relaxed), Relaxed);
        }
    }

    /// Completes when the connection is asked to close.
    pub(in crate::net) async fn close_requested(&self) {
        self.close.notified().await;
    }

    /// Asks the connection to close.
    pub(super) fn request_close(&self) {
        self.is_closing.store(true, Relaxed);
        self.close.notify_one();
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.load(Relaxed)
    }

    /// Whether it may be evicted: it waits for its peer and was not asked to close already.
    pub(super) fn is_evictable(&self) -> bool {
        self.phase() != Phase::Handling && !self.is_closing()
    }

    /// Sweeps since its phase began or its response last made progress.
    pub(super) fn stalled_for(&self, now: u32) -> u32 {
        now.wrapping_sub(self.since.load(Relaxed))
    }

    /// Whether it has exceeded the deadline of its phase.
    pub(super) fn is_timed_out(&self, now: u32) -> bool {
        let deadline = match self.phase() {
            Phase::New | Phase::Headers => HEADERS_DEADLINE,
            Phase::Body => BODY_DEADLINE,
            Phase::Response => RESPONSE_DEADLINE,
            Phase::Idle => IDLE_DEADLINE,
            Phase::Handling => return false,
        };
        !self.is_closing() && SWEEP_INTERVAL * self.stalled_for(now) > deadline
    }

    pub(super) fn phase(&self) -> Phase {
        use Phase::{Body, Handling, Headers, Idle, New, Response};
        [New, Headers, Body, Handling, Response, Idle][usize::from(self.phase.load(Relaxed))]
    }

    fn enter(&self, phase: Phase) {
        self.since.store(self.clock.load(Relaxed), Relaxed);
        self.phase.store(phase as u8, Relaxed);
    }
}

impl Drop for PendingRequest {
    fn drop(&mut self) {
        if self.0.requests.fetch_sub(1, Relaxed) == 1 {
            self.0.enter(Phase::Idle);
        }
    }
}
