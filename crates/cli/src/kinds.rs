//! `kinds`: lists the supported kinds of identifiers.

use crate::forms;
use crate::output;
use crate::settings::Common;
use anyhow::Result;
use exposure_identifier::Kind;

pub(crate) fn run(common: &Common) -> Result<()> {
    if common.json {
        let kinds = Kind::all().iter().map(|kind| {
            serde_json::json!({
                "kind": kind.name,
                "country": kind.country,
                "hashed_as": kind.hashed_as().name,
                "tier": kind.tier,
                "label": { "en": kind.label.en, "native": kind.label.native },
                "possible": kind.possible,
                "canonical_version": kind.canonical_version(),
                "canonical_changes": forms::changes(kind),
                "samples": kind.samples,
            })
        });
        return output::json(&kinds.collect());
    }
    let mut rows = vec![["KIND", "COUNTRY", "TIER", "LABEL", "", "SAMPLE"].map(str::to_owned).to_vec()];
    rows.extend(Kind::all().iter().map(|kind| {
        vec![
            kind.name.clone(),
            kind.country.clone().unwrap_or_else(|| "any".to_owned()),
            kind.tier.to_string(),
            kind.label.en.clone(),
            kind.label.native.clone(),
            kind.samples.first().cloned().unwrap_or_default(),
        ]
    }));
    output::table(&rows)
}
