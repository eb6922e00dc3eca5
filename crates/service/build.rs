//! Has the crate compiled again when the web form is built, which `npm run build` does in its own time.

use std::fs;

/// What `packages/site` builds and the service embeds.
const FORM: &str = "../../packages/site/dist";

fn main() {
    // Cargo takes a path that does not exist for changed at every build. An empty folder (ignored by git) means the same
    // to the service; where it cannot be made, only time is lost.
    let _ = fs::create_dir(FORM);
    println!("cargo:rerun-if-changed={FORM}");
}
