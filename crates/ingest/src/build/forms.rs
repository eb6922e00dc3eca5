//! Whether ledgers and objections are of the canonical versions of this program, and what an index
//! says of those that are not.

use crate::error::BuildError;
use crate::forms::OtherForms;
use exposure_index::{Ledger, Section};

/// Ledgers of other versions, which are an error unless they are allowed.
pub(super) fn check(ledgers: &[Ledger], allowed: bool) -> Result<Vec<OtherForms>, BuildError> {
    let others = OtherForms::of(ledgers);
    match others.first() {
        Some(first) if !allowed => {
            let (kind, own) = (first.kind.clone(), first.own);
            let of_kind = others.iter().filter(|other| other.kind == kind);
            let sources = of_kind.map(|other| (other.source.clone(), other.version)).collect();
            Err(BuildError::OtherForms { kind, own, sources })
        }
        _ => Ok(others),
    }
}

/// Kinds of which objections were recorded in another canonical version than that of the ledgers:
/// an objection to a number that has another form now is without effect.
pub(super) fn outdated_objections(objections: Option<&Ledger>, ledgers: &[Ledger]) -> Vec<String> {
    let differs = |section: &&Section| {
        let mut same_kind = ledgers.iter().flat_map(Ledger::sections).filter(|other| other.kind == section.kind);
        same_kind.any(|other| other.canonical_version != section.canonical_version)
    };
    let sections = objections.into_iter().flat_map(Ledger::sections);
    sections.filter(differs).map(|section| section.kind.clone()).collect()
}
