//! What `packages/site` builds, embedded when the service is compiled: assets by name, page templates, languages.

use super::language::Language;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What `npm run build` made of `packages/site`. Looked up by name in a table, so that no path leads out of it.
#[derive(RustEmbed)]
#[folder = "../../packages/site/dist"]
#[allow_missing = true]
struct Files;

/// Languages and assets, as the build describes them.
#[derive(Deserialize)]
pub(crate) struct Built {
    /// The first is for readers of none of them.
    pub(crate) languages: Vec<Language>,
    pub(super) assets: Assets,
}

/// The form's parts, in files whose names carry a hash of their content.
#[derive(Deserialize, Serialize)]
pub(super) struct Assets {
    script: Asset,
    style: Asset,
    /// What the script imports.
    pub(super) preload: Vec<Asset>,
    /// What it loads when it is needed, by name.
    later: BTreeMap<String, Vec<Asset>>,
    /// The sentences of the script, by language.
    #[serde(skip_serializing)]
    pub(super) languages: BTreeMap<String, Vec<Asset>>,
}

/// A file, and the hash that a browser holds it to.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Asset {
    pub(super) file: String,
    pub(super) integrity: String,
}

static BUILT: LazyLock<Option<Built>> = LazyLock::new(|| {
    let file = Files::get("site.json")?;
    Some(serde_json::from_slice(&file.data).expect("the build describes itself as is expected here"))
});

impl Built {
    /// None where `make web` was not run before the service was compiled.
    pub(crate) fn get() -> Option<&'static Self> {
        BUILT.as_ref()
    }
}

/// A file of the form, and whether it is its compressed twin.
pub(crate) fn asset(name: &str, takes_gzip: bool) -> Option<(EmbeddedFile, bool)> {
    // The twins have no address of their own.
    if name.rsplit('.').next() == Some("gz") {
        return None;
    }
    let path = format!("assets/{name}");
    let compressed = takes_gzip.then(|| Files::get(&format!("{path}.gz"))).flatten().map(|file| (file, true));
    compressed.or_else(|| Files::get(&path).map(|file| (file, false)))
}

/// Page templates: name and text.
pub(super) fn templates() -> Vec<(String, String)> {
    let names = Files::iter().filter_map(|path| path.strip_prefix("pages/").map(str::to_owned));
    let text = |name: &str| Files::get(&format!("pages/{name}")).map(|file| file.data.into_owned());
    let texts = names.filter_map(|name| Some((String::from_utf8(text(&name)?).ok()?, name)));
    texts.map(|(text, name)| (name, text)).collect()
}
