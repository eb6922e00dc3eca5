//! The order of a check: evaluate all, then fetch all ranges, then look. No request depends on what was found.

use crate::accept::Terms;
use crate::asked::Asked;
use crate::snapshot::Snapshot;
use crate::{Client, ClientError, Finding};
use exposure_identifier::{Identifier, Kind};
use exposure_protocol::range_text::{Entry, suffix};
use exposure_protocol::{Digest, Prefix, Presence, longest_prefix};
use std::collections::{BTreeMap, BTreeSet};

/// One identifier's place in an index: its digest, and what of it is shown and what is looked for.
struct Question {
    digest: Digest,
    prefix: Prefix,
    suffix: u64,
}

/// What was found below each prefix, of all that is looked for.
type Ranges = BTreeMap<Prefix, Result<Vec<Entry>, ClientError>>;

impl Client {
    /// What the index says of each identifier, in order.
    ///
    /// Each distinct identifier costs one evaluation of the budget; when the service evaluates no more, those that are
    /// left share its refusal. Asking about several at once shows the service that they are asked about together: a phone
    /// number and an ID of one person can identify that person.
    pub fn check(&mut self, identifiers: &[Identifier]) -> Vec<Result<Finding, ClientError>> {
        let asked = Asked::of(identifiers, |identifier| refuse(&self.snapshot, identifier));
        let answers = self.ask(asked.identifiers());
        asked.spread(&answers)
    }

    fn ask(&mut self, identifiers: &[&Identifier]) -> Vec<Result<Finding, ClientError>> {
        let digests = self.snapshot.evaluator.digests(&self.http, identifiers);
        let moved = digests.iter().any(|digest| digest.as_ref().is_err_and(ClientError::is_conflict));
        let answers = if moved { None } else { self.compare(identifiers, &digests) };
        answers.unwrap_or_else(|| self.ask_again(identifiers, &digests))
    }

    /// The index was replaced. Once more, as long as that shows nothing new: digests stay what they are under one key.
    fn ask_again(
        &mut self,
        identifiers: &[&Identifier],
        digests: &[Result<Digest, ClientError>],
    ) -> Vec<Result<Finding, ClientError>> {
        let all = |error: ClientError| identifiers.iter().map(|_| Err(error.clone())).collect();
        // Whatever key is pinned, what counts now is whether it is the one that a prefix has been shown under.
        let terms = Terms { pinned: None, ..self.terms };
        let fresh = match Snapshot::fetch(&self.http, terms) {
            Ok(fresh) => fresh,
            Err(error) => return all(error),
        };
        if fresh.key() != self.snapshot.key() {
            let changed = |&identifier| Err(key_changed(&self.snapshot, &fresh, identifier));
            return identifiers.iter().map(changed).collect();
        }
        self.snapshot = fresh;
        self.compare(identifiers, digests).unwrap_or_else(|| all(ClientError::Moved))
    }

    /// Fetches the ranges of all digests and looks into them; none if the index is served no more.
    fn compare(
        &self,
        identifiers: &[&Identifier],
        digests: &[Result<Digest, ClientError>],
    ) -> Option<Vec<Result<Finding, ClientError>>> {
        let questions: Vec<Result<Question, ClientError>> = identifiers
            .iter()
            .zip(digests)
            .map(|(identifier, digest)| self.question(identifier, digest.clone()?))
            .collect();
        let ranges = self.ranges(&questions)?;
        let look = |question: Result<Question, ClientError>| self.look(&question?, &ranges);
        Some(questions.into_iter().map(look).collect())
    }

    fn question(&self, identifier: &Identifier, digest: Digest) -> Result<Question, ClientError> {
        let (bits, digest_bits) = (prefix_bits(&self.snapshot, identifier)?, self.snapshot.parameters.digest_bits);
        let tag = digest.tag(digest_bits);
        let prefix = Prefix::of_tag(tag, digest_bits, bits);
        Ok(Question { digest, prefix, suffix: suffix(tag, digest_bits, bits) })
    }

    /// What is looked for, out of one range for each distinct prefix, in the order of prefixes, so that the order says
    /// nothing of the identifiers'. After a failure of the connection nothing more is sent.
    fn ranges(&self, questions: &[Result<Question, ClientError>]) -> Option<Ranges> {
        let sought: BTreeSet<_> =
            questions.iter().flatten().map(|question| (question.prefix, question.suffix)).collect();
        let prefixes: BTreeSet<_> = sought.iter().map(|&(prefix, _)| prefix).collect();
        let mut ranges = Ranges::new();
        let mut stopped: Option<ClientError> = None;
        for prefix in prefixes {
            let range = stopped.clone().map_or_else(|| self.range(prefix), Err);
            match &range {
                Err(error) if error.is_gone() => return None,
                Err(ClientError::Range(_) | ClientError::Packed(_)) | Ok(_) => {}
                Err(error) => stopped = Some(error.clone()),
            }
            let kept = |entries: Vec<Entry>| {
                entries.into_iter().filter(|entry| sought.contains(&(prefix, entry.suffix))).collect()
            };
            ranges.insert(prefix, range.map(kept));
        }
        Some(ranges)
    }

    fn range(&self, prefix: Prefix) -> Result<Vec<Entry>, ClientError> {
        let form = &self.snapshot.ranges[&prefix.bits()];
        let body = self.http.range(&form.path(prefix), form.bytes(prefix.bits()))?;
        form.decode(prefix, &body)
    }

    fn look(&self, question: &Question, ranges: &Ranges) -> Result<Finding, ClientError> {
        let entries = ranges[&question.prefix].as_ref().map_err(ClientError::clone)?;
        let matches = entries.iter().filter(|entry| entry.suffix == question.suffix);
        let seals: Vec<_> = matches.map(|entry| entry.seal).collect();
        let sets = &self.snapshot.source_sets;
        let presence = self.snapshot.sealer().presence(&question.digest, &seals, sets.len());
        Ok(match presence.map_err(|_| ClientError::NoSuchSet)? {
            Presence::Absent => Finding::Absent,
            Presence::Found(set) => Finding::Found(sets[set as usize].clone()),
            Presence::Undetermined => Finding::Undetermined,
        })
    }
}

/// What is refused before anything is sent about an identifier.
fn refuse(snapshot: &Snapshot, identifier: &Identifier) -> Result<(), ClientError> {
    let kind = &identifier.kind().name;
    let held = snapshot.parameters.kinds.iter().any(|held| held.kind == *kind);
    // An index from which everything was withdrawn holds no kind but that of the test identifier, and says so of everybody.
    let is_empty = snapshot.parameters.kinds.iter().all(|held| held.kind == Kind::test().name);
    if !held && !is_empty {
        return Err(ClientError::KindNotHeld(kind));
    }
    prefix_bits(snapshot, identifier).map(drop)
}

/// The longest served prefix that leaves enough possible identifiers; never a longer one. Nobody stands behind the test
/// identifier, and nothing has to be left of it.
fn prefix_bits(snapshot: &Snapshot, identifier: &Identifier) -> Result<u8, ClientError> {
    let possible = identifier.possible();
    let served = snapshot.ranges.keys().copied();
    if identifier.kind().is_test() {
        return Ok(snapshot.parameters.prefix_bits);
    }
    longest_prefix(served.clone(), possible).ok_or_else(|| {
        let bits = served.min().unwrap_or_default();
        ClientError::TooFew { bits, left: possible >> bits }
    })
}

/// What asking again under another key would cost. Prefixes under two keys are independent: their bits add up.
fn key_changed(before: &Snapshot, fresh: &Snapshot, identifier: &Identifier) -> ClientError {
    let bits = |snapshot| prefix_bits(snapshot, identifier).unwrap_or_default();
    ClientError::KeyChanged { candidates: (identifier.possible() >> (bits(before) + bits(fresh))).max(1) }
}
