//! Whole texts, for their fuzz target: from bytes to counts.

use super::dripping::Dripping;
use crate::columns::mapping::Mapping;
use crate::container::{Content, Member};
use crate::extract::{Context, Extractor, KindOrder, member};
use crate::limits::Limits;
use crate::report::PartReport;
use exposure_identifier::Rules;
use std::io::Read;
use std::path::Path;

/// Any bytes as a text: detected, cut, split and counted, with the same result in whatever pieces
/// they arrive.
pub fn text(bytes: &[u8]) {
    let whole = counted(Box::new(bytes));
    assert!(whole == counted(Box::new(Dripping(bytes))), "other pieces made other rows");
}

fn counted(text: Box<dyn Read + Send + '_>) -> PartReport {
    let (order, limits) = (KindOrder::default(), Limits { depth: 8, ..Limits::default() });
    let context = Context {
        extractor: Extractor { order: &order, sink: &(), shows: 0 },
        limits: &limits,
        rules: Rules::on(jiff::civil::date(2026, 1, 1)),
        mapping: &Mapping::empty(),
        columns: &[],
        is_preview: false,
    };
    let text = Member { name: None, compression: "none".to_owned(), content: Content::Text(text) };
    member(&context, Path::new("fuzzed"), false, text).expect("a text is no mistake of the operator")
}
