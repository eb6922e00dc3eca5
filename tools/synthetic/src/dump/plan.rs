//! A dump before it is written: its rows and the names of its columns.

use super::column::COLUMNS;
use super::encoding::Encoding;
use super::headers::Names;
use super::row::Source;
use super::spec::DumpSpec;
use super::truth::Label;
use crate::population::{Cast, Population};
use std::io;

/// A dump that can be written, again and again the same.
#[derive(Clone, Debug)]
pub struct Dump {
    pub(super) spec: DumpSpec,
    pub(super) source: Source,
    pub(super) names: Names,
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

    /// What it is.
    pub fn spec(&self) -> &DumpSpec {
        &self.spec
    }

    /// What the columns are called, in their order.
    pub fn columns(&self) -> [&'static str; COLUMNS] {
        self.names.all()
    }

    /// What its file should be called: `dump`, and the endings of shape, archive and compression.
    pub fn file_name(&self) -> String {
        let spec = &self.spec;
        ["dump", spec.shape.ending(), spec.archive.ending(), spec.compression.ending()].concat()
    }
}

/// Takes the truth of each row.
pub(super) type Take<'t> = &'t mut dyn FnMut(Label) -> io::Result<()>;

pub(super) fn hand_over(labels: Vec<Label>, take: &mut Option<Take<'_>>) -> io::Result<()> {
    match take {
        Some(take) => labels.into_iter().try_for_each(take),
        None => Ok(()),
    }
}
