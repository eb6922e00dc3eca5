//! How many possible identifiers share a prefix, for each kind in an index, and where a client
//! would refuse to check.

use exposure_client::MIN_POSSIBLE;
use exposure_identifier::Kind;
use exposure_index::{Header, SourceTable};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Example numbers that belong to nobody: how many phone numbers are possible depends on the
/// country.
const PHONES: [(&str, &str); 6] = [
    ("China", "+8615400001234"),
    ("United Kingdom", "+447700900123"),
    ("United States", "+12025550123"),
    ("Macau", "+85300000000"),
    ("Jamaica", "+18765550123"),
    ("Saint Helena", "+29000000"),
];

/// A kind, or for phones one example country.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) kind: String,
    pub(super) example: Option<&'static str>,
    /// How many identifiers of this kind and country could exist; `None` for an unknown kind.
    pub(super) possible: Option<u64>,
    /// How many of these share a prefix, by prefix length in bits.
    pub(super) left: BTreeMap<u8, u64>,
}

/// The rows for the kinds of an index, ordered by name.
pub(super) fn rows(header: &Header, table: &SourceTable) -> Vec<Row> {
    let row = |kind: &str, example, possible: Option<u64>| {
        let left = |bits| possible.map(|possible| (bits, possible >> bits));
        let left = header.served().into_iter().filter_map(left).collect();
        Row { kind: kind.to_owned(), example, possible, left }
    };
    let of_kind = |name: &String| match Kind::named(name) {
        Ok(kind) if kind.possible.is_none() => PHONES
            .map(|(country, number)| row(name, Some(country), Some(kind.trust_canonical(number).possible())))
            .into(),
        kind => vec![row(name, None, kind.ok().and_then(|kind| kind.possible))],
    };
    // The test identifier belongs to nobody, so it needs no anonymity.
    table.kinds.keys().filter(|name| **name != Kind::test().name).flat_map(of_kind).collect()
}

impl Row {
    /// The prefix length in bits that a client sends: the longest that leaves enough identifiers.
    /// `None` where it refuses to check.
    pub(super) fn asked_with(&self) -> Option<u8> {
        self.left.iter().rfind(|(_, left)| **left >= MIN_POSSIBLE).map(|(&bits, _)| bits)
    }

    pub(super) fn document(&self) -> Value {
        let left = self.left.iter().map(|(bits, left)| (bits.to_string(), json!(left))).collect::<Map<_, _>>();
        json!({
            "kind": self.kind,
            "example": self.example,
            "possible": self.possible,
            "possible_by_prefix_bits": left,
            "asked_with_prefix_bits": self.asked_with(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_protocol::Scheme;

    fn rows_of(kinds: &[&str], depth: u8) -> Vec<Row> {
        let header = Header {
            scheme: Scheme::Sha256,
            epoch: 0,
            public_key: None,
            digest_bits: 60,
            depth,
            prefix_bits: depth.min(16),
            seal_bits: 0,
            low_bits: 30,
            records: 0,
            nonce: [0; 16],
        };
        let kinds = kinds.iter().map(|&kind| (kind.to_owned(), 1)).collect();
        rows(&header, &SourceTable { kinds, ..SourceTable::default() })
    }

    #[test]
    fn a_client_sends_the_longest_prefix_that_leaves_enough_identifiers() {
        let rows = rows_of(&["cn.ric", "phone", "test"], 20);
        let asked: Vec<_> = rows.iter().map(|row| (row.example, row.left[&16], row.asked_with())).collect();
        let expected = [
            (None, 1_525_878, Some(16)),
            (Some("China"), 152_587, Some(16)),
            (Some("United Kingdom"), 15_258, Some(16)),
            (Some("United States"), 15_258, Some(16)),
            (Some("Macau"), 152, Some(12)),
            (Some("Jamaica"), 15, None),
            (Some("Saint Helena"), 0, None),
        ];
        assert_eq!(asked, expected);
    }

    #[test]
    fn an_unknown_kind_has_no_figures() {
        let rows = rows_of(&["zz.unheard-of"], 8);
        assert_eq!((rows[0].possible, rows[0].left.len(), rows[0].asked_with()), (None, 0, None));
    }
}
