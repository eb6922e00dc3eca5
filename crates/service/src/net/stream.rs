//! The socket and the bodies of requests and responses, passed on unchanged; each reports its
//! progress to the connection table.

use crate::net::connections::{Connection, PendingRequest};
use crate::net::segments::Segments;
use axum::body::{Body, Bytes};
use axum::response::Response;
use bytes::Buf;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A socket that reports reads and writes.
pub(super) struct TrackedStream<S> {
    stream: S,
    connection: Arc<Connection>,
}

/// The body of a request.
pub(super) struct RequestBody {
    body: Incoming,
    connection: Arc<Connection>,
}

/// The body of a response.
pub(super) struct ResponseBody {
    content: Content,
    /// Dropped with the body, when all of it has been handed to the socket.
    _pending: PendingRequest,
}

enum Content {
    /// Any body.
    Body(Body),
    /// Segments, which are sent as one piece; `None` once sent.
    Segments(Option<Segments>),
}

/// A piece of a response body.
pub(super) enum Piece {
    Bytes(Bytes),
    Segments(Segments),
}

impl<S> TrackedStream<S> {
    pub(super) fn new(stream: S, connection: &Arc<Connection>) -> Self {
        Self { stream, connection: Arc::clone(connection) }
    }
}

impl RequestBody {
    pub(super) fn new(body: Incoming, connection: &Arc<Connection>) -> Self {
        Self { body, connection: Arc::clone(connection) }
    }
}

impl ResponseBody {
    /// Wraps a response's body so that the request ends when the body is dropped.
    pub(super) fn wrap(response: Response<Body>, pending: PendingRequest) -> Response<Self> {
        let (mut parts, body) = response.into_parts();
        let segments = parts.extensions.remove::<Segments>();
        let content = segments.map_or(Content::Body(body), |segments| Content::Segments(Some(segments)));
        Response::from_parts(parts, Self { content, _pending: pending })
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TrackedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            self.connection.received();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TrackedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.connection.sent();
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, slices));
        self.connection.sent();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.connection.body_complete();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl HttpBody for ResponseBody {
    type Data = Piece;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Piece>, axum::Error>>> {
        match &mut self.content {
            Content::Body(body) => {
                let frame = ready!(Pin::new(body).poll_frame(context));
                Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(Piece::Bytes))))
            }
            Content::Segments(segments) => {
                Poll::Ready(segments.take().map(|segments| Ok(Frame::data(Piece::Segments(segments)))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Body(body) => body.is_end_stream(),
            Content::Segments(segments) => segments.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Body(body) => body.size_hint(),
            Content::Segments(segments) => segments.as_ref().map_or(SizeHint::with_exact(0), HttpBody::size_hint),
        }
    }
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.remaining(),
            Self::Segments(segments) => segments.remaining(),
        }
    }

    fn chunk(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes.chunk(),
            Self::Segments(segments) => segments.chunk(),
        }
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.chunks_vectored(slices),
            Self::Segments(segments) => segments.chunks_vectored(slices),
        }
    }

    fn advance(&mut self, count: usize) {
        match self {
            Self::Bytes(bytes) => bytes.advance(count),
            Self::Segments(segments) => segments.advance(count),
        }
    }
}
