//! The body of a packed range: a header, leaves straight from the mapped file, and zeros. Nothing of it is copied.

use axum::body::{Body, Bytes};
use exposure_index::PackedRange;
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Padding is sent so many bytes at a time: more than that is rare, ranges being about equally full.
static ZEROS: [u8; 16 * 1024] = [0; 16 * 1024];

/// What is still to be sent.
struct PackedBody {
    /// Header and leaves, last first.
    parts: [Option<Bytes>; 2],
    padding: u64,
}

pub(crate) fn body(range: PackedRange) -> Body {
    let PackedRange { header, leaves, padding } = range;
    let (header, leaves) = (Bytes::copy_from_slice(&header), Bytes::from_owner(leaves));
    Body::new(PackedBody { parts: [Some(leaves), Some(header)], padding })
}

impl http_body::Body for PackedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let part = self.parts.iter_mut().rev().find_map(Option::take).or_else(|| {
            let zeros = &ZEROS[..self.padding.min(ZEROS.len() as u64) as usize];
            self.padding -= zeros.len() as u64;
            Some(Bytes::from_static(zeros)).filter(|zeros| !zeros.is_empty())
        });
        Poll::Ready(part.map(|part| Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.padding == 0 && self.parts.iter().all(Option::is_none)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.padding + self.parts.iter().flatten().map(|part| part.len() as u64).sum::<u64>())
    }
}
