//! A response body of known parts that reaches the socket in one write: two slices and a run of
//! zero bytes. Nothing of it is copied.
//!
//! To any other server it is an ordinary body of several frames. This crate's listener takes it out
//! of the response's extensions and hands all parts to the socket at once, because a second write
//! would cost as much as the first.

use axum::body::{Body, Bytes};
use axum::response::Response;
use bytes::Buf;
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Padding is sent in pieces of at most this size.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// What remains to be sent.
#[derive(Clone)]
pub(crate) struct Segments {
    header: Bytes,
    content: Bytes,
    padding: usize,
}

impl Segments {
    /// A header, the content behind it, and this many zero bytes at the end.
    pub(crate) fn new(header: Bytes, content: Bytes, padding: usize) -> Self {
        Self { header, content, padding }
    }

    /// A response with this body, and the segments beside it for a listener that can send them at
    /// once.
    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(Body::new(self.clone()));
        response.extensions_mut().insert(self);
        response
    }

    /// The next contiguous piece.
    fn next_piece(&mut self) -> Option<Bytes> {
        let segment = [&mut self.header, &mut self.content].into_iter().find(|segment| !segment.is_empty());
        if let Some(segment) = segment {
            return Some(std::mem::take(segment));
        }
        let zeros = &ZEROS[..self.padding.min(ZEROS.len())];
        self.padding -= zeros.len();
        (!zeros.is_empty()).then(|| Bytes::from_static(zeros))
    }

    /// All pieces that can be sent now, in order.
    fn pieces(&self) -> [&[u8]; 3] {
        [&self.header, &self.content, &ZEROS[..self.padding.min(ZEROS.len())]]
    }
}

impl http_body::Body for Segments {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.next_piece().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        !self.has_remaining()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining() as u64)
    }
}

impl Buf for Segments {
    fn remaining(&self) -> usize {
        self.header.len() + self.content.len() + self.padding
    }

    fn chunk(&self) -> &[u8] {
        self.pieces().into_iter().find(|piece| !piece.is_empty()).unwrap_or_default()
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let pieces = self.pieces().into_iter().filter(|piece| !piece.is_empty());
        slices.iter_mut().zip(pieces).map(|(slice, piece)| *slice = IoSlice::new(piece)).count()
    }

    fn advance(&mut self, count: usize) {
        let of_header = count.min(self.header.len());
        self.header.advance(of_header);
        let of_content = (count - of_header).min(self.content.len());
        self.content.advance(of_content);
        self.padding -= count - of_header - of_content;
    }
}
