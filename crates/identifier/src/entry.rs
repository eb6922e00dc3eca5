//! An entry of `kinds.json`, as `KINDS.md` describes it, and how it becomes a kind.

use crate::kind::{Kind, Label, Mask, PartOf, Rule};
use crate::national::{Form, National, Pad, Prepare, SpellingEntry};
use crate::tier::Tier;
use serde::Deserialize;

/// An entry of the table, as `KINDS.md` describes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    name: String,
    country: Option<String>,
    part_of: Option<String>,
    tier: Tier,
    label: Label,
    #[serde(default)]
    separators: String,
    #[serde(default)]
    prefixes: Vec<String>,
    pad: Option<Pad>,
    strip_zeros_to: Option<usize>,
    prepare: Option<Prepare>,
    #[serde(default)]
    forms: Vec<Form>,
    named: Option<Named>,
    mask: Mask,
    possible: Option<u64>,
    headers: Vec<String>,
    samples: Vec<String>,
}

/// A rule that no parameters describe.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Named {
    Phone,
}

impl TryFrom<Entry> for Kind {
    type Error = String;

    fn try_from(entry: Entry) -> Result<Self, String> {
        let Entry { name, country, tier, label, mask, possible, headers, samples, .. } = entry;
        let Entry { separators, prefixes, pad, strip_zeros_to, prepare, .. } = entry;
        let spelling = SpellingEntry { separators, prefixes, pad, strip_zeros_to, prepare };
        let rule = match (entry.named, entry.forms.is_empty()) {
            (Some(Named::Phone), true) => Rule::Phone,
            (None, false) => {
                Rule::National(National::new(spelling, entry.forms).map_err(|why| format!("{name}: {why}"))?)
            }
            _ => return Err(format!("{name}: either forms, or the name of a rule")),
        };
        let part_of = entry.part_of.map(|whole| PartOf { whole, place: 0 });
        Ok(Self { name, country, part_of, tier, label, rule, mask, possible, headers, samples })
    }
}
