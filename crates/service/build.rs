//! Recompiles the crate when the web build has changed, which `npm run build` does on its own.

use std::fs;

/// The output of the web build, which the service embeds (`site::built`).
const WEB_BUILD: &str = "../../packages/site/dist";

fn main() {
    // If the path does not exist, Cargo runs this script on every build. An empty folder (ignored
    // by git) means the same to the service; if it cannot be created, only time is lost.
    let _ = fs::create_dir(WEB_BUILD);
    println!("cargo:rerun-if-changed={WEB_BUILD}");
}
