//! Ranges: equal lengths, caching, and invalid requests.

use super::fixture::{Answer, Data, Running, phone};
use exposure_index::{Index, PackedLayout};
use exposure_protocol::range_text::Layout;
use exposure_protocol::{Hasher, Prefix, range_text};

const FORMATS: [&str; 2] = ["bin", "txt"];

#[test]
fn all_ranges_together_are_the_index_and_equally_long() {
    let data = Data::keyed(500);
    let running = Running::start(data.service());
    let parameters = running.get("/v1/parameters").json();
    let index = parameters["index"].as_str().expect("an id").to_owned();
    let number = |name: &str| parameters[name].as_u64().expect("a number") as u8;
    let lines = parameters["range_lines"]["4"].as_u64().expect("a number");
    let layout = Layout { index, digest_bits: number("digest_bits"), seal_bits: number("seal_bits"), lines };
    let mut tags = Vec::new();
    for value in 0..16 {
        let prefix = Prefix::new(4, value);
        let answer = running.get(&format!("/v1/range/{}/{}.txt", layout.index, prefix.to_hex()));
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"));
        assert_eq!(answer.header("content-encoding"), "");
        assert_eq!(answer.body.len() as u64, layout.body_bytes(4));
        let entries = layout.decode(prefix, answer.body.as_bytes()).expect("strict");
        tags.extend(entries.iter().map(|entry| value << (layout.digest_bits - 4) | entry.suffix));
    }
    let inputs: Vec<_> = (0..500).map(phone).collect();
    let digests = Hasher::keyed(&data.key).digests(&inputs).expect("ordinary inputs");
    let mut expected: Vec<_> = digests.iter().map(|digest| digest.tag(layout.digest_bits)).collect();
    expected.sort_unstable();
    assert!(tags == expected);
    assert!(range_text::suffix(tags[0], layout.digest_bits, 4) == tags[0] & (u64::MAX >> (68 - layout.digest_bits)));
}

/// In every served prefix length: 70,000 entries have two, and the shorter one covers 16 leaves.
#[test]
fn packed_and_text_ranges_have_the_same_content() {
    for count in [0, 500, 70_000] {
        let data = Data::keyed(count);
        let running = Running::start(data.service());
        let index = Index::open(&data.index()).expect("sound");
        let (header, parameters) = (index.header(), running.get("/v1/parameters").json());
        let announced = |format: &str, bits: u8| parameters["range_bytes"][format][bits.to_string()].as_u64();
        for bits in header.served() {
            let lines = index.range_entries()[&bits];
            let (digest_bits, seal_bits) = (header.digest_bits, header.seal_bits);
            let text = Layout { index: index.id().to_owned(), digest_bits, seal_bits, lines };
            let (nonce, prefix_bits) = (header.nonce, header.prefix_bits);
            let bytes = announced("bin", bits).expect("announced");
            let id = index.id().to_owned();
            let packed = PackedLayout { index: id, nonce, digest_bits, seal_bits, prefix_bits, entries: lines, bytes };
            for value in (0..1 << bits).step_by(usize::from(bits)) {
                let prefix = Prefix::new(bits, value);
                let path = format!("/v1/range/{}/{}", text.index, prefix.to_hex());
                let [whole, lines] = FORMATS.map(|format| running.get(&format!("{path}.{format}")));
                assert_eq!((whole.status, whole.header("content-type")), (200, "application/octet-stream"));
                assert_eq!((whole.header("content-encoding"), whole.bytes.len() as u64), ("", bytes));
                assert_eq!(announced("txt", bits), Some(lines.bytes.len() as u64));
                let packed = packed.decode(prefix, &whole.bytes).expect("strict");
                assert!(packed == text.decode(prefix, &lines.bytes).expect("strict"));
            }
        }
    }
}

#[test]
fn a_range_may_be_cached_for_ever() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    for format in FORMATS {
        may_be_cached_for_ever(&running, format);
    }
}

fn may_be_cached_for_ever(running: &Running, format: &str) {
    let path = format!("/v1/range/{}/a.{format}", running.current());
    let whole = running.get_with(&path, &[("accept-encoding", "gzip, br")]);
    let etag = format!("\"{}-a-{format}\"", running.current());
    let kept = "public, max-age=31536000, immutable, no-transform";
    assert_eq!((whole.header("etag"), whole.header("cache-control")), (etag.as_str(), kept));
    assert_eq!(whole.header("content-encoding"), "");
    for known in [etag.clone(), format!("\"x\", W/{etag}"), "*".into()] {
        let answer = running.get_with(&path, &[("if-none-match", &known)]);
        assert_eq!((answer.status, answer.body.as_str()), (304, ""));
        assert_eq!((answer.header("etag"), answer.header("cache-control")), (etag.as_str(), kept));
    }
    let other = etag.replace(format, if format == "bin" { "txt" } else { "bin" });
    for unknown in ["\"x\"", &other] {
        assert_eq!(running.get_with(&path, &[("if-none-match", unknown)]).bytes, whole.bytes);
    }
    let head = running.head(&path);
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), whole.bytes.len().to_string());
}

#[test]
fn invalid_ranges_are_problems() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let (id, unknown) = (running.current(), "0".repeat(32));
    for format in FORMATS {
        for index in ["x", &id[..31], &id.to_uppercase(), &format!("{id}0"), "..%2f..%2fetc"] {
            running.get(&format!("/v1/range/{index}/a.{format}")).problem(400, "malformed");
        }
        for prefix in ["", "A", "g", "%20a", "0x1", "00000000000000000", "%C3%A9", "..%2fa"] {
            running.get(&format!("/v1/range/{id}/{prefix}.{format}")).problem(400, "malformed");
        }
        let problem = running.get(&format!("/v1/range/{id}/abc.{format}")).problem(400, "prefix-length");
        assert!(problem.detail.contains("prefixes of 1 hex digits"), "{}", problem.detail);
        running.get(&format!("/v1/range/{unknown}/a.{format}")).problem(404, "unknown-index");
    }
    for file in ["a", "a.txt.gz", "a.TXT", "a.BIN", "a.bin.txt.x"] {
        running.get(&format!("/v1/range/{id}/{file}")).problem(404, "unknown-format");
    }
    running.get(&format!("/v1/range/{id}/%FF.txt")).problem(400, "malformed");
}

#[test]
fn a_damaged_leaf_is_an_error() {
    let data = Data::keyed(500);
    data.damage_leaf();
    let running = Running::start(data.service());
    let id = running.current();
    let damaged = |format: &str| {
        let answers = (0..16).map(|value| running.get(&format!("/v1/range/{id}/{value:x}.{format}")));
        let places = answers.enumerate().filter(|(_, answer)| answer.status != 200);
        let failed: Vec<_> = places.inspect(|(_, answer)| check_problem(answer)).map(|(place, _)| place).collect();
        assert_eq!(failed.len(), 1, "{format}");
        failed
    };
    // Twice: a leaf is verified on each read.
    assert_eq!(damaged("bin"), damaged("bin"));
    assert_eq!(damaged("bin"), damaged("txt"));
}

fn check_problem(answer: &Answer) {
    let problem = answer.problem(500, "internal");
    assert!(!problem.detail.contains("leaf"), "the cause is not sent");
    assert_eq!((answer.header("etag"), answer.header("cache-control")), ("", "no-store"));
}
