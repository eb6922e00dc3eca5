//! What a worker gives up before it reads the first byte of a dump: new privileges, being inspected, the
//! file system, the network, every system call that parsing does not need, and memory without bound.
//!
//! Each layer holds by itself. A layer that the kernel lacks is reported by name; whether that is an
//! error is for the parent to decide. Speaks to the kernel through libraries; owns the list of system
//! calls, not what they are used for.

#[cfg(target_os = "linux")]
mod linux;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};

/// The layers, by the names that people read.
pub const LAYERS: [&str; 5] = ["no new privileges", "not dumpable", "Landlock", "seccomp", "limited address space"];

/// Which layers hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Isolation {
    /// Of [`LAYERS`], those that could not be had, each with the reason.
    pub missing: Vec<String>,
}

/// Gives everything up, for this thread and all that are started by `threads`, which is called once
/// the file system is gone and before no thread can be started any more.
pub(crate) fn enter(address_space: u64, threads: impl FnOnce()) -> Isolation {
    let mut missing = Vec::new();
    let mut lacks = |layer: &str, why: String| missing.push(format!("{layer} ({why})"));
    if let Err(error) = limit_address_space(address_space) {
        lacks(LAYERS[4], error.to_string());
    }
    // Nothing of a worker belongs on a disk.
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    let _ = setrlimit(Resource::Fsize, none);
    #[cfg(target_os = "linux")]
    linux::enter(threads, &mut lacks);
    #[cfg(not(target_os = "linux"))]
    {
        threads();
        for layer in &LAYERS[..4] {
            lacks(layer, "Linux alone has it".to_owned());
        }
    }
    Isolation { missing }
}

/// A tighter limit that somebody has set already stays.
fn limit_address_space(bytes: u64) -> std::io::Result<()> {
    let before = getrlimit(Resource::As);
    let tightest = |limit: Option<u64>| Some(limit.map_or(bytes, |limit| limit.min(bytes)));
    let limit = tightest(before.current.or(before.maximum));
    Ok(setrlimit(Resource::As, Rlimit { current: limit, maximum: limit })?)
}
