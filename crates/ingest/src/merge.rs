//! Merges sorted streams, any of which may fail.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The items of several sorted streams in one order, each with the number of its stream. Equal items come in the order
/// of their streams. The first error ends it.
pub(crate) struct Merge<I, T> {
    streams: Vec<I>,
    heads: BinaryHeap<Reverse<(T, usize)>>,
    /// The stream whose next item is not in the heap yet.
    due: Option<usize>,
}

impl<T: Ord, E, I: Iterator<Item = Result<T, E>>> Merge<I, T> {
    pub(crate) fn new(mut streams: Vec<I>) -> Result<Self, E> {
        let mut heads = BinaryHeap::with_capacity(streams.len());
        for (number, stream) in streams.iter_mut().enumerate() {
            heads.extend(stream.next().transpose()?.map(|item| Reverse((item, number))));
        }
        Ok(Self { streams, heads, due: None })
    }

    fn advance(&mut self) -> Result<Option<(T, usize)>, E> {
        if let Some(number) = self.due.take() {
            let item = self.streams[number].next().transpose()?;
            self.heads.extend(item.map(|item| Reverse((item, number))));
        }
        let head = self.heads.pop().map(|Reverse(head)| head);
        self.due = head.as_ref().map(|&(_, number)| number);
        Ok(head)
    }
}

impl<T: Ord, E, I: Iterator<Item = Result<T, E>>> Iterator for Merge<I, T> {
    type Item = Result<(T, usize), E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_come_in_one_order() {
        let streams = [vec![1, 4, 4, 9], vec![], vec![2, 4], vec![0]];
        let fallible = streams.iter().map(|s| s.iter().copied().map(Ok::<_, ()>)).collect();
        let merged: Result<Vec<_>, ()> = Merge::new(fallible).expect("no error").collect();
        assert_eq!(merged, Ok(vec![(0, 3), (1, 0), (2, 2), (4, 0), (4, 0), (4, 2), (9, 0)]));
    }

    #[test]
    fn an_error_is_not_lost() {
        let streams = vec![vec![Ok(1), Err("broken")].into_iter(), vec![Ok(2)].into_iter()];
        let merged: Vec<_> = Merge::new(streams).expect("the heads are sound").collect();
        assert_eq!(merged[..2], [Ok((1, 0)), Err("broken")]);
    }
}
