//! The body of a packed range: a header, leaves straight from the mapped file, and zeros. Nothing of it is copied.
//!
//! A body of three frames to whoever runs the router; our own listener takes it out of the answer's extensions and hands all
//! three to the socket at once, since a second write would cost as much again as the first.

use axum::body::{Body, Bytes};
use axum::response::Response;
use bytes::Buf;
use exposure_index::PackedRange;
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Padding is sent so many bytes at a time: more than that is rare, ranges being about equally full.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// What is still to be sent.
#[derive(Clone)]
pub(crate) struct Packed {
    header: Bytes,
    leaves: Bytes,
    padding: usize,
}

impl Packed {
    pub(crate) fn new(range: PackedRange) -> Self {
        let PackedRange { header, leaves, padding } = range;
        let (header, leaves) = (Bytes::copy_from_slice(&header), Bytes::from_owner(leaves));
        Self { header, leaves, padding: padding as usize }
    }

    /// As much of it as lies together.
    fn next_part(&mut self) -> Option<Bytes> {
        let whole = [&mut self.header, &mut self.leaves].into_iter().find(|part| !part.is_empty());
        if let Some(part) = whole {
            return Some(std::mem::take(part));
        }
        let zeros = &ZEROS[..self.padding.min(ZEROS.len())];
        self.padding -= zeros.len();
        (!zeros.is_empty()).then(|| Bytes::from_static(zeros))
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
        Poll::Ready(self.next_part().map(|part| Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        !self.has_remaining()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining() as u64)
    }
}

impl Buf for Packed {
    fn remaining(&self) -> usize {
        self.header.len() + self.leaves.len() + self.padding
    }

    fn chunk(&self) -> &[u8] {
        let zeros = &ZEROS[..self.padding.min(ZEROS.len())];
        [&self.header[..], &self.leaves[..]].into_iter().find(|part| !part.is_empty()).unwrap_or(zeros)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let zeros = &ZEROS[..self.padding.min(ZEROS.len())];
        let parts = [&self.header[..], &self.leaves[..], zeros].into_iter().filter(|part| !part.is_empty());
        slices.iter_mut().zip(parts).map(|(slice, part)| *slice = IoSlice::new(part)).count()
    }

    fn advance(&mut self, count: usize) {
        let of_header = count.min(self.header.len());
        self.header.advance(of_header);
        let of_leaves = (count - of_header).min(self.leaves.len());
        self.leaves.advance(of_leaves);
        self.padding -= count - of_header - of_leaves;
    }
}
