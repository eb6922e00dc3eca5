//! The fingerprint of a run: a hash of everything that decides which digests an input becomes. An
//! attempt resumes an earlier one only if their fingerprints are equal. Owns its encoding; the
//! journal only compares.

use crate::options::{IngestOptions, Mode};
use exposure_dump::{ColumnSpec, Limits};
use exposure_identifier::{CANONICAL_VERSION, Kind, Region, Rules};
use exposure_index::LedgerHeader;
use exposure_protocol::PublicKey;

/// Hashes named fields, each with its length, so that no two sequences of fields hash alike.
struct Fields(blake3::Hasher);

impl Fields {
    fn add(&mut self, name: &str, value: impl AsRef<[u8]>) {
        for bytes in [name.as_bytes(), value.as_ref()] {
            self.0.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        }
    }

    fn add_number(&mut self, name: &str, value: u64) {
        self.add(name, value.to_le_bytes());
    }

    /// An optional value: its presence, then the value.
    fn add_option(&mut self, name: &str, value: Option<impl AsRef<[u8]>>) {
        self.add_number(name, value.is_some().into());
        if let Some(value) = value {
            self.add(name, value);
        }
    }
}

/// The fingerprint of a run with these options, for a ledger with this header.
pub(crate) fn of(options: &IngestOptions<'_>, header: &LedgerHeader) -> [u8; 32] {
    // Without `..`, so that every new option has to be included or excluded here.
    let IngestOptions {
        // Where the result is published.
        data: _,
        // In the header.
        source: _,
        scheme: _,
        key: _,
        columns,
        mapping,
        // Every attempt uses the date of the first one; each column decides whether it lacks its
        // plus.
        rules: Rules { region, lacks_plus: _, today: _ },
        mode,
        // How fast the run is.
        memory: _,
        checkpoint: _,
        readers: _,
        limits: Limits { ratio, entries, record, depth, whole },
        // Whether the result is good enough, not what it is.
        accept_rate: _,
        // Whether the ledger is marked as incomplete.
        unread_rate,
        escrow,
        // Compared one by one, since files may be added.
        files: _,
    } = options;
    let LedgerHeader { scheme, epoch, public_key, slug } = header;
    let mut fields = Fields(blake3::Hasher::new());
    fields.add("program", env!("CARGO_PKG_VERSION"));
    fields.add("canonical forms", CANONICAL_VERSION);
    Kind::all().iter().for_each(|kind| fields.add("kind", &kind.name));
    fields.add("scheme", scheme.name());
    fields.add_number("epoch", (*epoch).into());
    fields.add_option("public key", public_key.as_ref().map(PublicKey::as_bytes));
    fields.add("source", slug);
    for ColumnSpec { name, reads, region, lacks_plus } in *columns {
        fields.add("column", name);
        fields.add("reads", reads.name());
        fields.add_option("column region", region.map(Region::code));
        fields.add_option("lacks plus", lacks_plus.map(|lacks_plus| [u8::from(lacks_plus)]));
    }
    fields.add("mapping", mapping.text());
    fields.add("region", region.code());
    let mode = match mode {
        Mode::New => "new",
        Mode::Append => "append",
        Mode::Replace => "replace",
    };
    fields.add("mode", mode);
    fields.add_number("unread rate", unread_rate.to_bits());
    fields.add_number("ratio", *ratio);
    fields.add_number("entries", *entries);
    fields.add_number("record", *record as u64);
    fields.add_number("depth", *depth as u64);
    fields.add_number("whole", *whole as u64);
    fields.add_option("escrow", escrow.map(ToString::to_string));
    *fields.0.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::tests::HONEST;
    use exposure_dump::Mapping;
    use exposure_index::DataDir;
    use exposure_protocol::{Scheme, SecretKey};
    use std::collections::BTreeSet;
    use std::path::PathBuf;
    use std::time::Duration;

    #[test]
    fn only_what_decides_the_result_changes_it() {
        let data = DataDir::new("data");
        let rules = Rules::on(jiff::civil::date(2026, 1, 1));
        let readers = &HONEST;
        let plain = || IngestOptions::new(&data, "a", Scheme::Sha256, rules, readers, &[]);
        let header = LedgerHeader { scheme: Scheme::Sha256, epoch: 0, public_key: None, slug: "a".to_owned() };
        let hash = |options: IngestOptions<'_>| of(&options, &header);
        let key = SecretKey::derive(&[7; 32], b"test", 1).expect("a seed");
        let limits = Limits::default();
        let column: ColumnSpec = "1=phone".parse().expect("a column");
        let other_region = "HK".parse().ok();
        let columns = [
            [column.clone()],
            ["2=phone".parse().expect("a column")],
            ["1=text".parse().expect("a column")],
            [ColumnSpec { region: other_region, ..column.clone() }],
            [ColumnSpec { lacks_plus: Some(false), ..column.clone() }],
            [ColumnSpec { lacks_plus: Some(true), ..column }],
        ];
        let mapping = Mapping::parse("version = 1\n").expect("a mapping");
        let recipient = age::x25519::Identity::generate().to_public().to_string().parse().expect("a recipient");
        let mut all = vec![
            hash(plain()),
            of(&plain(), &LedgerHeader { scheme: Scheme::Voprf, ..header.clone() }),
            of(&plain(), &LedgerHeader { epoch: 1, ..header.clone() }),
            of(&plain(), &LedgerHeader { public_key: Some(key.public()), ..header.clone() }),
            of(&plain(), &LedgerHeader { slug: "b".to_owned(), ..header.clone() }),
            hash(IngestOptions { mapping: &mapping, ..plain() }),
            hash(IngestOptions { rules: Rules { region: other_region.expect("a region"), ..rules }, ..plain() }),
            hash(IngestOptions { mode: Mode::Append, ..plain() }),
            hash(IngestOptions { mode: Mode::Replace, ..plain() }),
            hash(IngestOptions { limits: Limits { ratio: 1, ..limits }, ..plain() }),
            hash(IngestOptions { limits: Limits { entries: 1, ..limits }, ..plain() }),
            hash(IngestOptions { limits: Limits { record: 1, ..limits }, ..plain() }),
            hash(IngestOptions { limits: Limits { depth: 1, ..limits }, ..plain() }),
            hash(IngestOptions { limits: Limits { whole: 1, ..limits }, ..plain() }),
            hash(IngestOptions { escrow: Some(&recipient), ..plain() }),
        ];
        all.extend(columns.iter().map(|columns| hash(IngestOptions { columns, ..plain() })));
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "two that differ have one fingerprint");

        let tomorrow = Rules { today: jiff::civil::date(2026, 1, 2), ..rules };
        let (other, files) = (DataDir::new("other"), [PathBuf::from("dump")]);
        for same in [
            IngestOptions { data: &other, files: &files, ..plain() },
            IngestOptions { rules: tomorrow, ..plain() },
            IngestOptions { memory: 1, checkpoint: Duration::ZERO, accept_rate: 1.0, ..plain() },
        ] {
            assert_eq!(hash(same), all[0]);
        }
    }

    #[test]
    fn fields_do_not_run_into_one_another() {
        let hash = |pairs: &[(&str, &str)]| {
            let mut fields = Fields(blake3::Hasher::new());
            pairs.iter().for_each(|(name, value)| fields.add(name, value));
            fields.0.finalize()
        };
        let apart = [hash(&[("a", "bc")]), hash(&[("ab", "c")]), hash(&[("a", "b"), ("c", "")]), hash(&[("a", "b")])];
        assert_eq!(apart.iter().map(blake3::Hash::as_bytes).collect::<BTreeSet<_>>().len(), apart.len());
    }
}
