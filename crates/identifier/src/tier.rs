//! Tiers: how safely a kind is recognised without a label.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How safely a kind is recognised without a label, by the share of random texts of its shape that
/// pass its checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// At most 0.5 % pass: recognised in running text.
    A,
    /// At most 5 % pass.
    B,
    /// One check digit.
    C,
    /// No check.
    D,
}

impl Tier {
    /// The letter that the table of kinds uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
