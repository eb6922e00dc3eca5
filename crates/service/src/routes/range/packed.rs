//! The body of a packed range: a header, leaves straight from the mapped file, and zeros. Nothing of it is copied.
//!
//! A body of three frames to whoever runs the router; our own listener takes it out of the answer's extensions and hands all
//! three to the socket at once, since a second write would cost as much again as the first.

use axum::body::{Body, Bytes};
use axum::response::Response;
use bytes::Buf;
use exposure_index::PackedRange;
use http_body::{Frame, SizeHint};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Padding is sent so many bytes at a time: more than that is rare, ranges being about equally full.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// What is to be sent, in order; none of it empty.
#[derive(Clone)]
pub(crate) struct Packed(VecDeque<Bytes>);

impl Packed {
    pub(crate) fn new(range: PackedRange) -> Self {
        let PackedRange { header, leaves, padding } = range;
        let mut parts = VecDeque::with_capacity(3);
        parts.push_back(Bytes::copy_from_slice(&header));
        parts.push_back(Bytes::from_owner(leaves));
        let mut padding = padding as usize;
        while padding > 0 {
            let zeros = &ZEROS[..padding.min(ZEROS.len())];
            parts.push_back(Bytes::from_static(zeros));
            padding -= zeros.len();
        }
        Self(parts)
    }

    /// An answer with this body, and the body beside it for a listener that can do better.
    pub(crate) fn into_answer(self) -> Response {
        let mut response = Response::new(Body::new(self.clone()));
        response.extensions_mut().insert(self);
        response
    }
}

impl http_body::Body for Packed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|part| Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining() as u64)
    }
}

impl Buf for Packed {
    fn remaining(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }

    fn chunk(&self) -> &[u8] {
        self.0.front().map_or(&[], |part| part)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let filled = slices.iter_mut().zip(&self.0);
        filled.map(|(slice, part)| *slice = IoSlice::new(part)).count()
    }

    fn advance(&mut self, mut count: usize) {
        while count > 0 {
            let part = self.0.front_mut().expect("no more than remains");
            let step = count.min(part.len());
            part.advance(step);
            count -= step;
            if part.is_empty() {
                self.0.pop_front();
            }
        }
    }
}
