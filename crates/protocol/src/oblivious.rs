//! The oblivious round: blind, evaluate with a proof, verify and finalize (RFC 9497, mode VOPRF).
//!
//! The interface takes and gives bytes: no type of the `voprf` crate is part of it.

use crate::digest::Digest;
use crate::error::ProtocolError;
use crate::public_key::PublicKey;
use crate::secret_key::SecretKey;
use crate::suite::Suite;
use data_encoding::BASE64URL_NOPAD;
use rand_core::{CryptoRng, OsRng, RngCore};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;
use voprf::{BlindedElement, EvaluationElement, Group, VoprfClient, VoprfServer};
use zeroize::Zeroizing;

/// Elements that are evaluated without other threads: waking them takes about as long as one
/// multiplication.
const SINGLE_THREADED: usize = 8;

/// A blinded or evaluated element as it is sent: 32 bytes, checked when it is used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Element(pub [u8; 32]);

/// A DLEQ proof as it is sent: the scalars c ‖ s, checked when it is used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Proof(pub [u8; 64]);

/// The answer of a service: an evaluated element for each blinded one, and one proof for all.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// In the order of the blinded elements.
    pub elements: Vec<Element>,
    /// Proves that all of them were evaluated under the published key.
    pub proof: Proof,
}

/// The service's side: evaluates blinded elements.
pub struct Evaluator {
    server: VoprfServer<Suite>,
}

impl Evaluator {
    /// An evaluator under this key.
    pub fn new(key: &SecretKey) -> Self {
        Self { server: VoprfServer::new_with_key(key.as_bytes()).expect("a key holds a canonical scalar") }
    }

    /// `BlindEvaluate` of RFC 9497 §3.3.2 on a batch, with one proof. The multiplications of a
    /// large batch are spread over the current rayon pool; the proof is computed by one thread.
    pub fn evaluate(&self, blinded: &[Element]) -> Result<Evaluation, ProtocolError> {
        self.evaluate_with(&mut OsRng, blinded)
    }

    fn evaluate_with(
        &self,
        rng: &mut (impl RngCore + CryptoRng),
        blinded: &[Element],
    ) -> Result<Evaluation, ProtocolError> {
        if blinded.is_empty() {
            return Err(ProtocolError::Count { expected: 1, got: 0 });
        }
        let decode = |(at, element): (usize, &Element)| {
            BlindedElement::deserialize(&element.0).map_err(|_| ProtocolError::Element(at))
        };
        let (elements, prepared): (Vec<_>, Vec<_>) = if blinded.len() <= SINGLE_THREADED {
            let elements = blinded.iter().enumerate().map(decode).collect::<Result<Vec<_>, _>>()?;
            let prepared = self.server.batch_blind_evaluate_prepare(elements.iter()).collect();
            (elements, prepared)
        } else {
            let elements = blinded.par_iter().enumerate().map(decode).collect::<Result<Vec<_>, _>>()?;
            let prepare = |some: &[_]| self.server.batch_blind_evaluate_prepare(some.iter()).collect::<Vec<_>>();
            let prepared = elements.par_chunks(SINGLE_THREADED).flat_map_iter(prepare).collect();
            (elements, prepared)
        };
        let result = self
            .server
            .batch_blind_evaluate_finish(rng, elements.iter(), &prepared)
            .map_err(|_| ProtocolError::Count { expected: usize::from(u16::MAX), got: blinded.len() })?;
        let proof = Proof(result.proof.serialize()[..].try_into().expect("a proof is 64 bytes"));
        let elements = result.messages.map(|message| Element(message.serialize().into())).collect();
        Ok(Evaluation { elements, proof })
    }
}

/// The client's side between blinding and finalizing: inputs and blinds, wiped when dropped.
pub struct Pending {
    inputs: Vec<Zeroizing<String>>,
    blinds: Vec<VoprfClient<Suite>>,
}

impl Pending {
    /// `Blind` of RFC 9497 §3.3.2 on each `kind:canonical`. The elements are to be sent.
    pub fn blind(inputs: Vec<String>) -> Result<(Self, Vec<Element>), ProtocolError> {
        let inputs: Vec<_> = inputs.into_iter().map(Zeroizing::new).collect();
        let mut blinds = Vec::with_capacity(inputs.len());
        let mut elements = Vec::with_capacity(inputs.len());
        for (at, input) in inputs.iter().enumerate() {
            let blinded = VoprfClient::<Suite>::blind(input.as_bytes(), &mut OsRng)
                .ok()
                .filter(|_| !input.is_empty())
                .ok_or(ProtocolError::Input(at))?;
            elements.push(Element(blinded.message.serialize().into()));
            blinds.push(blinded.state);
        }
        Ok((Self { inputs, blinds }, elements))
    }

    /// `Finalize` of RFC 9497 §3.3.2: the proof is verified against `public` before any output is
    /// computed.
    pub fn finalize(self, public: &PublicKey, evaluation: &Evaluation) -> Result<Vec<Digest>, ProtocolError> {
        Ok(self.outputs(public, evaluation)?.iter().map(|y| Digest::from_output(y)).collect())
    }

    /// The full 64-byte outputs y.
    fn outputs(&self, public: &PublicKey, evaluation: &Evaluation) -> Result<Vec<[u8; 64]>, ProtocolError> {
        if evaluation.elements.len() != self.inputs.len() {
            return Err(ProtocolError::Count { expected: self.inputs.len(), got: evaluation.elements.len() });
        }
        let public = Suite::deserialize_elem(public.as_bytes()).map_err(|_| ProtocolError::PublicKey)?;
        let proof = voprf::Proof::deserialize(&evaluation.proof.0).map_err(|_| ProtocolError::ProofEncoding)?;
        let messages = evaluation
            .elements
            .iter()
            .enumerate()
            .map(|(at, element)| EvaluationElement::deserialize(&element.0).map_err(|_| ProtocolError::Element(at)))
            .collect::<Result<Vec<_>, _>>()?;
        let inputs: Vec<&[u8]> = self.inputs.iter().map(|input| input.as_bytes()).collect();
        let outputs = VoprfClient::batch_finalize(&inputs, &self.blinds, &messages, &proof, public)
            .map_err(|_| ProtocolError::ProofRejected)?;
        outputs.enumerate().map(|(at, y)| Ok(y.map_err(|_| ProtocolError::Input(at))?.into())).collect()
    }
}

/// Base64url without padding, canonical, of exactly N bytes.
fn decode<const N: usize>(text: &str) -> Result<[u8; N], String> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| format!("expected {N} bytes in base64url without padding"))
}

impl TryFrom<String> for Element {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        decode(&text).map(Self)
    }
}

impl From<Element> for String {
    fn from(element: Element) -> Self {
        BASE64URL_NOPAD.encode(&element.0)
    }
}

impl TryFrom<String> for Proof {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        decode(&text).map(Self)
    }
}

impl From<Proof> for String {
    fn from(proof: Proof) -> Self {
        BASE64URL_NOPAD.encode(&proof.0)
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Element(…)")
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(…)")
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({} inputs)", self.inputs.len())
    }
}

#[cfg(test)]
#[path = "vectors.rs"]
mod vectors;
