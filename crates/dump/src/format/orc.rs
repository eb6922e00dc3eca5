//! ORC files, as Hive writes them: stripes of rows, in each a few streams for every column.
//!
//! Rows are put together one by one; a block of each stream is held meanwhile, and the words of
//! dictionaries, all of them against the memory limit. What is broken in a stripe ends that stripe;
//! the stripes behind it are read.
//!
//! The one library for this format depends on all of Arrow in a version of its own, forty packages
//! that nothing else here needs, and allocates by the sizes that a file states.

mod column;
mod damage;
mod footer;
mod integers;
mod proto;
mod runs;
mod stream;
mod stripe;
#[cfg(test)]
mod tests;
mod words;

use crate::format::records::{Json, Next, Records};
use crate::limits::Limits;
use column::Column;
use footer::Footer;
use parquet::file::reader::ChunkReader;
use std::io;
use std::sync::Arc;
use stream::Source;

/// A reader of rows.
pub(crate) struct Orc<R> {
    source: Arc<Source<R>>,
    footer: Footer,
    /// The stripe that is read next, the columns of the present one, and its rows that are left.
    stripe: usize,
    root: Option<Column<R>>,
    left: u64,
    /// The first damage of a stripe that is behind.
    damage: Option<io::Error>,
}

impl<R: ChunkReader> Orc<R> {
    /// Reads the footer.
    pub(crate) fn open(file: R, limits: &Limits) -> io::Result<Self> {
        let (source, footer) = footer::read(file, limits)?;
        Ok(Self { source: Arc::new(source), footer, stripe: 0, root: None, left: 0, damage: None })
    }

    fn give_up_stripe(&mut self, error: io::Error) {
        (self.root, self.left) = (None, 0);
        self.damage.get_or_insert(error);
    }
}

impl<R: ChunkReader> Records for Orc<R> {
    fn next(&mut self, json: &mut Json) -> io::Result<Next> {
        while self.left == 0 {
            self.root = None;
            let Some(stripe) = self.footer.stripes.get(self.stripe) else {
                return self.damage.take().map_or(Ok(Next::End), Err);
            };
            self.stripe += 1;
            match stripe::open(&self.source, &self.footer, stripe) {
                Ok(root) => (self.root, self.left) = (Some(root), stripe.rows),
                Err(error) => {
                    self.give_up_stripe(error);
                    return Ok(Next::Malformed);
                }
            }
        }
        self.left -= 1;
        let Some(root) = &mut self.root else { return Ok(Next::End) };
        match root.record(json) {
            Ok(()) => Ok(Next::Record),
            Err(error) => {
                self.give_up_stripe(error);
                Ok(Next::Malformed)
            }
        }
    }

    fn consumed(&self) -> u64 {
        self.source.length()
    }
}
