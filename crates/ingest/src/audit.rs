//! `audit`: searches files for values, to check that a disk is clean.
//!
//! Owns the search and its results; `audit::needles` owns the spellings of a value. Knows no data
//! directory and no format: it reads the bytes of every regular file below some paths, and the
//! names of all files and directories. Compressed or encrypted files are not opened: "clean" refers
//! to the bytes on the disk.

mod error;
mod needles;
#[cfg(test)]
mod tests;

pub use error::AuditError;
use exposure_identifier::{Rules, Scanner};
use needles::Needles;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of a file that are searched at a time.
const PIECE_BYTES: u64 = 8 << 20;

/// Bytes around a piece that are read, too, when identifiers are searched for: the text beside a
/// number decides whether it is one.
const AROUND_BYTES: u64 = 256;

/// Maximum places that are listed; all are counted.
const PLACES: usize = 100;

/// Minimum bytes of a run of printable characters that is scanned: a phone number without its
/// calling code.
const RUN_BYTES: usize = 11;

/// What to search for.
pub enum Sought<'v> {
    /// These values, each one line of a list, in any spelling.
    Values(&'v [Zeroizing<String>]),
    /// Every identifier in plain text, with the default region of the rules.
    Identifiers,
}

/// What was searched, and what was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Audit {
    /// Regular files that were searched.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Values that were searched for.
    pub values: u64,
    /// The first places, by path and offset.
    pub places: Vec<Place>,
    /// The number of all places.
    pub found: u64,
}

/// Where something was found. Never holds the value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file; for a value in a name, the directory that contains the name.
    pub path: PathBuf,
    /// The offset in the file in bytes; `None` if the value is in a name.
    pub at: Option<u64>,
    /// What was found.
    pub what: What,
}

/// What was found, without the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The value on this line of the list, from 1.
    Line(u64),
    /// An identifier of the kind with this name.
    Kind(&'static str),
}

/// Searches all regular files below the paths, and all names there, on all cores.
pub fn audit(paths: &[PathBuf], sought: &Sought<'_>, rules: &Rules) -> Result<Audit, AuditError> {
    let search = Search::new(sought, rules)?;
    let mut pieces = Vec::new();
    let mut audit = Audit { files: 0, bytes: 0, values: search.values(), places: Vec::new(), found: 0 };
    for root in paths {
        for entry in walkdir::WalkDir::new(root) {
            let entry = entry.map_err(|error| unreadable(root, error))?;
            let directory = entry.path().parent().unwrap_or(Path::new("")).to_owned();
            search.within(entry.file_name().as_encoded_bytes(), &mut |_, what| {
                audit.add(Place { path: directory.clone(), at: None, what });
            });
            if !entry.file_type().is_file() {
                continue;
            }
            let bytes = entry.metadata().map_err(|error| unreadable(entry.path(), error))?.len();
            audit.files += 1;
            audit.bytes += bytes;
            let starts = (0..bytes.div_ceil(PIECE_BYTES)).map(|piece| piece * PIECE_BYTES);
            pieces.extend(starts.map(|start| (entry.path().to_owned(), start)));
        }
    }
    let found: Vec<(Vec<Place>, u64)> = pieces
        .into_par_iter()
        .map(|(path, start)| {
            search.piece(&path, start).map_err(|error| AuditError::Unreadable { path: path.clone(), error })
        })
        .collect::<Result<_, _>>()?;
    for (places, more) in found {
        audit.found += more;
        places.into_iter().for_each(|place| audit.add(place));
    }
    Ok(audit)
}

impl Audit {
    fn add(&mut self, place: Place) {
        self.found += 1;
        if self.places.len() < PLACES {
            self.places.push(place);
        }
    }
}

enum Search {
    Needles(Needles),
    Scanner(Box<Scanner>),
}

impl Search {
    fn new(sought: &Sought<'_>, rules: &Rules) -> Result<Self, AuditError> {
        Ok(match sought {
            Sought::Values(values) => Self::Needles(Needles::new(values, rules)?),
            Sought::Identifiers => Self::Scanner(Box::new(scanner(rules))),
        })
    }

    fn values(&self) -> u64 {
        match self {
            Self::Needles(needles) => needles.values,
            Self::Scanner(_) => 0,
        }
    }

    /// Searches one piece of a file for what begins there: the first places, and the number of
    /// further ones.
    fn piece(&self, path: &Path, start: u64) -> io::Result<(Vec<Place>, u64)> {
        let (before, after) = match self {
            Self::Needles(needles) => (0, needles.longest as u64),
            Self::Scanner(_) => (start.min(AROUND_BYTES), AROUND_BYTES),
        };
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start - before))?;
        let most = before + PIECE_BYTES + after;
        // With full capacity from the start: growing would leave an unwiped copy behind.
        let mut bytes = Vec::with_capacity(most as usize);
        file.take(most).read_to_end(&mut bytes)?;
        let (mut places, mut more) = (Vec::new(), 0);
        self.within(&bytes, &mut |at, what| {
            let at = start - before + at as u64;
            if at >= start && at < start + PIECE_BYTES {
                match places.len() {
                    ..PLACES => places.push(Place { path: path.to_owned(), at: Some(at), what }),
                    _ => more += 1,
                }
            }
        });
        bytes.zeroize();
        Ok((places, more))
    }

    /// Searches bytes, and calls `found` with each offset and what is there.
    fn within(&self, bytes: &[u8], found: &mut dyn FnMut(usize, What)) {
        match self {
            Self::Needles(needles) => needles.find(bytes, &mut |at, line| found(at, What::Line(line))),
            Self::Scanner(scanner) => scan(scanner, bytes, found),
        }
    }
}

fn scanner(rules: &Rules) -> Scanner {
    Scanner::new([rules.region.code()], rules).expect("a region is the code of a country with phones")
}

/// Scans runs of printable characters for identifiers.
fn scan(scanner: &Scanner, bytes: &[u8], found: &mut dyn FnMut(usize, What)) {
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        let mut start = at;
        for run in chunk.valid().split(|c: char| c.is_control() && c != '\t') {
            if run.len() >= RUN_BYTES {
                scanner.scan(run, |one| found(start + one.at, What::Kind(&one.identifier.kind().name)));
            }
            // The separator is an ASCII control character, or a longer one from U+0080 on.
            start += run.len();
            start += chunk.valid()[start - at..].chars().next().map_or(0, char::len_utf8);
        }
        at += chunk.valid().len() + chunk.invalid().len();
    }
}

fn unreadable(root: &Path, error: walkdir::Error) -> AuditError {
    let path = error.path().unwrap_or(root).to_owned();
    AuditError::Unreadable { path, error: error.into() }
}
