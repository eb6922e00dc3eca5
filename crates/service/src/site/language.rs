//! A language of the site: its messages, how it writes numbers and dates, and which readers it
//! suits.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A language, as the web build describes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Language {
    /// `ltr` or `rtl`.
    pub(super) direction: String,
    /// Its tag, such as `zh-Hans`.
    pub(crate) tag: String,
    /// Its name, in the language itself.
    pub(super) name: String,
    /// Tags of the readers that it suits, also with further subtags.
    serves: Vec<String>,
    /// Separates groups of three digits.
    group: String,
    date: Date,
    /// Words for large round numbers, the smallest first.
    scales: Vec<Scale>,
    /// Names of kinds.
    pub(super) kinds: BTreeMap<String, Vec<Name>>,
    /// Messages, by key.
    pub(super) messages: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Date {
    /// With `{year}`, `{month}` and `{day}`.
    pattern: String,
    months: Vec<String>,
}

#[derive(Deserialize)]
struct Scale {
    divisor: f64,
    unit: String,
}

/// A name and its language.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) lang: Option<String>,
}

/// A text and its language. Templates add a `lang` attribute if it is not the page's.
#[derive(Clone, Copy, Serialize)]
pub(super) struct TaggedText<'a> {
    pub(super) text: &'a str,
    pub(super) lang: &'a str,
}

impl Language {
    /// From a text in several languages, selects the best for readers of this one: their own; else
    /// one with the same primary subtag, such as `zh-Hans` for `zh-Hant`; else English; else the
    /// first.
    pub(super) fn nearest<'a>(&self, texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<TaggedText<'a>> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        let distance = |tag: &str| match tag {
            tag if tag == self.tag => 0,
            tag if primary(tag) == primary(&self.tag) => 1,
            "en" => 2,
            _ => 3,
        };
        let nearest = texts.into_iter().min_by_key(|(tag, _)| distance(tag));
        nearest.map(|(lang, text)| TaggedText { text, lang })
    }

    /// Such as "39,200".
    pub(super) fn number(&self, n: u64) -> String {
        grouped(n, &self.group)
    }

    /// Such as "39 million": an estimate, with two significant digits.
    pub(super) fn about(&self, n: f64) -> String {
        let magnitude = 10_f64.powf(n.max(1.0).log10().floor() - 1.0).max(1.0);
        let rounded = (n / magnitude).round() * magnitude;
        match self.scales.iter().rev().find(|scale| rounded >= scale.divisor) {
            Some(Scale { divisor, unit }) => format!("{}{unit}", decimal(rounded / divisor, &self.group)),
            None => decimal(rounded, &self.group),
        }
    }

    /// A date given as `YYYY-MM-DD`, which was validated with the catalogue.
    pub(super) fn day(&self, iso: &str) -> String {
        let mut parts = iso.splitn(3, '-').map(|part| part.parse::<usize>().unwrap_or_default());
        let [year, month, day] = [(); 3].map(|()| parts.next().unwrap_or_default());
        let month = self.date.months.get(month.wrapping_sub(1)).map_or("", String::as_str);
        let pattern = self.date.pattern.replace("{year}", &year.to_string());
        pattern.replace("{month}", month).replace("{day}", &day.to_string())
    }

    /// How many subtags of a reader's tag this language matches; `None` if it does not suit that
    /// reader.
    fn matched_subtags(&self, tag: &str) -> Option<usize> {
        let matches = |served: &&String| {
            let mut wanted = tag.split('-');
            served.split('-').all(|part| wanted.next().is_some_and(|other| other.eq_ignore_ascii_case(part)))
        };
        let served = self.serves.iter().chain([&self.tag]).filter(matches);
        served.map(|served| served.split('-').count()).max()
    }
}

/// The language for a reader: that of the URL, else the first available one that the browser
/// accepts, else the first.
pub(super) fn choose<'a>(languages: &'a [Language], requested: Option<&str>, accepted: &str) -> &'a Language {
    let accepted = preferences(accepted);
    let mut tags = requested.into_iter().chain(accepted.iter().copied());
    tags.find_map(|tag| best(languages, tag)).unwrap_or(&languages[0])
}

/// The language that matches most subtags of a tag, if any does.
fn best<'a>(languages: &'a [Language], tag: &str) -> Option<&'a Language> {
    let matching = languages.iter().filter_map(|language| Some((language.matched_subtags(tag)?, language)));
    // Of equal matches the first, which is the most general.
    matching.rev().max_by_key(|(length, _)| *length).map(|(_, language)| language)
}

/// The tags of an `Accept-Language` header (RFC 9110 §12.5.4), the most preferred first. Malformed
/// items are ignored.
fn preferences(accepted: &str) -> Vec<&str> {
    /// Longer lists are not worth the work.
    const MOST: usize = 20;
    let wanted = accepted.split(',').take(MOST).filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let tag = parts.next().filter(|tag| !tag.is_empty())?;
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f64>().ok())?;
        (quality > 0.0).then_some((tag, (quality * 1000.0) as u32))
    });
    let mut wanted: Vec<_> = wanted.collect();
    wanted.sort_by_key(|(_, quality)| Reverse(*quality));
    wanted.into_iter().map(|(tag, _)| tag).collect()
}

/// With one decimal if the number has one digit.
fn decimal(n: f64, group: &str) -> String {
    let tenths = (n * 10.0).round() as u64;
    let whole = tenths / 10;
    match tenths % 10 {
        tenth if tenth > 0 && whole < 10 => format!("{whole}.{tenth}"),
        // As browsers do, four digits are not grouped in a number before a unit.
        _ if whole < 10_000 => whole.to_string(),
        _ => grouped(whole, group),
    }
}

fn grouped(n: u64, group: &str) -> String {
    let digits = n.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::built::Built;

    fn languages() -> &'static [Language] {
        &Built::get().expect("`make web` comes before the tests").languages
    }

    fn named(tag: &str) -> &'static Language {
        languages().iter().find(|language| language.tag == tag).expect("a language of the pages")
    }

    #[test]
    fn a_reader_gets_the_best_language() {
        let cases = [
            (None, "", "en"),
            (None, "fr-FR,fr;q=0.9", "en"),
            (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
            (None, "zh-TW,zh;q=0.9", "zh-Hant"),
            (None, "zh-hant-hk", "zh-Hant"),
            (None, "ZH-hk", "zh-Hant"),
            (None, "zh-SG", "zh-Hans"),
            (None, "en-GB;q=0.3,zh;q=0.7", "zh-Hans"),
            (None, "zh;q=0, en", "en"),
            (None, "zh;q=nonsense, en;q=0.1", "en"),
            (None, "*", "en"),
            (None, "zhx", "en"),
            (Some("zh-Hant"), "en", "zh-Hant"),
            (Some("zh"), "en", "zh-Hans"),
            (Some("tlh"), "zh-HK", "zh-Hant"),
            (Some(""), "zh", "zh-Hans"),
        ];
        for (asked, accepted, expected) in cases {
            assert_eq!(choose(languages(), asked, accepted).tag, expected, "{asked:?} {accepted}");
        }
    }

    #[test]
    fn numbers_and_dates_follow_the_language() {
        let (en, zh, hant) = (named("en"), named("zh-Hans"), named("zh-Hant"));
        assert_eq!([0, 999, 1_000, 39_200_017].map(|n| en.number(n)), ["0", "999", "1,000", "39,200,017"]);
        assert_eq!(
            [7.0, 152.0, 1_525.0, 152_587.9, 1e10, 3.9e7].map(|n| en.about(n)),
            ["7", "150", "1.5 thousand", "150 thousand", "10 billion", "39 million"]
        );
        assert_eq!([1_525.0, 152_587.9, 1e10, 1e11].map(|n| zh.about(n)), ["1500", "15万", "100亿", "1000亿"]);
        assert_eq!(hant.about(1e10), "100億");
        assert_eq!(en.day("2022-07-03"), "3 July 2022");
        assert_eq!(zh.day("2022-07-03"), "2022年7月3日");
    }
}
