//! Up to a billion distinct phone numbers that belong to nobody, in random-looking order, as fast
//! as a pipe takes them.
//!
//! `+8620` and nine digits: the numbers of Guangzhou, area code 20, have eight, so that no person
//! and no company has one of these. Their length is possible, and they take the same path through
//! canonical forms as real numbers.

use anyhow::{Result, ensure};
use clap::Args as ClapArgs;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::io::{self, ErrorKind, Write, stdout};

/// Prefix of every number.
const BEGINNING: &[u8; 5] = b"+8620";

/// Prefix of numbers that this generator never prints; for lookups that must miss.
const OTHER_BEGINNING: &[u8; 5] = b"+8621";

/// The count of all nine-digit numbers.
const ALL: u64 = 1_000_000_000;

/// Coprime to ten, so that multiplication modulo [`ALL`] is a bijection; near the golden ratio and
/// near the square root of one half.
const FACTORS: [u64; 2] = [618_033_989, 707_106_781];

/// Offset of the counter, so that the first number is not 000 000 000.
const OFFSET: u64 = 314_159_265;

/// `+8620`, nine digits and a newline.
const LINE: usize = 15;

/// Lines per write.
const LINES: usize = 1 << 16;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Number of lines, at most a billion
    lines: u64,
    /// Share of lines that repeat an earlier one, such as 0.5; the others are distinct
    #[arg(long, default_value_t = 0.0)]
    repeats: f64,
    /// Print a header line first, as in a CSV
    #[arg(long)]
    header: Option<String>,
    /// Print the SHA-256 of `phone:` and the number in hex instead, for peers that do not hash
    #[arg(long)]
    hashed: bool,
}

pub(crate) fn print(args: &Args) -> Result<()> {
    let share = args.repeats;
    ensure!((0.0..1.0).contains(&share), "the share of repeats lies from 0 to below 1; {share} does not");
    let distinct = ((args.lines as f64 * (1.0 - share)).ceil() as u64).min(args.lines);
    ensure!(distinct <= ALL, "there are {ALL} numbers; {distinct} distinct ones are more");
    match print_all(args, distinct) {
        // The reader has closed the pipe, and needs no more.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

fn print_all(args: &Args, distinct: u64) -> io::Result<()> {
    let mut out = stdout().lock();
    if let Some(header) = &args.header {
        writeln!(out, "{header}")?;
    }
    if distinct == args.lines {
        print_lines(&mut out, 0..distinct, args.hashed)
    } else {
        print_lines(&mut out, with_repeats(args.lines, distinct), args.hashed)
    }
}

/// The number at a position of the counter, as E.164; distinct for positions below a billion.
pub(crate) fn phone(place: u64) -> String {
    text(BEGINNING, place)
}

/// A number that is at no position.
pub(crate) fn other_phone(place: u64) -> String {
    text(OTHER_BEGINNING, place)
}

fn text(beginning: &[u8; 5], place: u64) -> String {
    let mut line = [0; LINE];
    Formatter::new().write(beginning, place, &mut line);
    str::from_utf8(&line[..LINE - 1]).expect("digits").to_owned()
}

/// Exactly this many distinct positions among this many lines; the others are drawn from earlier
/// ones.
fn with_repeats(lines: u64, distinct: u64) -> impl Iterator<Item = u64> {
    let mut random = crate::random::Random::seeded(3);
    let mut begun = 0;
    (0..lines).map(move |line| {
        let due = (u128::from(line + 1) * u128::from(distinct)).div_ceil(u128::from(lines)) as u64;
        if due > begun {
            begun = due;
            due - 1
        } else {
            random.below(begun)
        }
    })
}

fn print_lines(out: &mut impl Write, places: impl Iterator<Item = u64>, hashed: bool) -> io::Result<()> {
    let formatter = Formatter::new();
    let mut places = places.peekable();
    let mut buffer = vec![0; LINES * LINE];
    while places.peek().is_some() {
        let mut filled = 0;
        for (line, place) in buffer.as_chunks_mut().0.iter_mut().zip(&mut places) {
            formatter.write(BEGINNING, place, line);
            filled += 1;
        }
        let lines = &buffer[..filled * LINE];
        if hashed { out.write_all(&hashes(lines))? } else { out.write_all(lines)? }
    }
    out.flush()
}

fn hashes(lines: &[u8]) -> Vec<u8> {
    let hash = |line: &[u8; LINE]| Sha256::new_with_prefix("phone:").chain_update(&line[..LINE - 1]).finalize();
    let lines = lines.as_chunks().0.iter();
    lines.flat_map(|line| (HEXLOWER.encode(&hash(line)) + "\n").into_bytes()).collect()
}

/// Three digits at a time, from a table.
struct Formatter {
    threes: Box<[[u8; 3]; 1000]>,
}

impl Formatter {
    fn new() -> Self {
        let digit = |number: usize| b'0' + (number % 10) as u8;
        Self { threes: Box::new(std::array::from_fn(|n| [digit(n / 100), digit(n / 10), digit(n)])) }
    }

    /// Both multiplications are bijections, and so is reversing the groups of three between them:
    /// without that, the last digits would follow the counter.
    fn write(&self, beginning: &[u8; 5], place: u64, line: &mut [u8; LINE]) {
        let [a, b, c] = threes(place * FACTORS[0] % ALL);
        let [a, b, c] = threes(((c * 1000 + b) * 1000 + a) * FACTORS[1] % ALL + OFFSET);
        line[..5].copy_from_slice(beginning);
        line[5..8].copy_from_slice(&self.threes[a as usize % 1000]);
        line[8..11].copy_from_slice(&self.threes[b as usize]);
        line[11..14].copy_from_slice(&self.threes[c as usize]);
        line[14] = b'\n';
    }
}

fn threes(number: u64) -> [u64; 3] {
    [number / 1_000_000, number / 1000 % 1000, number % 1000]
}
