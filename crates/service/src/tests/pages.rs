//! The pages: each in every language, with the figures of the index and the operator's texts.

use super::fixture::{AMPLE, Answer, Data, Running};
use crate::site::built::Built;
use crate::{Config, Service};
use flate2::read::GzDecoder;
use std::fs;
use std::io::Read as _;
use std::time::Duration;

const PATHS: [&str; 8] = ["/", "/how", "/leaks", "/leaks/a", "/leaks/none", "/partners", "/privacy", "/about"];

const CATALOGUE: &str = r#"
[sources.a]
title = { en = "The <b>first</b> & \"leak\"", zh = "第一起泄露" }
description = { zh = "简", zh-Hant = "繁" }
date = "2021-05-06"
added = "2022-02-03"
records = 1234567
data_classes = ["phone", "police-record", "<odd>"]
verified = true
origin = { en = "Somewhere" }

[sources.b]
added = "2022-07-03"
data_classes = ["phone", "address"]

[sources.clinic]
sensitive = true
data_classes = ["phone"]
"#;

fn languages() -> Vec<&'static str> {
    Built::get().expect("`make web` comes before the tests").languages.iter().map(|language| &*language.tag).collect()
}

fn described() -> Data {
    let data = Data::keyed(200);
    fs::write(data.catalogue(), CATALOGUE).expect("written");
    data
}

fn page(running: &Running, path: &str, language: &str) -> Answer {
    let joint = if path.contains('?') { '&' } else { '?' };
    let answer = running.get(&format!("{path}{joint}lang={language}"));
    assert_eq!(answer.status, if path == "/leaks/none" { 404 } else { 200 }, "{path}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    answer
}

/// The attributes of this name.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!(" {name}=\"");
    html.split(&opening).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_page_is_there_in_every_language() {
    let data = described();
    let running = Running::start(data.service());
    for path in PATHS {
        let mut texts = Vec::new();
        for language in languages() {
            let html = page(&running, path, language).body;
            assert!(
                html.starts_with(&format!("<!doctype html>\n<html lang=\"{language}\" dir=\"ltr\">")),
                "{path} {language}"
            );
            // No placeholders, nothing from other hosts, no script but the form's, nothing inline.
            let html = html.replace("http://www.w3.org/2000/svg", "");
            for wrong in
                ["{{", "}}", "{%", "{n}", "{date}", "{name}", "undefined", "http://", " style=", " onclick", " onload"]
            {
                assert!(!html.contains(wrong), "{path} {language}: {wrong}");
            }
            assert_eq!(html.matches("<script").count(), usize::from(path == "/"), "{path}");
            assert_eq!(html.matches("<h1").count(), 1);
            let hrefs = attributes(&html, "href");
            for other in languages() {
                assert!(hrefs.iter().any(|href| href.ends_with(&format!("lang={other}"))), "{path} to {other}");
            }
            // Each link within the site resolves, in the same language.
            for href in hrefs.iter().filter(|href| !href.contains([':', '#'])) {
                let address = from(path, href);
                let answer = running.get(&address);
                let expected = if address.starts_with("/leaks/none") { 404 } else { 200 };
                assert_eq!(answer.status, expected, "{path}: {href}");
            }
            texts.push(html);
        }
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), languages().len(), "{path}: each in its language");
    }
}

/// The target of a relative link.
fn from(path: &str, href: &str) -> String {
    let folder = &path[..=path.rfind('/').expect("a path")];
    let address = format!("{folder}{}", href.replace("&amp;", "&"));
    address.replace("/leaks/../", "/").replace("/./", "/").split('#').next().expect("a path").to_owned()
}

#[test]
fn the_language_is_that_of_the_url_then_of_the_browser() {
    let data = described();
    let running = Running::start(data.service());
    let lang = |path: &str, accepted: &str| {
        let answer = running.get_with(path, &[("accept-language", accepted)]);
        assert!(answer.header("vary").contains("accept-language"));
        attributes(&answer.body, "lang")[0].to_owned()
    };
    assert_eq!(lang("/", "zh-TW,en;q=0.5"), "zh-Hant");
    assert_eq!(lang("/how?lang=en", "zh-TW"), "en");
    assert_eq!(lang("/how?lang=xx", "zh"), "zh-Hans");
    assert_eq!(lang("/?lang=%ff&x=1&x=2", "fr"), "en");
    assert_eq!(lang("/?lang=en&lang=zh", "zh-HK"), "zh-Hant");
}

#[test]
fn the_figures_are_those_of_the_index() {
    let data = described();
    let running = Running::start(data.service());
    let parameters = running.get("/v1/parameters").json();
    let how = page(&running, "/how", "en").body;
    for bytes in parameters["range_bytes"]["bin"].as_object().expect("sizes").values() {
        assert!(how.contains(&format!("{} bytes", grouped(bytes.as_u64().expect("a size")))), "{bytes}");
    }
    assert!(how.contains(parameters["index"].as_str().expect("an id")));
    assert!(how.contains(&data.key.public().fingerprint()));
    assert!(how.contains(&grouped(parameters["records"].as_u64().expect("a count"))));
    // Ten billion phones; the 4 bits that this small index serves leave a sixteenth.
    assert!(how.contains("of 10 billion, by 4 bits") && how.contains("about 630 million"), "{how}");
    assert!(how.contains("3 July 2022") && how.contains("1,000,000"));
    assert!(page(&running, "/how", "zh-Hans").body.contains("2022年7月3日"));
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[test]
fn confirmed_and_claimed_leaks_are_listed_apart_and_filtered() {
    let data = described();
    let running = Running::start(data.service());
    let all = page(&running, "/leaks", "en").body;
    let (confirmed, claimed) =
        (all.find("<h2>Source confirmed by us</h2>"), all.find("<h2>Circulating; we could not confirm it</h2>"));
    let place = |slug: &str| all.find(&format!("href=\"leaks/{slug}?"));
    assert!(confirmed < place("a") && place("a") < claimed && claimed < place("b"), "{all}");
    assert!(all.contains("Leaks: 2.") && all.contains("3 July 2022"));
    let partial = "Leaks that could be read only in part";
    assert!(!all.contains(partial) && !page(&running, "/", "en").body.contains(partial));
    // The page says how many leaks are left out, but not which.
    assert!(all.contains("Leaks left out because they are sensitive: 1.") && !all.contains("clinic"));
    assert!(page(&running, "/", "en").body.contains("Leaks left out because they are sensitive: 1."));
    assert!(all.contains("The &lt;b&gt;first&lt;/b&gt; &amp; &quot;leak&quot;"), "{all}");
    let shown = |query: &str| {
        let html = page(&running, &format!("/leaks?{query}"), "en").body;
        ["a", "b"].map(|slug| html.contains(&format!("href=\"leaks/{slug}?")))
    };
    assert_eq!(shown("status=verified"), [true, false]);
    assert_eq!(shown("status=claimed"), [false, true]);
    assert_eq!(shown("class=address"), [false, true]);
    assert_eq!(shown("class=phone"), [true, true]);
    assert_eq!(shown("class=nonsense&status=nonsense"), [true, true]);
    assert_eq!(shown("status=verified&class=address"), [false, false]);
    assert!(page(&running, "/leaks?status=verified&class=address", "en").body.contains("Show all leaks"));
    // A change of language keeps the filter.
    let filtered = page(&running, "/leaks?status=claimed&class=phone", "en").body;
    assert!(filtered.contains("href=\"leaks?status=claimed&amp;class=phone&amp;lang=zh-Hant\""), "{filtered}");
}

#[test]
fn a_leak_shows_its_whole_catalogue_entry() {
    let data = described();
    let running = Running::start(data.service());
    let leak = page(&running, "/leaks/a", "en").body;
    for said in [
        "6 May 2021",
        "3 February 2022",
        "1,234,567",
        "phone numbers, police records, &lt;odd&gt;",
        "Somewhere",
        "Source confirmed by us",
    ] {
        assert!(leak.contains(said), "{said}: {leak}");
    }
    // A text that exists only in another language has a `lang` attribute.
    let chinese = page(&running, "/leaks/a", "zh-Hant").body;
    assert!(chinese.contains("<span lang=\"en\">Somewhere</span>"));
    assert!(chinese.contains("<h1 lang=\"zh-Hans\">第一起泄露</h1>"));
    assert!(chinese.contains("<p class=\"lead\">繁</p>"));
    assert!(leak.contains("<span lang=\"zh-Hans\">简</span>"));
    for slug in ["test", "clinic", "..%2f..%2fhow", "%3Cscript%3E"] {
        let answer = running.get(&format!("/leaks/{slug}?lang=en"));
        assert_eq!(
            (answer.status, answer.body.contains("no such leak"), answer.body.contains("<script")),
            (404, true, false)
        );
    }
}

#[test]
fn pages_say_which_leaks_could_be_read_only_in_part() {
    let data = Data::keyed(200);
    fs::write(data.catalogue(), CATALOGUE.replace("[sources.b]", "[sources.b]\nincomplete = true")).expect("written");
    let running = Running::start(data.service());
    let all = "Leaks that could be read only in part: 1 of 2. A number can be in one of them and not be found.";
    let one = "This leak could be read only in part: a number can be in it and not be found.";
    let count = |path: &str, said: &str| page(&running, path, "en").body.matches(said).count();
    assert_eq!((count("/leaks", all), count("/leaks", one)), (1, 1));
    assert_eq!((count("/leaks/a", one), count("/leaks/b", one)), (0, 1));
    // For the form's answer "not found": only kinds that the leak holds.
    assert_eq!((count("/", all), count("/", "data-for=\"phone\"")), (1, 1));
    assert!(page(&running, "/", "zh-Hans").body.contains("在收录的 2 起泄露事件中，有 1 起的数据未能完整读取"));
}

#[test]
fn unchanged_pages_are_not_sent_again_and_pages_are_compressed() {
    let data = described();
    let running = Running::start(data.service());
    let style = attributes(&page(&running, "/", "en").body, "href")
        .iter()
        .find(|href| href.contains("style-"))
        .map(|href| format!("/{href}"));
    for path in ["/?lang=en", "/how?lang=zh-Hans", &style.expect("a style")] {
        let plain = running.get_with(path, &[("accept-encoding", "identity")]);
        assert_eq!(plain.header("content-encoding"), "");
        let packed = running.get_with(path, &[("accept-encoding", "br, gzip;q=0.5")]);
        // The client may decompress the body; the header says so.
        assert_ne!(plain.header("etag"), packed.header("etag"));
        for answer in [&plain, &packed] {
            assert!(answer.header("vary").contains("accept-encoding"));
            let etag = answer.header("etag").to_owned();
            let coding = if etag.contains("gzip") { "gzip" } else { "identity" };
            let again = running.get_with(path, &[("if-none-match", &etag), ("accept-encoding", coding)]);
            assert_eq!((again.status, again.bytes.len()), (304, 0), "{path} {etag}");
        }
        let refused = running.get_with(path, &[("accept-encoding", "gzip;q=0")]);
        assert_eq!(refused.header("etag"), plain.header("etag"));
        let mut text = String::new();
        if packed.header("content-encoding") == "gzip" {
            GzDecoder::new(&packed.bytes[..]).read_to_string(&mut text).expect("gzip");
        } else {
            text.clone_from(&packed.body);
        }
        assert_eq!(text, plain.body);
    }
}

#[test]
fn texts_and_colours_of_the_operator_appear_without_a_restart() {
    let data = described();
    let service = Service::open(Config { budget: AMPLE, ..data.config() }).expect("sound");
    let running = Running::start(service.poll(Duration::from_millis(50)));
    assert!(!page(&running, "/", "en").body.contains("Data Authority"));
    let site = data.site();
    fs::create_dir(&site).expect("a folder");
    fs::write(site.join("intro.en.md"), "Welcome <script>alert(1)</script> [x](javascript:alert(1))").expect("written");
    let about = "name = \"Data Authority\"\ncontact = \"https://example.org/\"\n[colours]\naccent = \"#5b2a86\"\naccent_dark = \"#d0b3f0\"\n";
    fs::write(site.join("site.toml"), about).expect("written");
    running.until("the name", |running| page(running, "/how", "en").body.contains("Run by Data Authority."));
    let form = page(&running, "/", "en").body;
    assert!(form.contains("Welcome &lt;script&gt;alert(1)&lt;/script&gt; x"), "{form}");
    let style = attributes(&form, "href").into_iter().find(|href| href.contains("assets/site-")).expect("a style");
    let css = running.get(&format!("/{style}"));
    assert_eq!((css.status, css.header("content-type")), (200, "text/css"));
    assert!(css.body.contains("--accent: #5b2a86") && css.header("cache-control").contains("immutable"));
    // A mistake changes nothing and is counted; a change of only a text is noticed.
    fs::write(site.join("site.toml"), "nme = 1").expect("written");
    let rejected = "exposure_reload_rejected{what=\"site\"} 1";
    running.until("a rejection", |running| running.metrics().contains(rejected));
    assert!(page(&running, "/", "en").body.contains("Data Authority"));
    fs::write(site.join("site.toml"), about.replace("Data", "Other")).expect("written");
    running.until("the other name", |running| page(running, "/", "en").body.contains("Other Authority"));
    fs::write(site.join("intro.en.md"), "Hello").expect("written");
    running.until("the other text", |running| page(running, "/", "en").body.contains("<p>Hello</p>"));
    fs::remove_dir_all(&site).expect("removed");
    running.until("nothing added", |running| !page(running, "/", "en").body.contains("Authority"));
}

#[test]
fn a_mistake_in_the_operators_texts_is_reported_at_start() {
    let data = described();
    fs::create_dir(data.site()).expect("a folder");
    fs::write(data.site().join("site.toml"), "contact = \"nowhere\"").expect("written");
    let error = Service::open(data.config()).expect_err("a mistake").to_string();
    assert!(error.contains("site.toml has a mistake: the contact “nowhere” is not an address"), "{error}");
}

#[test]
fn pages_about_an_unkeyed_index_mention_no_key() {
    let data = Data::unkeyed(50);
    let mut config = Config { allow_unkeyed: true, ..data.config() };
    config.current.key = None;
    let running = Running::start(Service::open(config).expect("allowed"));
    let how = page(&running, "/how", "en").body;
    assert!(how.contains("This index has no key") && !how.contains("Checksum of the key"));
}
