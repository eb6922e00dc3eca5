//! The bytes of a connection and of its requests and answers, passed on as they are: their seat is told that they moved.

use super::seats::{Asked, Seat};
use crate::routes::range::Packed;
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

/// A socket.
pub(super) struct Watched<S> {
    stream: S,
    seat: Arc<Seat>,
}

/// The body of a request.
pub(super) struct Question {
    body: Incoming,
    seat: Arc<Seat>,
}

/// The body of an answer.
pub(super) struct Answer {
    content: Content,
    /// Dropped with the body, when all of it is out of our hands.
    _asked: Asked,
}

enum Content {
    /// Any body.
    Body(Body),
    /// A packed range, which goes out in one piece; none when it is gone.
    Packed(Option<Packed>),
}

/// A piece of an answer.
pub(super) enum Piece {
    Bytes(Bytes),
    Packed(Packed),
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, seat: &Arc<Seat>) -> Self {
        Self { stream, seat: Arc::clone(seat) }
    }
}

impl Question {
    pub(super) fn new(body: Incoming, seat: &Arc<Seat>) -> Self {
        Self { body, seat: Arc::clone(seat) }
    }
}

impl Answer {
    /// Puts an answer's body into one that tells when it is gone.
    pub(super) fn watched(response: Response<Body>, asked: Asked) -> Response<Self> {
        let (mut parts, body) = response.into_parts();
        let packed = parts.extensions.remove::<Packed>();
        let content = packed.map_or(Content::Body(body), |packed| Content::Packed(Some(packed)));
        Response::from_parts(parts, Self { content, _asked: asked })
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            self.seat.came();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.seat.went();
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, slices));
        self.seat.went();
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

impl HttpBody for Question {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.seat.whole();
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

impl HttpBody for Answer {
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
            Content::Packed(packed) => Poll::Ready(packed.take().map(|packed| Ok(Frame::data(Piece::Packed(packed))))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Body(body) => body.is_end_stream(),
            Content::Packed(packed) => packed.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Body(body) => body.size_hint(),
            Content::Packed(packed) => packed.as_ref().map_or(SizeHint::with_exact(0), HttpBody::size_hint),
        }
    }
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.remaining(),
            Self::Packed(packed) => packed.remaining(),
        }
    }

    fn chunk(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes.chunk(),
            Self::Packed(packed) => packed.chunk(),
        }
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.chunks_vectored(slices),
            Self::Packed(packed) => packed.chunks_vectored(slices),
        }
    }

    fn advance(&mut self, count: usize) {
        match self {
            Self::Bytes(bytes) => bytes.advance(count),
            Self::Packed(packed) => packed.advance(count),
        }
    }
}
