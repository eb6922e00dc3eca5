//! The scanner of running text with one country in scope, two, twenty-three and all that have a
//! kind of identifier, beside the alternatives: a regular expression for long runs of digits, which
//! finds candidates and judges nothing, and a pass that only counts lines, which is the fastest
//! possible.
//!
//! Three texts without an identifier, as hard as real ones: English and Chinese prose with dates
//! and prices, and log lines full of times, UUIDs, addresses and escapes. Then the same with an
//! identifier in one line of a hundred, and of ten.

use crate::random::Random;
use crate::timing::median;
use anyhow::Result;
use exposure_identifier::{Kind, Rules, Scanner};
use regex::Regex;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Bytes per text: more than any cache, few enough to be quick.
const BYTES: usize = 32 << 20;

/// Countries whose IDs and national phone numbers are searched for: those of the IDs that are known
/// without a label, and some more. The first one, two, or all of them; all that have any kind of ID
/// are in the table of kinds.
const COUNTRIES: [&str; 23] = [
    "CN", "GB", "US", "HK", "TW", "IN", "MX", "CH", "FR", "NL", "ZA", "FI", "NO", "RO", "BE", "EE", "SI", "GR", "KR",
    "DE", "SE", "ES", "KZ",
];

/// The peer: a typical pattern for grep.
const LONG_NUMBER: &str = r"\d{11,18}";

/// Identifiers that belong to nobody: a Beijing area that does not exist and births over a century
/// ago, numbers kept for drama.
const IDENTIFIERS: [&str; 4] = ["110099187001010009", "110099185506300002", "+44 20 7946 0123", "020 7946 0456"];

type Line = fn(&mut Random, &mut String);

/// Measures and prints.
pub(crate) fn measure() -> Result<()> {
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    let all: BTreeSet<&str> = Kind::all().iter().filter_map(|kind| kind.country.as_deref()).collect();
    let scopes = [&COUNTRIES[..1], &COUNTRIES[..2], &COUNTRIES[..], &Vec::from_iter(all)[..]];
    let scanners = scopes.map(|scope| {
        let start = Instant::now();
        let scanner = Scanner::new(scope.iter().copied(), &rules);
        (scope.len(), scanner, start.elapsed())
    });
    let regex = Regex::new(LONG_NUMBER)?;
    println!("scanning {} MiB of each text, one thread, MB/s; {}\n", BYTES >> 20, crate::voprf::features());
    print!("{:<36}", "");
    for (countries, _, time) in &scanners {
        print!("{:>12}", format!("{countries} ({} ms)", time.as_millis()));
    }
    println!("{:>10}{:>10}{:>10}{:>10}", "may hold", "regex", "lines", "found");
    let scanners = scanners.map(|(_, scanner, _)| scanner);
    for (name, line) in [("English prose", english as Line), ("Chinese prose", chinese), ("JSON log lines", json)] {
        for one_in in [0, 100, 10] {
            let text = text(line, one_in);
            let hits = if one_in == 0 { "no hit".to_owned() } else { format!("a hit in {one_in} lines") };
            print!("{:<36}", format!("{name}, {hits}"));
            let peer = speed(text.len(), || regex.find_iter(&text).count());
            let mut found = 0;
            for scanner in &scanners {
                let scanner = scanner.as_ref().map_err(Clone::clone)?;
                let count = || {
                    let mut found = 0_usize;
                    scanner.scan(&text, |_| found += 1);
                    found
                };
                let ours = speed(text.len(), count);
                print!("{:>12}", format!("{ours:.0} {:.2}×", ours / peer));
                found = count();
            }
            let scanner = scanners[0].as_ref().map_err(Clone::clone)?;
            let holding = speed(text.len(), || text.lines().filter(|line| scanner.may_hold(line.as_bytes())).count());
            let lines = speed(text.len(), || memchr::memchr_iter(b'\n', text.as_bytes()).count());
            println!("{holding:>10.0}{peer:>10.0}{lines:>10.0}{found:>10}");
        }
    }
    println!();
    Ok(())
}

/// Megabytes per second, the median of the rounds.
fn speed(bytes: usize, round: impl Fn() -> usize) -> f64 {
    let time: Duration = median(|| {
        black_box(round());
    });
    bytes as f64 / 1e6 / time.as_secs_f64()
}

/// Lines of a text, with an identifier at the end of one in this many.
fn text(line: Line, one_in: u64) -> String {
    let mut random = Random::seeded(1);
    let mut text = String::with_capacity(BYTES + 1024);
    while text.len() < BYTES {
        line(&mut random, &mut text);
        if one_in > 0 && random.below(one_in) == 0 {
            let identifier = IDENTIFIERS[random.below(IDENTIFIERS.len() as u64) as usize];
            text.extend([" ", identifier]);
        }
        text.push('\n');
    }
    text
}

const ENGLISH: [&str; 40] = [
    "the",
    "of",
    "and",
    "council",
    "river",
    "letter",
    "in",
    "to",
    "was",
    "that",
    "company",
    "between",
    "which",
    "people",
    "reported",
    "with",
    "a",
    "market",
    "for",
    "on",
    "their",
    "winter",
    "had",
    "from",
    "bridge",
    "said",
    "would",
    "number",
    "harbour",
    "paid",
    "this",
    "railway",
    "after",
    "report",
    "by",
    "committee",
    "their",
    "ordinary",
    "has",
    "minister",
];

/// About 120 bytes with one number.
fn english(random: &mut Random, text: &mut String) {
    for place in 0..20 {
        text.push_str(ENGLISH[random.below(40) as usize]);
        text.push(' ');
        if place == 10 {
            let number = match random.below(5) {
                0 => format!("{} March {},", 1 + random.below(31), 1900 + random.below(125)),
                1 => format!("${},{:03}.{:02}", 1 + random.below(900), random.below(1000), random.below(100)),
                2 => format!("at {}:{:02}", 1 + random.below(12), random.below(60)),
                3 => format!("{}-{:02}-{:02}", 2000 + random.below(25), 1 + random.below(12), 1 + random.below(28)),
                _ => format!("{} people,", 2 + random.below(90_000)),
            };
            text.extend([number.as_str(), " "]);
        }
    }
}

const CHINESE: [&str; 24] = [
    "我们",
    "在",
    "这个",
    "城市",
    "的",
    "人民",
    "经济",
    "发展，",
    "报告",
    "认为",
    "去年",
    "公司",
    "市场",
    "没有",
    "问题。",
    "工作",
    "一个",
    "已经",
    "同时，",
    "政府",
    "学生",
    "以及",
    "生活",
    "关于",
];

fn chinese(random: &mut Random, text: &mut String) {
    for place in 0..24 {
        text.push_str(CHINESE[random.below(24) as usize]);
        if place == 12 {
            let number = match random.below(4) {
                0 => format!("{}年{}月{}日", 1950 + random.below(75), 1 + random.below(12), 1 + random.below(28)),
                1 => format!("{}.{}万元，", random.below(1000), random.below(10)),
                2 => format!("{:02}:{:02}", random.below(24), random.below(60)),
                _ => format!("约{}人，", random.below(100_000)),
            };
            text.push_str(&number);
        }
    }
}

fn json(random: &mut Random, text: &mut String) {
    let (a, b) = (random.next(), random.next());
    let uuid = format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        a as u32,
        a >> 48,
        a >> 32 & 0xFFF,
        b >> 52,
        b & 0xFFFF_FFFF_FFFF
    );
    let time = format!(
        "2024-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        1 + random.below(12),
        1 + random.below(28),
        random.below(24),
        random.below(60),
        random.below(60),
        random.below(1000)
    );
    let message = [
        r"GET \/api\/v1\/items\/42 200\n",
        r"\u7528\u6237\u767b\u5f55\u6210\u529f",
        r#"retry of \"upload\" failed:\tconnection reset"#,
        r"cache miss for key session",
    ][random.below(4) as usize];
    let line = format!(
        r#"{{"time":"{time}","level":"info","id":"{uuid}","ip":"10.{}.{}.{}","at":{},"bytes":{},"took":{}.{},"message":"{message}"}}"#,
        random.below(256),
        random.below(256),
        random.below(256),
        1_700_000_000_000 + random.below(100_000_000_000),
        random.below(10_000_000),
        random.below(100),
        random.below(1000),
    );
    text.push_str(&line);
}
