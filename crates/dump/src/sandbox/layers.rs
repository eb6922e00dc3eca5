//! The layers of the sandbox, and which of them hold.

use serde::{Deserialize, Serialize};

/// The layers, as people read them.
pub const LAYERS: [&str; 5] = ["no new privileges", "not dumpable", "Landlock", "seccomp", "limited address space"];

/// Which layers hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Isolation {
    /// The layers of [`LAYERS`] that are missing, each with the reason.
    pub missing: Vec<String>,
}
