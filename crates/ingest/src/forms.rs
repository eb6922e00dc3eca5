//! Which canonical versions the identifiers of a ledger are of, beside those of this program. A
//! number that has another form in another version would be missed, so ledgers of several versions
//! are not mixed unless the operator says so.

use exposure_identifier::{CanonicalVersion, Kind};
use exposure_index::{Ledger, Section};
use std::collections::BTreeMap;

/// Identifiers of one kind in one source whose canonical forms are not those of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherForms {
    /// The source.
    pub source: String,
    /// The kind.
    pub kind: String,
    /// The canonical version by which they were made.
    pub version: u16,
    /// The canonical version of the kind in this program; of a kind that it does not know, the
    /// newest of all ledgers.
    pub own: u16,
}

impl OtherForms {
    /// Those of all ledgers, by kind, then in the order of the ledgers.
    pub(crate) fn of(ledgers: &[Ledger]) -> Vec<Self> {
        let mut newest: BTreeMap<&str, u16> = BTreeMap::new();
        for Section { kind, canonical_version, .. } in ledgers.iter().flat_map(Ledger::sections) {
            let newest = newest.entry(kind).or_default();
            *newest = (*newest).max(*canonical_version);
        }
        let mut others = Vec::new();
        for (kind, newest) in newest {
            let own = own(kind).unwrap_or(newest);
            let of_kind = |ledger: &Ledger| {
                let section = ledger.sections().iter().find(|section| section.kind == kind)?;
                let (source, version) = (ledger.header().slug.clone(), section.canonical_version);
                (version != own).then(|| Self { source, kind: kind.to_owned(), version, own })
            };
            others.extend(ledgers.iter().filter_map(of_kind));
        }
        others
    }
}

/// The canonical version of the section of a kind to which this program adds: the older of its own
/// and of what is there.
pub(crate) fn version_of(kind: &str, older: Option<&Section>) -> u16 {
    let older = older.map(|section| section.canonical_version);
    own(kind).into_iter().chain(older).min().unwrap_or(CanonicalVersion::FIRST)
}

/// The canonical version of a kind in this program; `None` if it does not know the kind.
fn own(kind: &str) -> Option<u16> {
    Kind::asked_as(kind).ok().map(Kind::canonical_version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_index::{EncodedPartition, LedgerError, LedgerHeader, Provenance};
    use exposure_protocol::{Digest, RECORD_BYTES, Scheme};
    use std::path::Path;

    /// A ledger with one record of each kind, in this version.
    fn ledger(dir: &Path, slug: &str, kinds: &[(&str, u16)]) -> Ledger {
        let (path, digest) = (dir.join(slug), Digest::from_bytes([7; RECORD_BYTES]));
        let header = LedgerHeader { scheme: Scheme::Sha256, epoch: 0, public_key: None, slug: slug.to_owned() };
        let encoded = EncodedPartition::new(7, &[digest]).expect("one record");
        let fill = |writer: &mut exposure_index::LedgerWriter<'_>| {
            for (kind, version) in kinds {
                writer.set_canonical_version(kind, *version);
                writer.push(kind, &encoded)?;
            }
            Ok::<_, Failure>(Provenance::default())
        };
        Ledger::publish(&path, &header, fill, |_| Ok(())).expect("written");
        Ledger::open(&path).expect("own ledger")
    }

    #[derive(Debug, thiserror::Error)]
    #[error(transparent)]
    enum Failure {
        Ledger(#[from] LedgerError),
        Io(#[from] std::io::Error),
    }

    fn others(ledgers: &[Ledger]) -> Vec<(String, String, u16, u16)> {
        let plain = |OtherForms { source, kind, version, own }| (kind, source, version, own);
        OtherForms::of(ledgers).into_iter().map(plain).collect()
    }

    fn other(kind: &str, source: &str, version: u16, own: u16) -> (String, String, u16, u16) {
        (kind.to_owned(), source.to_owned(), version, own)
    }

    #[test]
    fn ledgers_are_compared_with_this_program_and_unknown_kinds_with_each_other() {
        let dir = tempfile::tempdir().expect("a directory");
        let phone = Kind::named("phone").expect("a kind").canonical_version();
        let same = [
            ledger(dir.path(), "a", &[("cn.ric", 1), ("phone", phone), ("zz.new", 4)]),
            ledger(dir.path(), "b", &[("phone", phone), ("test", 1), ("zz.new", 4)]),
        ];
        assert_eq!(others(&same), []);
        let differing = [
            ledger(dir.path(), "c", &[("cn.ric", 2), ("phone", phone - 1), ("zz.new", 4)]),
            ledger(dir.path(), "d", &[("phone", phone), ("zz.new", 5)]),
            ledger(dir.path(), "e", &[("phone", phone + 1)]),
        ];
        let expected = [
            other("cn.ric", "c", 2, 1),
            other("phone", "c", phone - 1, phone),
            other("phone", "e", phone + 1, phone),
            other("zz.new", "c", 4, 5),
        ];
        assert_eq!(others(&differing), expected);
    }

    #[test]
    fn what_is_added_to_older_records_is_of_the_older_version() {
        let dir = tempfile::tempdir().expect("a directory");
        let phone = Kind::named("phone").expect("a kind").canonical_version();
        let ledger = ledger(dir.path(), "a", &[("phone", phone - 1), ("zz.new", 4)]);
        let [older, unknown] = ledger.sections() else { panic!("two sections") };
        assert_eq!(version_of("phone", None), phone);
        assert_eq!(version_of("phone", Some(older)), phone - 1);
        assert_eq!(version_of("cn.ric", None), 1);
        assert_eq!(version_of("zz.new", Some(unknown)), 4);
    }
}
