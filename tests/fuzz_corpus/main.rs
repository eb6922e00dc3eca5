//! Replays the seed corpus of the fuzz targets (`tests/fuzz`) with the stable compiler, so that
//! neither targets nor seeds rot. Does not fuzz: `tools/fuzz` does, with a nightly compiler.

// Targets print a finding and share modules; seeds are nobody's numbers, and the one that fails is
// named.
#![allow(clippy::duplicate_mod, clippy::print_stderr, clippy::print_stdout)]
// What the macro makes of a target's closure.
#![allow(clippy::let_unit_value, clippy::needless_pass_by_value)]

// Targets import their macro from `libfuzzer_sys`, which is this file.
extern crate self as libfuzzer_sys;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Largest seed, in bytes: the repository keeps them, and fuzzers start faster from small ones.
const SEED_BYTES: u64 = 4096;

/// The result of some targets, as in the library.
pub enum Corpus {
    /// The input may become a seed.
    Keep,
}

/// A module of each target, and a test that replays its seeds.
macro_rules! targets {
    ($($path:literal $name:ident,)*) => {
        $(
            // Targets are programs: their attributes of that have no effect here.
            #[allow(unused_attributes)]
            #[path = $path]
            mod $name;

            #[test]
            fn $name() {
                replay(stringify!($name), $name::replay);
            }
        )*

        const TARGETS: &[&str] = &[$(stringify!($name)),*];
    };
}

targets! {
    "../fuzz/fuzz_targets/catalogue.rs" catalogue,
    "../fuzz/fuzz_targets/containers.rs" containers,
    "../fuzz/fuzz_targets/decode.rs" decode,
    "../fuzz/fuzz_targets/index.rs" index,
    "../fuzz/fuzz_targets/json.rs" json,
    "../fuzz/fuzz_targets/key_file.rs" key_file,
    "../fuzz/fuzz_targets/layouts.rs" layouts,
    "../fuzz/fuzz_targets/ledger.rs" ledger,
    "../fuzz/fuzz_targets/mail.rs" mail,
    "../fuzz/fuzz_targets/messages.rs" messages,
    "../fuzz/fuzz_targets/national.rs" national,
    "../fuzz/fuzz_targets/packed.rs" packed,
    "../fuzz/fuzz_targets/parquet.rs" parquet,
    "../fuzz/fuzz_targets/phone.rs" phone,
    "../fuzz/fuzz_targets/range_text.rs" range_text,
    "../fuzz/fuzz_targets/records.rs" records,
    "../fuzz/fuzz_targets/scan.rs" scan,
    "../fuzz/fuzz_targets/sheets.rs" sheets,
    "../fuzz/fuzz_targets/sql.rs" sql,
    "../fuzz/fuzz_targets/stream.rs" stream,
    "../fuzz/fuzz_targets/text.rs" text,
    "../fuzz/fuzz_targets/xlsx.rs" xlsx,
}

#[test]
fn every_target_is_replayed() {
    let files = names(&fuzz("fuzz_targets")).into_iter().filter_map(|name| name.strip_suffix(".rs").map(str::to_owned));
    let replayed: BTreeSet<_> = TARGETS.iter().map(ToString::to_string).collect();
    assert_eq!(files.collect::<BTreeSet<_>>(), replayed);
    assert_eq!(names(&fuzz("corpus")), replayed);
    let manifest = fs::read_to_string(fuzz("Cargo.toml")).expect("there");
    for target in TARGETS {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target} is not in Cargo.toml");
    }
}

fn replay(target: &str, run: fn(&[u8])) {
    let folder = fuzz("corpus").join(target);
    let seeds = names(&folder);
    assert!(!seeds.is_empty(), "{target} has no seeds");
    for name in seeds {
        let seed = fs::read(folder.join(&name)).expect("there");
        assert!(seed.len() as u64 <= SEED_BYTES, "{target}/{name} is too large for a seed");
        // Names the seed that fails.
        println!("{target}/{name}");
        run(&seed);
    }
}

fn fuzz(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(part)
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder of the repository");
    entries.map(|entry| entry.expect("there").file_name().into_string().expect("an own name")).collect()
}

/// Turns the closure of a target into a function of a seed, instead of an entry point of libFuzzer.
// It stands at the end so that targets find it by their import, as they do in the library.
#[macro_export]
macro_rules! fuzz_target {
    (|$input:ident: $kind:ty| -> $says:ty $body:block) => {
        pub(crate) fn replay(seed: &[u8]) {
            fn run($input: $kind) -> $says {
                $body
            }
            let input = arbitrary::Arbitrary::arbitrary_take_rest(arbitrary::Unstructured::new(seed));
            let _ = run(input.expect("a seed is an input of its target"));
        }
    };
    (|$input:ident: $kind:ty| $body:expr) => {
        $crate::fuzz_target!(|$input: $kind| -> () {
            $body;
        });
    };
}
