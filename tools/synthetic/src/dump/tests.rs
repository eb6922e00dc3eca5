//! Each format is read back by a reader that knows nothing of the writer, its cells are
//! canonicalised, and the result is compared with the truth.

mod readers;

use super::write::ROWS_A_CHUNK;
use super::*;
use crate::population::{Population, World};
use exposure_identifier::{Kind, Rules, Scanner};
use readers::Cells;
use std::collections::BTreeSet;
use std::io::{self, Read};

const PEOPLE: u64 = 3_000;

fn spec(shape: Shape) -> DumpSpec {
    DumpSpec { shape, noise: Noise::REAL, strangers_from: 10_000, ..DumpSpec::of(0..PEOPLE) }
}

fn written(spec: DumpSpec) -> (Vec<u8>, Truth) {
    let mut bytes = Vec::new();
    let truth = Dump::new(spec).write(&mut bytes).expect("memory takes all");
    (bytes, truth)
}

fn rules() -> Rules {
    Rules::on(jiff::civil::date(2026, 1, 1))
}

type Found = BTreeSet<(&'static str, String)>;

/// The canonical forms of the cells.
fn canonical(cells: &Cells) -> Found {
    let mut found = Found::new();
    for (name, cells) in [("cn.ric", &cells.ids), ("phone", &cells.phones)] {
        let kind = Kind::named(name).expect("a kind");
        for cell in cells {
            let accepted = kind.canonicalise(cell, &rules()).accepted;
            found.extend(accepted.iter().map(|identifier| (name, identifier.canonical().to_owned())));
        }
    }
    found
}

fn assert_true(truth: &Truth, found: &Found, what: &str) {
    let judgement = truth.judge(found.iter().map(|(kind, canonical)| (*kind, canonical.as_str())));
    assert!(judgement.missed.is_empty(), "{what} misses {:?}", &judgement.missed[..judgement.missed.len().min(5)]);
    assert!(judgement.wrong.is_empty(), "{what} has {:?}", &judgement.wrong[..judgement.wrong.len().min(5)]);
    assert!(truth.expected(IdentifierKind::Id).count() > 2_000, "{what} has most people");
    assert!(truth.expected(IdentifierKind::Phone).count() > 2_000, "{what} has their phones");
}

#[test]
fn each_shape_holds_what_its_truth_says() {
    for world in [World::Nobody, World::Realistic] {
        for shape in Shape::ALL.into_iter().filter(|&shape| shape != Shape::Text) {
            let (bytes, truth) = written(DumpSpec { world, ..spec(shape) });
            let found = canonical(&readers::cells(shape, &bytes));
            assert_true(&truth, &found, shape.name());
            assert_eq!(truth.rows(), PEOPLE);
        }
    }
}

#[test]
fn running_text_holds_what_its_truth_says() {
    let scanner = Scanner::new(["CN"], &rules()).expect("a country");
    for world in [World::Nobody, World::Realistic] {
        let (bytes, truth) = written(DumpSpec { world, ..spec(Shape::Text) });
        let mut found = Found::new();
        scanner.scan(str::from_utf8(&bytes).expect("UTF-8"), |hit| {
            found.insert((hit.identifier.kind().name.as_str(), hit.identifier.canonical().to_owned()));
        });
        assert_true(&truth, &found, &format!("text of {world:?}"));
    }
}

#[test]
fn without_a_header_nothing_has_fifteen_digits() {
    for shape in [Shape::Csv, Shape::Dashes, Shape::MysqlInsert, Shape::Xlsx] {
        let (_, truth) = written(DumpSpec { header: HeaderLanguage::None, ..spec(shape) });
        assert_eq!(truth.rows_with(Event::Legacy), 0);
        assert!(truth.rows_with(Event::Masked) > 0);
    }
}

#[test]
fn a_judgement_tells_what_is_missing_and_what_is_wrong() {
    let (bytes, truth) = written(spec(Shape::Csv));
    let mut found = canonical(&readers::cells(Shape::Csv, &bytes));
    let missing = found.pop_first().expect("found").1;
    let negative = truth.negatives(IdentifierKind::Phone).next().expect("strangers").to_owned();
    found.insert(("phone", negative.clone()));
    let judgement = truth.judge(found.iter().map(|(kind, canonical)| (*kind, canonical.as_str())));
    assert_eq!(judgement.missed, [("cn.ric".to_owned(), missing)]);
    assert_eq!(judgement.wrong, [("phone".to_owned(), negative)]);
}

#[test]
fn noise_comes_at_its_rates() {
    let rows = 200_000;
    let (_, truth) = written(DumpSpec { noise: Noise::REAL, ..DumpSpec::of(0..rows) });
    let noise = Noise::REAL;
    for (event, rate) in [
        (Event::LowerCase, noise.lower_case),
        (Event::FullWidth, noise.full_width),
        (Event::Legacy, noise.legacy),
        (Event::BadCheck, noise.bad_check),
        (Event::Truncated, noise.truncated),
        (Event::Masked, noise.masked),
        (Event::Junk, noise.junk),
        (Event::Several, noise.several),
        (Event::Swapped, noise.swapped),
        (Event::Broken, noise.broken),
        (Event::Stranger, noise.strangers),
    ] {
        let wanted = rows as f64 * f64::from(rate) / f64::from(noise::SCALE);
        let got = truth.rows_with(event) as f64;
        // A tenth for events that exclude each other, and four standard deviations.
        let slack = wanted * 0.1 + 4.0 * wanted.sqrt();
        assert!((got - wanted).abs() < slack, "{event:?}: {got} of {wanted}");
    }
}

#[test]
fn a_clean_dump_has_everybody_and_no_noise() {
    let (_, truth) = written(DumpSpec::of(500..1_500));
    let population = Population::of(World::Nobody);
    let ids: BTreeSet<String> = truth.expected(IdentifierKind::Id).map(str::to_owned).collect();
    assert_eq!(ids, (500..1_500).map(|i| population.id(i)).collect());
    assert_eq!(truth.negatives(IdentifierKind::Id).count() + truth.optional(IdentifierKind::Phone).count(), 0);
}

#[test]
fn encodings_are_those_of_the_standard() {
    for encoding in Encoding::ALL {
        for header in HeaderLanguage::ALL {
            let spec = DumpSpec { encoding, header, ..spec(Shape::Csv) };
            let (bytes, truth) = written(spec.clone());
            let decoder = match encoding {
                Encoding::Utf8 | Encoding::Utf8WithMark => encoding_rs::UTF_8,
                Encoding::Gb18030 => encoding_rs::GB18030,
                Encoding::Gbk => encoding_rs::GBK,
                Encoding::Big5 => encoding_rs::BIG5,
                Encoding::Utf16Le | Encoding::Utf16LeWithMark => encoding_rs::UTF_16LE,
                Encoding::Utf16Be | Encoding::Utf16BeWithMark => encoding_rs::UTF_16BE,
            };
            let (text, _, is_damaged) = decoder.decode(&bytes);
            assert!(!is_damaged, "{}", encoding.name());
            let found = canonical(&readers::cells(Shape::Csv, text.as_bytes()));
            // The header is not a number.
            assert_true(&truth, &found, encoding.name());
            assert!(bytes.starts_with(encoding.mark()));
            if header == HeaderLanguage::Chinese && encoding != Encoding::Big5 {
                assert!(text.contains(",身份证号,"), "{}", encoding.name());
            }
        }
    }
}

#[test]
fn compressed_and_packed_it_is_the_same() {
    let (plain, _) = written(spec(Shape::Elasticdump));
    for compression in Compression::ALL {
        let (bytes, _) = written(DumpSpec { compression, ..spec(Shape::Elasticdump) });
        assert_eq!(unpacked(compression, &bytes), plain, "{}", compression.name());
    }
    let spec = DumpSpec { compression: Compression::Gz, archive: Archive::Tar, ..spec(Shape::Elasticdump) };
    assert_eq!(Dump::new(spec.clone()).file_name(), "dump.json.tar.gz");
    let tar = unpacked(Compression::Gz, &written(spec.clone()).0);
    let mut archive = tar::Archive::new(&tar[..]);
    let mut member = Vec::new();
    let entry = archive.entries().expect("entries").next().expect("one");
    entry.expect("readable").read_to_end(&mut member).expect("to its end");
    assert_eq!(member, plain);
    let (zip, _) = written(DumpSpec { compression: Compression::None, archive: Archive::Zip, ..spec });
    let mut archive = zip::ZipArchive::new(io::Cursor::new(zip)).expect("a zip");
    member.clear();
    archive.by_index(0).expect("a member").read_to_end(&mut member).expect("to its end");
    assert_eq!(member, plain);
}

fn unpacked(compression: Compression, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut reader: Box<dyn Read + '_> = match compression {
        Compression::None => Box::new(bytes),
        Compression::Gz => Box::new(flate2::read::GzDecoder::new(bytes)),
        Compression::TwoMembers => {
            let mut first = Vec::new();
            flate2::read::GzDecoder::new(bytes).read_to_end(&mut first).expect("one member");
            assert!(!first.is_empty());
            Box::new(flate2::read::MultiGzDecoder::new(bytes))
        }
        Compression::Zst => Box::new(zstd::Decoder::new(bytes).expect("zstd")),
        Compression::Bz2 => Box::new(bzip2::read::BzDecoder::new(bytes)),
        Compression::Xz => Box::new(liblzma::read::XzDecoder::new(bytes)),
    };
    reader.read_to_end(&mut out).expect("whole");
    out
}

#[test]
fn two_members_are_two() {
    let compression = Compression::TwoMembers;
    let rows = 30 * ROWS_A_CHUNK;
    let (bytes, _) = written(DumpSpec { compression, ..DumpSpec::of(0..rows) });
    let mut first = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut first).expect("one member");
    let both = unpacked(compression, &bytes).len();
    assert!(first.len() > both / 4 && first.len() < both, "{} of {both}", first.len());
}

#[test]
fn the_same_seed_is_the_same_dump() {
    for shape in Shape::ALL {
        let write = |seed| written(DumpSpec { seed, ..spec(shape) }).0;
        assert!(write(1) == write(1) && write(1) != write(2), "{}", shape.name());
    }
}

#[test]
fn with_fewer_people_than_rows_some_stand_in_several() {
    let rows = 10_000;
    let people = crate::Profile::Shanghai.people(rows);
    let (_, truth) = written(DumpSpec { rows, ..DumpSpec::of(0..people) });
    assert_eq!(truth.expected(IdentifierKind::Id).count() as u64, people);
    assert!(truth.occurrences() > rows);
}

#[test]
fn nothing_of_anybody_is_in_a_debug_form() {
    let identifier = Identifier { kind: IdentifierKind::Phone, canonical: "+8615400001234".to_owned() };
    assert_eq!(format!("{identifier:?}"), "phone");
}
