//! The vectors of RFC 9497 and our own, and messages that must be refused. Tests only.

use super::*;
use crate::{BulkEvaluator, Scheme, Sealer, range_text};
use data_encoding::HEXLOWER;
use serde_json::Value;

/// Gives the bytes that make `Scalar::random` return a chosen scalar: the scalar, then as many
/// zeros.
struct OneScalar(Vec<u8>);

impl RngCore for OneScalar {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }
    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        let rest = self.0.split_off(dest.len());
        dest.copy_from_slice(&self.0);
        self.0 = rest;
    }
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for OneScalar {}

fn load(file: &str) -> Value {
    let path = format!("{}/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("the vectors are committed")).expect("they are JSON")
}

fn bytes(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().expect("hex").as_bytes()).expect("lower-case hex")
}

fn element(value: &Value) -> Element {
    Element(bytes(value).try_into().expect("32 bytes"))
}

fn list<T>(value: &Value, each: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().expect("an array").iter().map(each).collect()
}

/// A client that drew the given blinds.
fn pending(inputs: Vec<Vec<u8>>, blinds: &[Vec<u8>], elements: &[Element]) -> Pending {
    let state = |(blind, element): (&Vec<u8>, &Element)| {
        VoprfClient::deserialize(&[&blind[..], &element.0[..]].concat()).expect("a blind and its element")
    };
    Pending {
        // The RFC's inputs are bytes; ours are text. These are both.
        inputs: inputs.into_iter().map(|input| Zeroizing::new(String::from_utf8(input).expect("ASCII"))).collect(),
        blinds: blinds.iter().zip(elements).map(state).collect(),
    }
}

#[test]
fn rfc_9497_vectors() {
    let file = load("rfc9497.json");
    let seed: [u8; 32] = bytes(&file["seed"]).try_into().expect("32 bytes");
    let key = SecretKey::derive(&seed, &bytes(&file["key_info"]), 1).expect("the RFC's seed");
    assert_eq!(key.as_bytes()[..], bytes(&file["secret_key"]));
    assert_eq!(key.public().as_bytes()[..], bytes(&file["public_key"]));
    let vectors = file["vectors"].as_array().expect("an array");
    assert_eq!(vectors.len(), 3, "all of A.1.2");
    for vector in vectors {
        let inputs = list(&vector["inputs"], bytes);
        let blinds = list(&vector["blinds"], bytes);
        let blinded = list(&vector["blinded_elements"], element);
        for ((input, blind), expected) in inputs.iter().zip(&blinds).zip(&blinded) {
            assert_eq!(crate::bulk::tests_support::blind(input, blind), expected.0);
        }
        let mut rng = OneScalar([bytes(&vector["proof_random_scalar"]), vec![0; 32]].concat());
        let evaluation = Evaluator::new(&key).evaluate_with(&mut rng, &blinded).expect("the RFC's elements");
        assert_eq!(evaluation.elements, list(&vector["evaluated_elements"], element));
        assert_eq!(evaluation.proof.0[..], bytes(&vector["proof"]));
        let outputs = pending(inputs, &blinds, &blinded).outputs(&key.public(), &evaluation).expect("a true proof");
        assert_eq!(outputs.iter().map(|y| y.to_vec()).collect::<Vec<_>>(), list(&vector["outputs"], bytes));
    }
}

#[test]
fn our_vectors() {
    let file = load("protocol.json");
    let number = |value: &Value| value.as_u64().expect("a number");
    let seed: [u8; 32] = bytes(&file["seed"]).try_into().expect("32 bytes");
    let key = SecretKey::derive(&seed, file["key_info"].as_str().expect("text").as_bytes(), 1).expect("a seed");
    assert_eq!(key.as_bytes()[..], bytes(&file["secret_key"]));
    assert_eq!(key.public().as_bytes()[..], bytes(&file["public_key"]));
    let [digest_bits, prefix_bits, seal_bits] =
        ["digest_bits", "prefix_bits", "seal_bits"].map(|n| number(&file[n]) as u8);
    let sealer = Sealer::new(Scheme::Voprf, seal_bits, bytes(&file["nonce"]).try_into().expect("16 bytes"));
    let layout = range_text::Layout { index: "0".repeat(32), digest_bits, seal_bits, lines: 1 };
    for example in file["examples"].as_array().expect("an array") {
        let text = |name: &str| example[name].as_str().expect("text").to_owned();
        let (input, blind) = (text("input"), bytes(&example["blind"]));
        let blinded = element(&example["blinded_element"]);
        assert_eq!(crate::bulk::tests_support::blind(input.as_bytes(), &blind), blinded.0);
        let mut rng = OneScalar([bytes(&example["proof_random_scalar"]), vec![0; 32]].concat());
        let evaluation = Evaluator::new(&key).evaluate_with(&mut rng, &[blinded]).expect("an element");
        assert_eq!(evaluation.elements, [element(&example["evaluated_element"])]);
        let asker = pending(vec![input.clone().into_bytes()], &[blind], &[blinded]);
        assert_eq!(asker.outputs(&key.public(), &evaluation).expect("a true proof")[0][..], bytes(&example["y"]));

        let digest = BulkEvaluator::new(&key).digests(&[&input]).expect("an input")[0];
        let tag = digest.tag(digest_bits);
        let prefix = crate::Prefix::of_tag(tag, digest_bits, prefix_bits);
        let suffix = range_text::suffix(tag, digest_bits, prefix_bits);
        assert_eq!(format!("{tag:0w$x}", w = usize::from(digest_bits / 4)), text("tag"));
        assert_eq!(prefix.to_hex(), text("prefix"));
        assert_eq!(digest.seal_key()[..], bytes(&example["seal_key"]));
        let seal = sealer.apply(&digest, number(&example["source_set"]) as u32);
        let body = layout.encode(prefix, [range_text::Entry { suffix, seal }].into_iter());
        assert_eq!(body.lines().nth(1), Some(text("range_line").as_str()));
    }
}

#[test]
fn our_vectors_of_the_nonce_and_of_the_unkeyed_scheme() {
    let file = load("protocol.json");
    let example = &file["nonce_example"];
    let hash = |source: &Value| -> [u8; 32] { bytes(&source["ledger_hash"]).try_into().expect("32 bytes") };
    let sources = list(&example["sources"], |source| (source["slug"].as_str().expect("text").to_owned(), hash(source)));
    let ledgers: Vec<_> = sources.iter().map(|(slug, hash)| crate::SourceLedger { slug, hash }).collect();
    let public = PublicKey::from_bytes(bytes(&example["public_key"]).try_into().expect("32 bytes")).expect("a key");
    let width = |name: &str| example[name].as_u64().expect("a number") as u8;
    let sets = bytes(&example["encoded_sets"]);
    let nonce = crate::nonce(Scheme::Voprf, Some(&public), width("digest_bits"), width("seal_bits"), &sets, &ledgers);
    assert_eq!(nonce[..], bytes(&example["nonce"]));

    let example = &file["sha256_example"];
    let digest = crate::Hasher::Sha256.digests(&[example["input"].as_str().expect("text")]).expect("an input")[0];
    assert_eq!(digest.to_bytes()[..], bytes(&example["y"])[..24]);
    let seal = Sealer::new(Scheme::Sha256, 4, nonce).apply(&digest, 5);
    let suffix = range_text::suffix(digest.tag(44), 44, 8);
    assert_eq!(format!("{suffix:09x}:{seal:x}"), example["range_line"].as_str().expect("text"));
}

#[test]
fn a_false_answer_is_refused() {
    let (key, other) = (SecretKey::generate(1), SecretKey::generate(1));
    let ask = || Pending::blind(vec!["phone:+8615400001234".into()]).expect("an input");
    let refuse = |change: &dyn Fn(&mut Evaluation), public: PublicKey| {
        let (pending, blinded) = ask();
        let mut evaluation = Evaluator::new(&key).evaluate(&blinded).expect("an element");
        change(&mut evaluation);
        pending.finalize(&public, &evaluation).expect_err("a false answer")
    };
    assert_eq!(refuse(&|_| {}, other.public()), ProtocolError::ProofRejected);
    assert_eq!(refuse(&|e| e.proof.0[5] ^= 1, key.public()), ProtocolError::ProofRejected);
    assert_eq!(refuse(&|e| e.proof.0[31] = 0xff, key.public()), ProtocolError::ProofEncoding);
    assert_eq!(refuse(&|e| e.elements[0].0 = [0; 32], key.public()), ProtocolError::Element(0));
    assert_eq!(refuse(&|e| e.elements[0].0 = *other.public().as_bytes(), key.public()), ProtocolError::ProofRejected);
    assert_eq!(refuse(&|e| e.elements.clear(), key.public()), ProtocolError::Count { expected: 1, got: 0 });
}

#[test]
fn a_malformed_element_is_refused_by_its_place() {
    let evaluator = Evaluator::new(&SecretKey::generate(1));
    let good = Pending::blind(vec!["phone:+8615400001234".into()]).expect("an input").1[0];
    for bad in [[0; 32], [0xff; 32], {
        let mut odd = [0; 32];
        odd[0] = 1;
        odd
    }] {
        assert_eq!(evaluator.evaluate(&[good, Element(bad)]).map(|_| ()), Err(ProtocolError::Element(1)));
    }
    assert!(evaluator.evaluate(&[]).is_err());
    for text in ["", "AA", &"A".repeat(42), &format!("{}B", "A".repeat(42)), &format!("{}=", "A".repeat(43))] {
        assert!(Element::try_from(text.to_owned()).is_err(), "{text}");
    }
}
