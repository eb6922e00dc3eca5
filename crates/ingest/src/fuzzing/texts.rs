//! Whole texts, for their fuzz target: from bytes to what was counted.

use super::Dripping;
use crate::extract::{Extractor, KindOrder, Sink};
use crate::heavy::Heavy;
use crate::read::Reader;
use crate::report::PartReport;
use crate::source::{Content, Member};
use crate::{Limits, Mapping};
use exposure_identifier::Rules;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::AtomicU64;

/// Any bytes as a text of any format: decided, cut, split and counted, the same in whatever pieces they arrive.
pub fn text(bytes: &[u8]) {
    let whole = counted(Box::new(bytes));
    assert!(whole == counted(Box::new(Dripping(bytes))), "other pieces made other rows");
}

fn counted(text: Box<dyn Read + Send + '_>) -> PartReport {
    let (order, heavy, limits) = (KindOrder::new(), Heavy::new(), Limits { depth: 8, ..Limits::default() });
    let extractor = Extractor {
        order: &order,
        sink: Sink::Nowhere,
        heavy: &heavy,
        found: AtomicU64::new(0),
        progress: &(),
        shows: 0,
    };
    let reader = Reader {
        extractor: &extractor,
        limits: &limits,
        rules: Rules::on(jiff::civil::date(2026, 1, 1)),
        mapping: &Mapping::empty(),
        columns: &[],
        is_preview: false,
    };
    let member = Member { name: None, compression: "none".to_owned(), content: Content::Text(text) };
    reader.member(Path::new("fuzzed"), false, member).expect("a text is no mistake of the operator")
}
