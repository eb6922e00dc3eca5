//! The sandbox of a worker, entered before the first byte of a dump is read: no new privileges, not
//! dumpable, no file system, no network, a list of system calls, and a limited address space.
//!
//! Each layer holds by itself. A layer that the kernel lacks is reported by name; the parent
//! decides whether that is an error. Talks to the kernel through libraries only.

mod layers;
#[cfg(target_os = "linux")]
mod linux;

pub use layers::{Isolation, LAYERS};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Enters the sandbox, with this thread and those that `threads` starts. `threads` is called after
/// the file system is gone and before the system calls that start threads are.
pub(crate) fn enter(address_space: u64, threads: impl FnOnce()) -> Isolation {
    let mut missing = Vec::new();
    let mut lacks = |layer: &str, why: String| missing.push(format!("{layer} ({why})"));
    if let Err(error) = limit_address_space(address_space) {
        lacks(LAYERS[4], error.to_string());
    }
    // A worker writes nothing to disk.
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    let _ = setrlimit(Resource::Fsize, none);
    #[cfg(target_os = "linux")]
    linux::enter(threads, &mut lacks);
    #[cfg(not(target_os = "linux"))]
    {
        threads();
        for layer in &LAYERS[..4] {
            lacks(layer, "Linux only".to_owned());
        }
    }
    Isolation { missing }
}

/// Keeps a tighter limit that is set already.
fn limit_address_space(bytes: u64) -> std::io::Result<()> {
    let before = getrlimit(Resource::As);
    let tightest = |limit: Option<u64>| Some(limit.map_or(bytes, |limit| limit.min(bytes)));
    let limit = tightest(before.current.or(before.maximum));
    Ok(setrlimit(Resource::As, Rlimit { current: limit, maximum: limit })?)
}
