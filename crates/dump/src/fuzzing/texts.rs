//! Whole texts, for their fuzz target: from bytes to counts.

use super::conserved::{REGION, of_text, rules};
use super::dripping::Dripping;
use crate::columns::mapping::Mapping;
use crate::encoding::decode;
use crate::limits::Limits;
use exposure_identifier::Scanner;
use std::collections::HashSet;
use std::io::Read as _;
use std::sync::LazyLock;

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::new([REGION], &rules()).expect("a region"));

/// Signs of an escape in any format: what they stand for may be part of a number, or end one.
const ESCAPES: [char; 6] = ['\\', '&', '%', '=', '"', '\''];

/// Any bytes as a text: detected, cut, split and counted, with the same result in whatever pieces
/// they arrive, and nothing that the scanner sees in it is lost without a word.
pub fn text(bytes: &[u8]) {
    let (mapping, limits) = (Mapping::empty(), Limits { depth: 8, ..Limits::default() });
    let whole = of_text(bytes, &mapping, &limits);
    let dripped = of_text(Dripping(bytes), &mapping, &limits);
    assert!(whole.report == dripped.report, "other pieces made other rows");

    let mut decoded = Vec::new();
    decode(bytes, None, Some(REGION.to_owned())).read_to_end(&mut decoded).expect("memory does not fail");
    let decoded = String::from_utf8_lossy(&decoded);
    if decoded.contains(ESCAPES) || whole.report.skipped.is_some() || whole.report.damage.is_some() {
        return;
    }
    let (forms, mut missing) = (whole.forms(), HashSet::new());
    SCANNER.scan(&decoded, |found| {
        // What joins several groups of digits may end a cell.
        let is_whole = decoded[found.at..found.end].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+');
        if is_whole && !forms.contains(found.identifier.canonical()) {
            missing.insert(found.identifier.canonical().to_owned());
        }
    });
    let said = whole.report.seen - whole.report.accepted();
    assert!(missing.len() as u64 <= said, "a number is neither read nor said");
}
