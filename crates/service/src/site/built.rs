//! The output of the web build, embedded at compile time: assets, page templates and languages.

use crate::site::language::Language;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The output of `npm run build`. Looked up by name in a table, so no path can escape it.
#[derive(RustEmbed)]
#[folder = "../../packages/site/dist"]
#[allow_missing = true]
struct Files;

/// The build's own description of its languages and assets.
#[derive(Deserialize)]
pub(crate) struct Built {
    /// The first is the fallback.
    pub(crate) languages: Vec<Language>,
    pub(super) assets: Assets,
}

/// The form's files, whose names contain a hash of their content.
#[derive(Deserialize, Serialize)]
pub(super) struct Assets {
    script: Asset,
    style: Asset,
    /// Modules that the script imports.
    pub(super) preload: Vec<Asset>,
    /// Modules that it loads on demand, by name.
    later: BTreeMap<String, Vec<Asset>>,
    /// The script's messages, by language.
    #[serde(skip_serializing)]
    pub(super) languages: BTreeMap<String, Vec<Asset>>,
}

/// A file, and the hash that browsers verify.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Asset {
    pub(super) file: String,
    pub(super) integrity: String,
}

static BUILT: LazyLock<Option<Built>> = LazyLock::new(|| {
    let file = Files::get("site.json")?;
    Some(serde_json::from_slice(&file.data).expect("service and web build agree on this format, which is tested"))
});

impl Built {
    /// `None` if `make web` was not run before the service was compiled.
    pub(crate) fn get() -> Option<&'static Self> {
        BUILT.as_ref()
    }
}

/// An asset, and whether it is the compressed form.
pub(crate) fn asset(name: &str, accepts_gzip: bool) -> Option<(EmbeddedFile, bool)> {
    // Compressed forms have no URL of their own.
    if name.rsplit('.').next() == Some("gz") {
        return None;
    }
    let path = format!("assets/{name}");
    let compressed = accepts_gzip.then(|| Files::get(&format!("{path}.gz"))).flatten().map(|file| (file, true));
    compressed.or_else(|| Files::get(&path).map(|file| (file, false)))
}

/// An icon, by its file name.
pub(crate) fn icon(name: &str) -> Option<EmbeddedFile> {
    Files::get(&format!("icons/{name}"))
}

/// Page templates: names and texts.
pub(super) fn templates() -> Vec<(String, String)> {
    let names = Files::iter().filter_map(|path| path.strip_prefix("pages/").map(str::to_owned));
    let text = |name: &str| Files::get(&format!("pages/{name}")).map(|file| file.data.into_owned());
    let texts = names.filter_map(|name| Some((String::from_utf8(text(&name)?).ok()?, name)));
    texts.map(|(text, name)| (name, text)).collect()
}
