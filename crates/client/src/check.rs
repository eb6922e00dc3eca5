//! The order of a check: evaluate all identifiers, then fetch all ranges, then search them. No
//! request depends on an outcome.

use crate::accept::Terms;
use crate::client::Client;
use crate::distinct::Distinct;
use crate::error::ClientError;
use crate::forms::believed;
use crate::outcome::Outcome;
use crate::snapshot::Snapshot;
use exposure_identifier::{Identifier, Kind};
use exposure_protocol::range_text::{Entry, suffix};
use exposure_protocol::{Digest, Prefix, Presence, longest_prefix};
use std::collections::{BTreeMap, BTreeSet};

/// What is looked up for one identifier: the prefix is sent, the suffix is searched for locally.
struct Query {
    digest: Digest,
    prefix: Prefix,
    suffix: u64,
}

/// The matching entries of each range that was fetched.
type Ranges = BTreeMap<Prefix, Result<Vec<Entry>, ClientError>>;

impl Client {
    /// The outcome for each identifier, in order.
    ///
    /// Each distinct identifier costs one evaluation of the quota. Once the quota is used up, the
    /// remaining identifiers get the same error. Identifiers of one call are visibly checked
    /// together: a phone number and an ID of one person can identify that person.
    pub fn check(&mut self, identifiers: &[Identifier]) -> Vec<Result<Outcome, ClientError>> {
        let distinct = Distinct::of(identifiers, |identifier| reject(&self.snapshot, identifier));
        let outcomes = self.check_distinct(distinct.identifiers());
        let asked = distinct.identifiers().iter().zip(outcomes);
        let outcomes: Vec<_> = asked
            .map(|(identifier, outcome)| believed(outcome, identifier, versions(&self.snapshot, identifier)))
            .collect();
        distinct.spread(&outcomes)
    }

    fn check_distinct(&mut self, identifiers: &[&Identifier]) -> Vec<Result<Outcome, ClientError>> {
        let digests = self.snapshot.evaluator.digests(&self.http, identifiers);
        let moved = digests.iter().any(|digest| digest.as_ref().is_err_and(ClientError::is_conflict));
        let outcomes = if moved { None } else { self.compare(identifiers, &digests) };
        outcomes.unwrap_or_else(|| self.retry(identifiers, &digests))
    }

    /// Retries once after the index was replaced, unless the key changed: digests are the same
    /// under one key, so the retry reveals nothing more.
    fn retry(
        &mut self,
        identifiers: &[&Identifier],
        digests: &[Result<Digest, ClientError>],
    ) -> Vec<Result<Outcome, ClientError>> {
        let all = |error: ClientError| identifiers.iter().map(|_| Err(error.clone())).collect();
        // The pin was checked on connecting. What matters now is whether prefixes were sent under
        // this same key.
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

    /// Fetches the ranges of all digests and searches them; `None` if the index is no longer
    /// served.
    fn compare(
        &self,
        identifiers: &[&Identifier],
        digests: &[Result<Digest, ClientError>],
    ) -> Option<Vec<Result<Outcome, ClientError>>> {
        let queries: Vec<Result<Query, ClientError>> = identifiers
            .iter()
            .zip(digests)
            .map(|(identifier, digest)| self.query(identifier, digest.clone()?))
            .collect();
        let ranges = self.ranges(&queries)?;
        let search = |query: Result<Query, ClientError>| self.search(&query?, &ranges);
        Some(queries.into_iter().map(search).collect())
    }

    fn query(&self, identifier: &Identifier, digest: Digest) -> Result<Query, ClientError> {
        let (bits, digest_bits) = (prefix_bits(&self.snapshot, identifier)?, self.snapshot.parameters.digest_bits);
        let tag = digest.tag(digest_bits);
        let prefix = Prefix::of_tag(tag, digest_bits, bits);
        Ok(Query { digest, prefix, suffix: suffix(tag, digest_bits, bits) })
    }

    /// The matching entries of one range for each distinct prefix. Ranges are fetched in the order
    /// of prefixes, so that the order is independent of the identifiers'. After a failed connection
    /// nothing more is sent.
    fn ranges(&self, queries: &[Result<Query, ClientError>]) -> Option<Ranges> {
        let sought: BTreeSet<_> = queries.iter().flatten().map(|query| (query.prefix, query.suffix)).collect();
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
        let format = &self.snapshot.ranges[&prefix.bits()];
        let body = self.http.range(&format.path(prefix), format.bytes(prefix.bits()))?;
        format.decode(prefix, &body)
    }

    fn search(&self, query: &Query, ranges: &Ranges) -> Result<Outcome, ClientError> {
        let entries = ranges[&query.prefix].as_ref().map_err(ClientError::clone)?;
        let matches = entries.iter().filter(|entry| entry.suffix == query.suffix);
        let seals: Vec<_> = matches.map(|entry| entry.seal).collect();
        let sets = &self.snapshot.source_sets;
        let presence = self.snapshot.sealer().presence(&query.digest, &seals, sets.len());
        Ok(match presence.map_err(|_| ClientError::NoSuchSet)? {
            Presence::NotFound => Outcome::NotFound,
            Presence::Found(set) => Outcome::Found(sets[set as usize].clone()),
            Presence::Undetermined => Outcome::Undetermined,
        })
    }
}

/// Rejects an identifier before anything is sent about it.
fn reject(snapshot: &Snapshot, identifier: &Identifier) -> Result<(), ClientError> {
    let kind = &identifier.kind().name;
    let held = snapshot.parameters.kinds.iter().any(|held| held.kind == *kind);
    // An index whose sources were all withdrawn holds the test kind alone; "not found" is then true
    // of everything.
    let is_empty = snapshot.parameters.kinds.iter().all(|held| held.kind == Kind::test().name);
    if !held && !is_empty {
        return Err(ClientError::KindNotHeld(kind));
    }
    prefix_bits(snapshot, identifier).map(drop)
}

/// The canonical versions in which the index holds identifiers of this kind.
fn versions<'s>(snapshot: &'s Snapshot, identifier: &Identifier) -> impl Iterator<Item = u16> + use<'s> {
    let kind = identifier.kind();
    let held = snapshot.parameters.kinds.iter().find(|held| held.kind == kind.name);
    held.into_iter().flat_map(|held| held.canonical_versions.iter().copied())
}

/// The longest served prefix that is shared by enough possible identifiers. The test identifier
/// belongs to nobody and needs no such protection.
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

/// The error for a changed key, with what a retry would reveal. Prefixes under two keys are
/// independent, so their bits add up.
fn key_changed(before: &Snapshot, fresh: &Snapshot, identifier: &Identifier) -> ClientError {
    let bits = |snapshot| prefix_bits(snapshot, identifier).unwrap_or_default();
    ClientError::KeyChanged { candidates: (identifier.possible() >> (bits(before) + bits(fresh))).max(1) }
}
