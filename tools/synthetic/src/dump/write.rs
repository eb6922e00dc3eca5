//! Writes a dump: rows are laid out by ranges on all cores, encoded, and written in their order.

use super::compression::{Archive, Compression, Packer};
use super::layout::Layout;
use super::plan::{Dump, Take, hand_over};
use super::row::Row;
use super::shape::Shape;
use super::truth::{Label, Truth};
use super::{parquet, xlsx};
use rayon::prelude::*;
use std::io::{self, Write};

/// Rows that one core lays out at a time.
pub(super) const ROWS_A_CHUNK: u64 = 4_096;

impl Dump {
    /// Writes it, and returns the truth about all of it, which needs memory for each identifier.
    pub fn write(&self, out: &mut (dyn Write + Send)) -> io::Result<Truth> {
        let mut truth = Truth::default();
        self.write_labelled(out, &mut |label| {
            truth.add(label);
            Ok(())
        })?;
        truth.settle();
        Ok(truth)
    }

    /// Writes it, and hands over the truth of each row, in their order.
    pub fn write_labelled(
        &self,
        out: &mut (dyn Write + Send),
        take: &mut dyn FnMut(Label) -> io::Result<()>,
    ) -> io::Result<()> {
        self.pack(out, Some(take))
    }

    /// Writes it, as fast as that is possible.
    pub fn write_unlabelled(&self, out: &mut (dyn Write + Send)) -> io::Result<()> {
        self.pack(out, None)
    }

    fn pack(&self, out: &mut (dyn Write + Send), take: Option<Take<'_>>) -> io::Result<()> {
        let mut packer = Packer::new(out, self.spec.compression)?;
        match self.spec.archive {
            Archive::None => self.write_plain(&mut packer, take)?,
            archive => {
                let mut plain = Vec::new();
                self.write_plain(&mut Packer::new(&mut plain, Compression::None)?, take)?;
                let name = ["dump", self.spec.shape.ending()].concat();
                packer.write_all(&archive.of(&name, &plain)?)?;
            }
        }
        packer.finish()
    }

    fn write_plain(&self, out: &mut Packer<'_>, take: Option<Take<'_>>) -> io::Result<()> {
        match self.spec.shape {
            Shape::Xlsx => xlsx::write(self, out, take),
            Shape::Parquet => parquet::write(self, out, take),
            _ => self.write_text(out, take),
        }
    }

    fn write_text(&self, out: &mut Packer<'_>, mut take: Option<Take<'_>>) -> io::Result<()> {
        let (encoding, layout) = (self.spec.encoding, self.layout());
        let mut head = Vec::new();
        layout.head(&mut head);
        out.write_all(encoding.mark())?;
        out.write_all(&encoding.encoded(head))?;
        let chunks: Vec<u64> = (0..self.spec.rows).step_by(ROWS_A_CHUNK as usize).collect();
        for chunks in chunks.chunks(rayon::current_num_threads()) {
            let wants_labels = take.is_some();
            let laid_out: Vec<(Vec<u8>, Vec<Label>)> =
                chunks.par_iter().map(|&first| self.chunk(&layout, first, wants_labels)).collect();
            for (bytes, labels) in laid_out {
                out.write_all(&bytes)?;
                hand_over(labels, &mut take)?;
            }
            if chunks[0] * 2 >= self.spec.rows {
                out.next_member()?;
            }
        }
        let mut tail = Vec::new();
        layout.tail(&mut tail);
        out.write_all(&encoding.encoded(tail))
    }

    /// A chunk of rows from this one on, encoded.
    fn chunk(&self, layout: &Layout<'_>, first: u64, wants_labels: bool) -> (Vec<u8>, Vec<Label>) {
        let rows = first..(first + ROWS_A_CHUNK).min(self.spec.rows);
        let mut bytes = Vec::with_capacity(rows.clone().count() * 512);
        let mut labels = Vec::new();
        let mut row = Row::new(wants_labels);
        for at in rows {
            self.source.fill(at, &mut row);
            layout.row(&row, &mut bytes);
            labels.extend(row.take_label());
        }
        (self.spec.encoding.encoded(bytes), labels)
    }

    fn layout(&self) -> Layout<'_> {
        Layout { shape: self.spec.shape, names: &self.names, rows: self.spec.rows }
    }
}
