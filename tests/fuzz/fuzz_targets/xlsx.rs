//! Any text as the parts of a spreadsheet, and any bytes as its package: no panic, bounded memory,
//! and nothing that is seen is lost.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use std::io::{Cursor, Write as _};
use std::sync::Once;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const RELATIONSHIPS: &str = r#"<Relationships><Relationship Id="a" Type="/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook><sheets><sheet name="a" r:id="a"/></sheets></workbook>"#;
const BOOK_RELATIONSHIPS: &str =
    r#"<Relationships><Relationship Id="a" Type="/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const STYLES: &str =
    r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>"#;
const STRINGS: &str = "<sst><si><t>a</t></si><si><t>b</t></si></sst>";

/// Parts by name, and their content if the input has none.
const PARTS: [(&str, &str); 6] = [
    ("xl/worksheets/sheet1.xml", ""),
    ("xl/sharedStrings.xml", STRINGS),
    ("xl/styles.xml", STYLES),
    ("xl/workbook.xml", BOOK),
    ("xl/_rels/workbook.xml.rels", BOOK_RELATIONSHIPS),
    ("_rels/.rels", RELATIONSHIPS),
];

/// Panics of the library are caught; only a panic of our own code is a finding.
fn only_own_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            if panic.location().is_some_and(|place| place.file().contains("crates/dump")) {
                eprintln!("{panic}");
                std::process::abort();
            }
        }));
    });
}

fuzz_target!(|input: &[u8]| -> Corpus {
    only_own_panics();
    if input.starts_with(b"PK") {
        exposure_dump::fuzzing::xlsx(input);
        return Corpus::Keep;
    }
    // Parts are separated by a byte that UTF-8 never has. A sheet without its elements is rows.
    let mut given = input.split(|&b| b == 0xff);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, (name, otherwise)) in PARTS.into_iter().enumerate() {
        let part = given.next().filter(|part| !part.is_empty()).unwrap_or(otherwise.as_bytes());
        let is_rows = number == 0 && !part.starts_with(b"<?");
        zip.start_file(name, stored).expect("memory");
        zip.write_all(if is_rows { b"<worksheet><sheetData>" } else { b"" }).expect("memory");
        zip.write_all(part).expect("memory");
        zip.write_all(if is_rows { b"</sheetData></worksheet>" } else { b"" }).expect("memory");
    }
    exposure_dump::fuzzing::xlsx(&zip.finish().expect("memory").into_inner());
    Corpus::Keep
});
