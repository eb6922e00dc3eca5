//! What is counted while a file is walked: the bytes read and made of them, entries, memory, damage. And the caps on it.

use super::member::Walked;
use crate::error::Damage;
use crate::limits::{Limits, RATIO_ASKED_FROM};
use crate::progress::Progress;
use sha2::{Digest as _, Sha256};
use std::io::{self, Read};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Bytes that are read at a time where nobody looks at them.
const DRAIN_BYTES: usize = 256 << 10;

/// Most characters of a member's name in reports.
const NAME_CHARS: usize = 300;

/// The state of a walk, which all its readers share. Atomic, because readers may be sent to another thread.
pub(super) struct Walk<'w> {
    pub(super) limits: &'w Limits,
    /// Bytes of the file that were read.
    raw: AtomicU64,
    /// Where in the file the outermost decoder stands, which is behind what was read; [`NOWHERE`] without one.
    standing: AtomicU64,
    /// Bytes that all decoders made.
    produced: AtomicU64,
    /// Bytes of things held whole.
    held: AtomicUsize,
    entries: AtomicU64,
    skipped: AtomicU64,
    /// A cap on the whole file was met.
    is_over: AtomicBool,
    damage: Mutex<Known>,
}

const NOWHERE: u64 = u64::MAX;

#[derive(Default)]
struct Known {
    /// The member that is being read.
    member: Option<String>,
    damages: u64,
    first: Option<(Damage, Option<String>)>,
}

impl<'w> Walk<'w> {
    pub(super) fn new(limits: &'w Limits) -> Self {
        Self {
            limits,
            raw: AtomicU64::new(0),
            standing: AtomicU64::new(NOWHERE),
            produced: AtomicU64::new(0),
            held: AtomicUsize::new(0),
            entries: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            damage: Mutex::default(),
        }
    }

    /// How far the file has been read, as exactly as can be said.
    pub(super) fn place(&self) -> u64 {
        match self.standing.load(Relaxed) {
            NOWHERE => self.raw.load(Relaxed),
            place => place,
        }
    }

    pub(super) fn stand_at(&self, place: u64) {
        self.standing.store(place, Relaxed);
    }

    /// The file is read once more from its start.
    pub(super) fn rewind(&self) {
        self.stand_at(0);
    }

    /// Notes damage at the place where reading stands.
    pub(super) fn damaged(&self, what: impl Into<String>) -> io::Error {
        let damage = Damage { what: what.into(), offset: self.place() };
        let mut known = self.damage.lock().expect("no panic while it is held");
        known.damages += 1;
        if known.first.is_none() {
            known.first = Some((damage.clone(), known.member.clone()));
        }
        io::Error::other(damage)
    }

    /// Notes damage that no reader can tell.
    pub(super) fn note(&self, what: impl Into<String>) {
        drop(self.damaged(what));
    }

    /// Notes damage that may be the cause of what is known already.
    pub(super) fn damaged_unless_known(&self, what: &str) {
        let is_known = self.damage.lock().expect("no panic while it is held").first.is_some();
        if !is_known {
            self.note(what);
        }
    }

    /// Notes that a cap of the whole file was met: what follows is not read.
    pub(super) fn stop(&self, what: String) -> io::Error {
        self.is_over.store(true, Relaxed);
        self.damaged(what)
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Relaxed)
    }

    /// Counts bytes that a decoder made.
    pub(super) fn produce(&self, bytes: usize) -> io::Result<()> {
        let produced = self.produced.fetch_add(bytes as u64, Relaxed) + bytes as u64;
        let most = self.raw.load(Relaxed).saturating_mul(self.limits.ratio);
        if produced <= RATIO_ASKED_FROM || produced <= most {
            return Ok(());
        }
        let ratio = self.limits.ratio;
        let what = format!("it expands to more than {ratio} times its size; if that is meant, raise --max-ratio");
        Err(self.stop(what))
    }

    /// Counts an entry of an archive, and says whether it may be read.
    pub(super) fn enter(&self, place: &Place) -> bool {
        if self.is_over() {
            return false;
        }
        self.damage.lock().expect("no panic while it is held").member.clone_from(&place.name);
        if self.entries.fetch_add(1, Relaxed) < self.limits.entries {
            return true;
        }
        self.entries.fetch_sub(1, Relaxed);
        let entries = self.limits.entries;
        self.stop(format!("the archive has more than {entries} entries; if that is meant, raise --max-entries"));
        false
    }

    pub(super) fn count_skipped(&self) {
        self.skipped.fetch_add(1, Relaxed);
    }

    /// How many bytes may be held whole yet.
    pub(super) fn room(&self) -> usize {
        self.limits.whole.saturating_sub(self.held.load(Relaxed))
    }

    pub(super) fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Relaxed);
    }

    pub(super) fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Relaxed);
    }

    pub(super) fn finish<R: Read>(&self, raw: Raw<'_, R>) -> Walked {
        let known = std::mem::take(&mut *self.damage.lock().expect("no panic while it is held"));
        let (damage, damaged_member) = known.first.map_or((None, None), |(damage, member)| (Some(damage), member));
        Walked {
            sha256: data_encoding::HEXLOWER.encode(&raw.hash.finalize()),
            bytes: raw.bytes,
            entries: self.entries.load(Relaxed),
            skipped: self.skipped.load(Relaxed),
            damages: known.damages,
            damage,
            damaged_member,
        }
    }
}

/// Where a member lies.
#[derive(Clone, Default)]
pub(super) struct Place {
    pub(super) name: Option<String>,
    /// What is around it, outermost first.
    pub(super) chain: Vec<&'static str>,
    /// How many things are around it; and of them, decoders.
    pub(super) depth: usize,
    pub(super) decoders: usize,
}

impl Place {
    /// Inside a compressed file or an archive.
    pub(super) fn inside(&self, what: &'static str) -> Self {
        let mut place = Self { depth: self.depth + 1, ..self.clone() };
        place.chain.push(what);
        place
    }

    /// Of an entry of this archive.
    pub(super) fn entry(&self, name: &[u8]) -> Self {
        let name = shown(name);
        let name = self.name.as_ref().map_or(name.clone(), |outer| shortened(&format!("{outer}!{name}")));
        Self { name: Some(name), ..self.clone() }
    }
}

/// A name as reports show it: of any encoding, on one line, of bounded length.
fn shown(name: &[u8]) -> String {
    // Archivers of the last century wrote the encoding of their system, which in China is this one.
    let name = match str::from_utf8(name) {
        Ok(name) => name.into(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(name).0,
    };
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let mut shown = String::new();
    for c in name.chars().take(NAME_CHARS + 1) {
        if is_hidden(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shortened(&shown)
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(NAME_CHARS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// Reads the file itself: counts, hashes, and reports what is read.
pub(super) struct Raw<'r, R> {
    file: R,
    walk: &'r Walk<'r>,
    /// None where this has been done before.
    progress: Option<&'r dyn Progress>,
    hash: Sha256,
    bytes: u64,
    is_broken: bool,
}

impl<'r, R: Read> Raw<'r, R> {
    pub(super) fn new(file: R, walk: &'r Walk<'r>, progress: &'r dyn Progress) -> Self {
        Self { file, walk, progress: Some(progress), hash: Sha256::new(), bytes: 0, is_broken: false }
    }

    /// Reads a file that has been counted and hashed.
    pub(super) fn again(file: R, walk: &'r Walk<'r>) -> Self {
        Self { file, walk, progress: None, hash: Sha256::new(), bytes: 0, is_broken: false }
    }

    /// Reads to the end.
    pub(super) fn drain(&mut self) {
        let mut buffer = vec![0; DRAIN_BYTES];
        while matches!(self.read(&mut buffer), Ok(1..)) {}
    }
}

impl<R: Read> Read for Raw<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_broken {
            return Ok(0);
        }
        let count = loop {
            match self.file.read(buffer) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.is_broken = true;
                    return Err(self.walk.damaged(format!("it cannot be read any further ({})", error.kind())));
                }
            }
        };
        self.bytes += count as u64;
        match self.progress {
            Some(progress) => {
                self.hash.update(&buffer[..count]);
                self.walk.raw.fetch_add(count as u64, Relaxed);
                progress.advance(count as u64);
            }
            None => self.walk.stand_at(self.bytes),
        }
        Ok(count)
    }
}
