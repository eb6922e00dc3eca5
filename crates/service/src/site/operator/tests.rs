//! Valid texts of an operator, and every kind of mistake in them.

use super::*;
use crate::site::built::Built;
use tempfile::TempDir;

const ABOUT: &str = r##"
name = { en = "Data Authority", zh-Hans = "数据保护局" }
contact = "mailto:help@example.org"

[colours]
accent = "#5b2a86"
accent_dark = "#d0b3f0"

[[helplines]]
name = { en = "Fraud line", zh-Hans = "反诈热线" }
note = "24 h"
telephone = "0000 (1) 23"
url = "https://example.org/fraud"
country = "FI"
"##;

fn languages() -> &'static [Language] {
    &Built::get().expect("`make web` comes before the tests").languages
}

fn language(tag: &str) -> &'static Language {
    languages().iter().find(|language| language.tag == tag).expect("a language of the pages")
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn read(files: &[(&str, &str)]) -> Result<OperatorTexts, String> {
    let folder = folder(files);
    OperatorTexts::read(folder.path(), languages()).map_err(|error| error.to_string())
}

#[test]
fn missing_texts_add_nothing() {
    let empty = tempfile::tempdir().expect("a directory");
    for folder in [empty.path().to_owned(), empty.path().join("none")] {
        let site = OperatorTexts::read(&folder, languages()).expect("no mistake");
        let shown = site.view(language("en"));
        assert!(shown.name.is_none() && shown.intro.is_none() && shown.advice.is_empty() && shown.style.is_none());
    }
}

#[test]
fn each_reader_gets_the_nearest_language() {
    let files = [
        ("site.toml", ABOUT),
        ("intro.en.md", "Hello"),
        ("intro.zh-Hans.md", "你好"),
        ("advice.en.md", "# First\n\nStay calm."),
        ("advice-FI.en.md", "Call."),
        ("notes.txt", "left alone"),
    ];
    let site = read(&files).expect("sound");
    let cases = [
        ("en", "Data Authority", "Hello", "en"),
        ("zh-Hans", "数据保护局", "你好", "zh-Hans"),
        ("zh-Hant", "数据保护局", "你好", "zh-Hans"),
    ];
    for (tag, name, intro, lang) in cases {
        let shown = site.view(language(tag));
        assert_eq!(shown.name.as_ref().map(|name| name.text), Some(name));
        let prose = shown.intro.as_ref().expect("an introduction");
        assert_eq!((prose.html.as_str(), prose.lang.as_str()), (format!("<p>{intro}</p>\n").as_str(), lang));
        let [all, finland] = &shown.advice[..] else { panic!("two pieces of advice") };
        assert_eq!((all.country, finland.country), (None, Some("FI")));
        assert_eq!(all.text.html, "<h4>First</h4>\n<p>Stay calm.</p>\n");
        let [line] = &shown.helplines[..] else { panic!("a helpline") };
        assert_eq!(
            (line.name.lang, line.country, line.note.as_ref().map(|note| note.text)),
            (lang, Some("FI"), Some("24 h"))
        );
    }
    let style = site.style().expect("colours");
    assert!(style.text.starts_with(b"@media screen { :root { --accent: #5b2a86; --on-accent: #ffffff; } }"));
}

#[test]
fn each_mistake_is_explained() {
    let about = [
        ("nam = \"x\"", "line 1: unknown field `nam`"),
        ("name = \"x", "line 1"),
        ("name = {}", "a text has no language"),
        ("name = { fr = \"x\" }", "“fr” is not a language of the pages; write one of en, zh-Hans, zh-Hant"),
        ("name = { zh = \"x\" }", "“zh” is not a language"),
        ("contact = \"javascript:alert(1)\"", "write https://… or mailto:…"),
        ("contact = \"https://\"", "write https://… or mailto:…"),
        ("contact = \"mailto:a b@example.org\"", "write https://… or mailto:…"),
        ("[colours]\naccent = \"#1f5566\"", "missing field `accent_dark`"),
        ("[colours]\naccent = \"#ffff00\"\naccent_dark = \"#8fc6d8\"", "4.5 is needed"),
        ("[[helplines]]\nname = \"x\"\nurl = \"http://example.org\"", "does not begin with https://"),
        ("[[helplines]]\nname = \"x\"\ntelephone = \"none\"", "has no digit"),
        ("[[helplines]]\nname = \"x\"\ncountry = \"Finland\"", "two capital letters"),
        ("[[helplines]]\ntelephone = \"1\"", "missing field `name`"),
    ];
    for (text, expected) in about {
        let mistake = read(&[("site.toml", text)]).err().expect(text);
        assert!(mistake.contains("site.toml has a mistake") && mistake.contains(expected), "{text}: {mistake}");
    }
    for name in ["intro.md", "intro.fr.md", "hello.en.md", "intro-FI.en.md", "advice-fi.en.md", "advice-.en.md"] {
        let mistake = read(&[(name, "x")]).err().expect(name);
        assert!(mistake.contains(&format!("{name} has a mistake")), "{name}: {mistake}");
    }
    let long = "x".repeat(70_000);
    assert!(read(&[("intro.en.md", &long)]).err().expect("too long").contains("the limit is 65536"));
    let binary = folder(&[]);
    fs::write(binary.path().join("intro.en.md"), b"\xff\xfe").expect("written");
    assert!(OperatorTexts::read(binary.path(), languages()).is_err());
}
