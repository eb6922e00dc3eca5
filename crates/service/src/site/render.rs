//! Renders templates: one page in one language. Everything is escaped except HTML from
//! [`markdown`](crate::http::markdown).

use crate::http::template::{self, escaped};
use crate::site::built::{Asset, Built, templates};
use crate::site::figures::Figures;
use crate::site::language::{Language, Name};
use crate::site::leaks::{Filter, Leaks};
use crate::site::operator::OperatorTexts;
use crate::site::page::{Page, PageKind};
use axum::body::Bytes;
use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{Environment, Error, context};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, LazyLock};

/// The navigation links of every page: path and message.
const LINKS: [(&str, &str); 6] = [
    ("", "navCheck"),
    ("how", "navHow"),
    ("leaks", "navLeaks"),
    ("partners", "navPartners"),
    ("privacy", "navPrivacy"),
    ("about", "navAbout"),
];

/// What pages are rendered from.
pub(super) struct PageData {
    pub(super) figures: Figures,
    pub(super) leaks: Leaks,
    pub(super) texts: Arc<OperatorTexts>,
}

/// A rendered page.
pub(super) struct Rendered {
    pub(super) html: Bytes,
    pub(super) gzip: Bytes,
    /// With quotation marks.
    pub(super) etag: String,
}

/// Created once: templates are part of the program.
pub(super) static RENDERER: LazyLock<Renderer> =
    LazyLock::new(|| Renderer::new(Built::get().expect("pages exist only if the web form was built")));

/// The templates for each language.
pub(super) struct Renderer {
    built: &'static Built,
    environments: BTreeMap<&'static str, Environment<'static>>,
}

impl Renderer {
    fn new(built: &'static Built) -> Self {
        let environments = built.languages.iter().map(|language| (language.tag.as_str(), environment(language)));
        Self { built, environments: environments.collect() }
    }

    /// Renders a page.
    pub(super) fn render(&self, page: &Page, data: &PageData) -> Result<Rendered, Error> {
        let languages = &self.built.languages;
        let language = languages.iter().find(|language| language.tag == page.language).unwrap_or(&languages[0]);
        let kind = &page.kind;
        let filter = if let PageKind::Leaks(filter) = kind { filter.clone() } else { Filter::default() };
        let leak = if let PageKind::Leak(slug) = kind { data.leaks.get(slug) } else { None };
        let leak = leak.map(|leak| {
            let counts = leak.identifiers.iter().map(|(kind, count)| {
                context! { names => names(kind, language, "numberPhone"), count => *count }
            });
            context! { identifiers => counts.collect::<Vec<_>>(), ..Value::from(Serde(leak.view(language))) }
        });
        let kinds = data.figures.kinds.iter().map(|figures| {
            let names = names(&figures.kind, language, "mainlandPhone");
            context! { names => names, ..Value::from(Serde(figures)) }
        });
        let site = data.texts.view(language);
        // Titles say whose site it is; without a name, what it is.
        let product = language.messages.get("pageTitle").map_or("", String::as_str);
        let operator = site.name.as_ref().map_or(product, |name| name.text).to_owned();
        let values = context! {
            operator,
            base => "../".repeat(kind.depth()),
            path => kind.path(),
            canonical => kind.canonical_path(),
            here => kind.self_link(),
            query => filter.query(),
            links => LINKS.map(|(path, message)| context! { path, message }),
            language => context! { tag => &*language.tag, direction => &*language.direction },
            languages => languages.iter().map(|other| context! { tag => &*other.tag, name => &*other.name }).collect::<Vec<_>>(),
            m => Value::from(Serde(&language.messages)),
            assets => self.assets(language),
            site => Value::from(Serde(site)),
            figures => context! { kinds => kinds.collect::<Vec<_>>(), ..Value::from(Serde(&data.figures)) },
            left_out => data.leaks.left_out(),
            partial => Value::from(Serde(data.leaks.partial())),
            partial_by_kind => Value::from(Serde(data.leaks.partial_by_kind())),
            filters => Value::from(Serde(data.leaks.filter_rows(&filter, language))),
            groups => Value::from(Serde(data.leaks.groups(&filter, language))),
            leak => leak,
        };
        let environment = self.environments.get(language.tag.as_str()).expect("one for each language");
        environment.get_template(kind.template())?.render(values).map(Rendered::new)
    }

    /// The assets for one language: its messages are loaded with the script.
    fn assets(&self, language: &Language) -> Value {
        let assets = &self.built.assets;
        let spoken = assets.languages.get(&language.tag).map_or(&[][..], Vec::as_slice);
        let preload: Vec<&Asset> = assets.preload.iter().chain(spoken).collect();
        context! { preload => Value::from(Serde(preload)), ..Value::from(Serde(assets)) }
    }
}

impl Rendered {
    fn new(html: String) -> Self {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(html.as_bytes()).expect("memory takes all bytes");
        let gzip = gzip.finish().expect("memory takes all bytes");
        let etag = format!("\"{}\"", HEXLOWER.encode(&Sha256::digest(&html)[..16]));
        Self { html: html.into(), gzip: gzip.into(), etag }
    }
}

/// The names of a kind; for phones, that of a message.
fn names(kind: &str, language: &Language, phone: &str) -> Value {
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Names<'a> {
        Known(&'a [Name]),
        Other([Name; 1]),
    }
    let other = |text: &str| Names::Other([Name { text: text.to_owned(), lang: None }]);
    let phone = || other(language.messages.get(phone).map_or(kind, String::as_str));
    Value::from(Serde(match language.kinds.get(kind) {
        Some(names) => Names::Known(names),
        None if kind == "phone" => phone(),
        None => other(kind),
    }))
}

fn environment(language: &'static Language) -> Environment<'static> {
    let mut environment = template::environment();
    for (name, text) in templates() {
        environment.add_template_owned(name, text).expect("the templates are part of the program and are tested");
    }
    environment.add_filter("with", with);
    environment.add_filter("number", |n: u64| language.number(n));
    environment.add_filter("about", |n: f64| language.about(n));
    environment.add_filter("day", |iso: &str| language.day(iso));
    environment.add_filter("marked", |text: &Value| marked(text, language));
    environment.add_filter("telephone", |number: &str| number.replace(|c: char| !c.is_ascii_digit() && c != '+', ""));
    environment
}

/// Inserts values into a message: `{{ m.key|with(n=3) }}`. Safe HTML is kept, everything else
/// escaped.
#[allow(clippy::needless_pass_by_value, reason = "the signature of a filter")]
fn with(message: &str, values: Kwargs) -> Result<Value, Error> {
    let mut written = escaped(message);
    for name in values.args() {
        let value: Value = values.get(name)?;
        let text = if value.is_safe() { value.to_string() } else { escaped(&value.to_string()) };
        written = written.replace(&format!("{{{name}}}"), &text);
    }
    Ok(Value::from_safe_string(written))
}

/// A text of the catalogue, with a `lang` attribute if its language is not the page's.
fn marked(text: &Value, language: &Language) -> Result<Value, Error> {
    let (content, lang) = (text.get_attr("text")?.to_string(), text.get_attr("lang")?.to_string());
    let content = escaped(&content);
    let marked =
        if lang == language.tag { content } else { format!("<span lang=\"{}\">{content}</span>", escaped(&lang)) };
    Ok(Value::from_safe_string(marked))
}
