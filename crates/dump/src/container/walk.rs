//! Counts the work on one input: bytes read and produced, entries, memory, damage. Enforces the
//! limits on them.

use super::member::Walked;
use crate::error::Damage;
use crate::limits::{Limits, RATIO_ASKED_FROM};
use crate::progress::Progress;
use sha2::{Digest as _, Sha256};
use std::io::{self, Read};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Bytes that are read at a time when they are only hashed.
const DRAIN_BYTES: usize = 256 << 10;

/// Maximum characters of a member's name in reports.
const NAME_CHARS: usize = 300;

/// The state of a walk, shared by all its readers. Atomic, because readers may move to another
/// thread.
pub(super) struct Walk<'w> {
    pub(super) limits: &'w Limits,
    /// Bytes of the file that were read.
    raw: AtomicU64,
    /// The position of the outermost decoder in the file, which is less than what was read;
    /// [`NO_DECODER`] without one.
    decoder_position: AtomicU64,
    /// Bytes that all decoders produced.
    produced: AtomicU64,
    /// Bytes of members held whole.
    held: AtomicUsize,
    entries: AtomicU64,
    skipped: AtomicU64,
    /// A limit on the whole file was exceeded.
    is_over: AtomicBool,
    damage: Mutex<DamageLog>,
}

const NO_DECODER: u64 = u64::MAX;

#[derive(Default)]
struct DamageLog {
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
            decoder_position: AtomicU64::new(NO_DECODER),
            produced: AtomicU64::new(0),
            held: AtomicUsize::new(0),
            entries: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            damage: Mutex::default(),
        }
    }

    /// The position in the file, as exactly as it is known.
    pub(super) fn position(&self) -> u64 {
        match self.decoder_position.load(Relaxed) {
            NO_DECODER => self.raw.load(Relaxed),
            position => position,
        }
    }

    pub(super) fn set_position(&self, position: u64) {
        self.decoder_position.store(position, Relaxed);
    }

    /// The file is read again from its start.
    pub(super) fn rewind(&self) {
        self.set_position(0);
    }

    /// Records damage at the current position.
    pub(super) fn damaged(&self, what: impl Into<String>) -> io::Error {
        let damage = Damage { what: what.into(), offset: self.position() };
        let mut log = self.damage.lock().expect("no panic while it is held");
        log.damages += 1;
        if log.first.is_none() {
            log.first = Some((damage.clone(), log.member.clone()));
        }
        io::Error::other(damage)
    }

    /// Records damage that no reader returns.
    pub(super) fn note(&self, what: impl Into<String>) {
        drop(self.damaged(what));
    }

    /// Records damage that may be a consequence of damage already recorded.
    pub(super) fn damaged_unless_known(&self, what: &str) {
        let is_known = self.damage.lock().expect("no panic while it is held").first.is_some();
        if !is_known {
            self.note(what);
        }
    }

    /// Records that a limit of the whole file was exceeded: what follows is not read.
    pub(super) fn stop(&self, what: String) -> io::Error {
        self.is_over.store(true, Relaxed);
        self.damaged(what)
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Relaxed)
    }

    /// Counts bytes that a decoder produced.
    pub(super) fn produce(&self, bytes: usize) -> io::Result<()> {
        let produced = self.produced.fetch_add(bytes as u64, Relaxed) + bytes as u64;
        let most = self.raw.load(Relaxed).saturating_mul(self.limits.ratio);
        if produced <= RATIO_ASKED_FROM || produced <= most {
            return Ok(());
        }
        let ratio = self.limits.ratio;
        let what = format!("it expands to more than {ratio} times its size; if this is expected, raise --max-ratio");
        Err(self.stop(what))
    }

    /// Counts an entry of an archive, and returns whether it may be read.
    pub(super) fn enter(&self, location: &Location) -> bool {
        if self.is_over() {
            return false;
        }
        self.damage.lock().expect("no panic while it is held").member.clone_from(&location.name);
        if self.entries.fetch_add(1, Relaxed) < self.limits.entries {
            return true;
        }
        self.entries.fetch_sub(1, Relaxed);
        let entries = self.limits.entries;
        self.stop(format!("the archive has more than {entries} entries; if this is expected, raise --max-entries"));
        false
    }

    pub(super) fn count_skipped(&self) {
        self.skipped.fetch_add(1, Relaxed);
    }

    /// How many more bytes may be held whole.
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
        let log = std::mem::take(&mut *self.damage.lock().expect("no panic while it is held"));
        let (damage, damaged_member) = log.first.map_or((None, None), |(damage, member)| (Some(damage), member));
        Walked {
            sha256: data_encoding::HEXLOWER.encode(&raw.hash.finalize()),
            bytes: raw.bytes,
            entries: self.entries.load(Relaxed),
            skipped: self.skipped.load(Relaxed),
            damages: log.damages,
            damage,
            damaged_member,
        }
    }
}

/// The location of a member.
#[derive(Clone, Default)]
pub(super) struct Location {
    pub(super) name: Option<String>,
    /// The containers around it, outermost first.
    pub(super) chain: Vec<&'static str>,
    /// How many containers are around it, and how many of them are decoders.
    pub(super) depth: usize,
    pub(super) decoders: usize,
}

impl Location {
    /// Inside a compressed file or an archive.
    pub(super) fn inside(&self, what: &'static str) -> Self {
        let mut location = Self { depth: self.depth + 1, ..self.clone() };
        location.chain.push(what);
        location
    }

    /// An entry of this archive.
    pub(super) fn entry(&self, name: &[u8]) -> Self {
        let name = shown(name);
        let name = self.name.as_ref().map_or(name.clone(), |outer| shortened(&format!("{outer}!{name}")));
        Self { name: Some(name), ..self.clone() }
    }
}

/// A name as shown in reports: from any encoding, on one line, of bounded length.
fn shown(name: &[u8]) -> String {
    // Old archivers wrote the encoding of their system, which in China is this one.
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

/// Reads the file itself: counts, hashes and reports progress.
pub(super) struct Raw<'r, R> {
    file: R,
    walk: &'r Walk<'r>,
    /// `None` if this was done in an earlier pass.
    progress: Option<&'r dyn Progress>,
    hash: Sha256,
    bytes: u64,
    is_broken: bool,
}

impl<'r, R: Read> Raw<'r, R> {
    pub(super) fn new(file: R, walk: &'r Walk<'r>, progress: &'r dyn Progress) -> Self {
        Self { file, walk, progress: Some(progress), hash: Sha256::new(), bytes: 0, is_broken: false }
    }

    /// Reads a file that has already been counted and hashed.
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
                    return Err(self.walk.damaged(format!("reading failed ({})", error.kind())));
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
            None => self.walk.set_position(self.bytes),
        }
        Ok(count)
    }
}
