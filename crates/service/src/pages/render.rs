//! Templates filled in: one page, in one language. Everything is escaped but what [`markdown`](super::markdown) has made.

use super::Pages;
use super::built::{Asset, Built, templates};
use super::language::{Language, Name};
use super::leaks::Filter;
use crate::html::Text;
use axum::body::Bytes;
use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{Environment, Error, UndefinedBehavior, context, escape_formatter};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::LazyLock;

/// The links of every page: their path and the message that they say.
const LINKS: [(&str, &str); 5] = [
    ("", "navCheck"),
    ("how", "navHow"),
    ("leaks", "navLeaks"),
    ("partners", "navPartners"),
    ("privacy", "navPrivacy"),
];

/// A page in a language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Page {
    pub(crate) kind: PageKind,
    /// The language's tag.
    pub(crate) language: &'static str,
}

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PageKind {
    Form,
    How,
    Leaks(Filter),
    /// By its slug, which an index holds.
    Leak(String),
    /// In the place of one that it does not hold.
    MissingLeak,
    Partners,
    Privacy,
}

/// A page as it is sent.
pub(crate) struct Rendered {
    pub(crate) html: Bytes,
    pub(crate) gzip: Bytes,
    /// Quoted.
    pub(crate) etag: String,
}

/// Read once: templates do not change while the program runs.
pub(super) static RENDERER: LazyLock<Renderer> =
    LazyLock::new(|| Renderer::new(Built::get().expect("there are pages only where they were built")));

/// Templates for each language.
pub(super) struct Renderer {
    built: &'static Built,
    environments: BTreeMap<&'static str, Environment<'static>>,
}

impl PageKind {
    fn template(&self) -> &'static str {
        match self {
            Self::Form => "form.html",
            Self::How => "how.html",
            Self::Leaks(_) => "leaks.html",
            Self::Leak(_) => "leak.html",
            Self::MissingLeak => "missing.html",
            Self::Partners => "partners.html",
            Self::Privacy => "privacy.html",
        }
    }

    /// The path of the link that leads to this page.
    fn path(&self) -> &'static str {
        match self {
            Self::How => "how",
            Self::Leaks(_) => "leaks",
            Self::Partners => "partners",
            Self::Privacy => "privacy",
            Self::Form | Self::Leak(_) | Self::MissingLeak => "",
        }
    }

    /// Whether it lies one level below the others.
    fn is_below(&self) -> bool {
        matches!(self, Self::Leak(_) | Self::MissingLeak)
    }

    /// This page, from itself.
    fn here(&self) -> &str {
        match self {
            Self::Form => "./",
            Self::Leak(slug) => slug,
            Self::MissingLeak => "../leaks",
            _ => self.path(),
        }
    }
}

impl Renderer {
    fn new(built: &'static Built) -> Self {
        let environments = built.languages.iter().map(|language| (language.tag.as_str(), environment(language)));
        Self { built, environments: environments.collect() }
    }

    /// Writes a page of what is served.
    pub(super) fn render(&self, page: &Page, pages: &Pages) -> Result<Rendered, Error> {
        let languages = &self.built.languages;
        let language = languages.iter().find(|language| language.tag == page.language).unwrap_or(&languages[0]);
        let kind = &page.kind;
        let filter = if let PageKind::Leaks(filter) = kind { filter.clone() } else { Filter::default() };
        let leak = if let PageKind::Leak(slug) = kind { pages.leaks.get(slug) } else { None };
        let leak = leak.map(|leak| {
            let counts = leak.identifiers.iter().map(|(kind, count)| {
                context! { names => names(kind, language, "numberPhone"), count => *count }
            });
            context! { identifiers => counts.collect::<Vec<_>>(), ..Value::from(Serde(leak.shown(language))) }
        });
        let kinds = pages.figures.kinds.iter().map(|figures| {
            let names = names(&figures.kind, language, "mainlandPhone");
            context! { names => names, ..Value::from(Serde(figures)) }
        });
        let data = context! {
            base => if kind.is_below() { "../" } else { "" },
            // A page below the list is none of those that the links lead to.
            path => if kind.is_below() { "leak" } else { kind.path() },
            here => kind.here(),
            query => filter.query(),
            links => LINKS.map(|(path, message)| context! { path, message }),
            language => context! { tag => &*language.tag },
            languages => languages.iter().map(|other| context! { tag => &*other.tag, name => &*other.name }).collect::<Vec<_>>(),
            m => Value::from(Serde(&language.messages)),
            assets => self.assets(language),
            site => Value::from(Serde(pages.site.shown(language))),
            figures => context! { kinds => kinds.collect::<Vec<_>>(), ..Value::from(Serde(&pages.figures)) },
            left_out => pages.leaks.left_out(),
            filters => Value::from(Serde(pages.leaks.choices(&filter, language))),
            groups => Value::from(Serde(pages.leaks.groups(&filter, language))),
            leak => leak,
        };
        let environment = self.environments.get(language.tag.as_str()).expect("one for each language");
        environment.get_template(kind.template())?.render(data).map(Rendered::of)
    }

    /// Those of one language: its sentences are loaded with the script.
    fn assets(&self, language: &Language) -> Value {
        let assets = &self.built.assets;
        let spoken = assets.languages.get(&language.tag).map_or(&[][..], Vec::as_slice);
        let preload: Vec<&Asset> = assets.preload.iter().chain(spoken).collect();
        context! { preload => Value::from(Serde(preload)), ..Value::from(Serde(assets)) }
    }
}

impl Rendered {
    fn of(html: String) -> Self {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(html.as_bytes()).expect("memory takes all bytes");
        let gzip = gzip.finish().expect("memory takes all bytes");
        let etag = format!("\"{}\"", HEXLOWER.encode(&Sha256::digest(&html)[..16]));
        Self { html: html.into(), gzip: gzip.into(), etag }
    }
}

/// What a kind is called; for phones, a message says it.
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
    let mut environment = Environment::new();
    // The library would escape slashes too, of which addresses are full.
    environment.set_formatter(|out, state, value| match value.as_str().filter(|_| !value.is_safe()) {
        Some(text) => Ok(write!(out, "{}", Text(text))?),
        None => escape_formatter(out, state, value),
    });
    // A misspelt name is an error, and not an empty place.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
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

/// Writes values into a message: `{{ m.key|with(n=3) }}`. Markup that templates have made stays markup, all else is escaped.
#[allow(clippy::needless_pass_by_value, reason = "what a filter of the library is")]
fn with(message: &str, values: Kwargs) -> Result<Value, Error> {
    let mut written = escaped(message);
    for name in values.args() {
        let value: Value = values.get(name)?;
        let text = if value.is_safe() { value.to_string() } else { escaped(&value.to_string()) };
        written = written.replace(&format!("{{{name}}}"), &text);
    }
    Ok(Value::from_safe_string(written))
}

/// A text of the catalogue, marked with its language where that is not the page's.
fn marked(text: &Value, language: &Language) -> Result<Value, Error> {
    let (said, lang) = (text.get_attr("text")?.to_string(), text.get_attr("lang")?.to_string());
    let said = escaped(&said);
    let marked = if lang == language.tag { said } else { format!("<span lang=\"{}\">{said}</span>", escaped(&lang)) };
    Ok(Value::from_safe_string(marked))
}

fn escaped(text: &str) -> String {
    Text(text).to_string()
}
