//! Dumps of the population: the rows of one source, in a format, an encoding and a compression,
//! with noise at known rates, and the truth about each row.
//!
//! Owns the order of work: ranges of rows are filled (`row`, `spell`) and written (`delimited`,
//! `json`, `sql`, `text`) on all cores, encoded, and emitted in order. Spreadsheets and Parquet are
//! containers of their own.

mod compression;
mod delimited;
mod encoding;
mod headers;
mod json;
mod noise;
mod parquet;
mod row;
mod shape;
mod spell;
mod sql;
#[cfg(test)]
mod tests;
mod text;
mod truth;
mod xlsx;

pub use compression::{Archive, Compression};
pub use encoding::Encoding;
pub use headers::HeaderLanguage;
pub use noise::{Event, Noise};
pub use shape::Shape;
pub use truth::{Identifier, IdentifierKind, Judgement, Label, Standing, Truth};

use crate::population::{Cast, Population, World};
use compression::Packer;
use headers::Names;
use rayon::prelude::*;
use row::{Row, Source};
use std::io::{self, Write};
use std::ops::Range;

/// Rows that one core writes at a time.
const ROWS_A_CHUNK: u64 = 4_096;

/// The properties of a dump.
#[derive(Clone, Debug)]
pub struct DumpSpec {
    /// The ranges of people's numbers. Running text of [`World::Nobody`] uses the numbers of
    /// [`World::NobodyInText`], since the scanner does not find others.
    pub world: World,
    /// The people in it.
    pub people: Range<u64>,
    /// Number of rows; if there are more rows than people, some people are in several
    /// ([`crate::Profile`]).
    pub rows: u64,
    /// People from this one on are in no dump of this population. They are only in rows with
    /// damaged numbers.
    pub strangers_from: u64,
    /// The format of records.
    pub shape: Shape,
    /// The encoding of text, if the format is text.
    pub encoding: Encoding,
    /// The compression of the file.
    pub compression: Compression,
    /// The archive that contains the file, inside the compression.
    pub archive: Archive,
    /// The language of headers.
    pub header: HeaderLanguage,
    /// The rates of noise.
    pub noise: Noise,
    /// Another seed gives other noise, and other headers of the same language.
    pub seed: u64,
}

impl DumpSpec {
    /// A clean CSV of these people, who are the whole population.
    pub fn of(people: Range<u64>) -> Self {
        Self {
            world: World::default(),
            rows: people.end - people.start,
            strangers_from: people.end,
            people,
            shape: Shape::Csv,
            encoding: Encoding::Utf8,
            compression: Compression::None,
            archive: Archive::None,
            header: HeaderLanguage::English,
            noise: Noise::NONE,
            seed: 0,
        }
    }
}

/// A dump that can be written any number of times, always with the same bytes.
#[derive(Clone, Debug)]
pub struct Dump {
    spec: DumpSpec,
    source: Source,
    names: Names,
}

impl Dump {
    /// Prepares it.
    pub fn new(mut spec: DumpSpec) -> Self {
        spec.world = spec.shape.world(spec.world);
        if !spec.shape.has_encoding() {
            spec.encoding = Encoding::Utf8;
        }
        let population = Population::of(spec.world);
        let end = spec.people.end.max(spec.strangers_from);
        assert!(end < population.capacity(), "there are numbers for {} people", population.capacity());
        let cast = Cast::of(spec.people.end - spec.people.start, spec.rows);
        let names = Names::of(spec.header, spec.encoding, spec.seed);
        Self { source: Source::new(&spec, population, cast), names, spec }
    }

    /// Its properties.
    pub fn spec(&self) -> &DumpSpec {
        &self.spec
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> [&'static str; row::COLUMNS] {
        self.names.all()
    }

    /// A name for its file: `dump`, and the extensions of format, archive and compression.
    pub fn file_name(&self) -> String {
        let spec = &self.spec;
        ["dump", spec.shape.ending(), spec.archive.ending(), spec.compression.ending()].concat()
    }

    /// Writes it and returns the truth about all of it, which needs memory for each identifier.
    pub fn write(&self, out: &mut (dyn Write + Send)) -> io::Result<Truth> {
        let mut truth = Truth::default();
        self.write_labelled(out, &mut |label| {
            truth.add(label);
            Ok(())
        })?;
        truth.settle();
        Ok(truth)
    }

    /// Writes it and passes on the truth about each row, in order.
    pub fn write_labelled(
        &self,
        out: &mut (dyn Write + Send),
        take: &mut dyn FnMut(Label) -> io::Result<()>,
    ) -> io::Result<()> {
        self.pack(out, Some(take))
    }

    /// Writes it as fast as possible.
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

    /// The encoded chunk of rows that begins here.
    fn chunk(&self, layout: &shape::Layout<'_>, first: u64, wants_labels: bool) -> (Vec<u8>, Vec<Label>) {
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

    fn layout(&self) -> shape::Layout<'_> {
        shape::Layout { shape: self.spec.shape, names: &self.names, rows: self.spec.rows }
    }
}

/// Receives the truth about each row.
type Take<'t> = &'t mut dyn FnMut(Label) -> io::Result<()>;

fn hand_over(labels: Vec<Label>, take: &mut Option<Take<'_>>) -> io::Result<()> {
    match take {
        Some(take) => labels.into_iter().try_for_each(take),
        None => Ok(()),
    }
}
