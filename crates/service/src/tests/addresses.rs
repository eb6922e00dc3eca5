//! Addresses that people type: each is answered with a page, and leads on; programs get problems.
//! What pages can promise depends on who runs the service.

use super::fixture::{Data, Running};
use std::fs;

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[test]
fn an_address_without_a_page_is_answered_with_one_for_people() {
    let running = Running::start(Data::keyed(20).service());
    for path in ["/hwo", "/a/b/c", "/leaks/a/b", "/favicon.html", "/%3Cscript%3E"] {
        for (language, said) in
            [("en", "There is no page here"), ("zh-Hans", "这里没有页面"), ("zh-Hant", "這裡沒有頁面")]
        {
            let answer = running.get_with(&format!("{path}?lang={language}"), &[BROWSER]);
            assert_eq!((answer.status, answer.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
            assert!(answer.body.contains(said) && !answer.body.contains("<script"), "{path}: {}", answer.body);
        }
        // Links lead to the other pages from any depth.
        let answer = running.get_with(&format!("{path}?lang=en"), &[BROWSER]);
        let base = "../".repeat(path.matches('/').count() - 1);
        assert!(answer.body.contains(&format!("href=\"{base}how?lang=en\"")), "{path}: {}", answer.body);
        let program = running.get_with(path, &[("accept", "application/json")]);
        assert_eq!((program.status, program.header("content-type")), (404, "application/problem+json"), "{path}");
    }
    for path in ["/v1/none", "/v1", "/assets/none.js", "/assets/a/b"] {
        let answer = running.get_with(path, &[BROWSER]);
        assert_eq!((answer.status, answer.header("content-type")), (404, "application/problem+json"), "{path}");
    }
}

#[test]
fn a_slash_too_many_and_a_file_name_lead_to_the_page() {
    let running = Running::start(Data::keyed(20).service());
    for (path, meant) in [
        ("/how/", "../how"),
        ("/leaks/", "../leaks"),
        ("/leaks/a/", "../a"),
        ("/privacy/?lang=zh-Hant", "../privacy?lang=zh-Hant"),
        ("/index.html", "./"),
    ] {
        let answer = running.get_unfollowed(path);
        assert_eq!((answer.status, answer.header("location")), (308, meant), "{path}");
    }
    for path in ["/hwo/", "/leaks//", "//evil.example/", "/leaks/..%2f/"] {
        assert_eq!(running.get_unfollowed(path).status, 404, "{path}");
    }
}

#[test]
fn titles_say_whose_page_it_is_and_what_it_is_for() {
    let data = Data::keyed(20);
    let title = |running: &Running, path: &str| {
        let html = running.get_with(&format!("{path}?lang=en"), &[BROWSER]).body;
        html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).expect("a title").0.to_owned()
    };
    let nameless = Running::start(data.service());
    assert_eq!(title(&nameless, "/"), "Was your number leaked? · Exposure Checker");
    // Who names no contact promises no removal.
    let promise = "You can ask us to take it out";
    assert!(!nameless.get("/privacy?lang=en").body.contains(promise));
    fs::create_dir(data.site()).expect("a folder");
    let about = "name = \"Data & Co\"\ncontact = \"mailto:help@example.org\"\n";
    fs::write(data.site().join("site.toml"), about).expect("written");
    let named = Running::start(data.service());
    assert_eq!(title(&named, "/"), "Was your number leaked? · Data &amp; Co");
    assert_eq!(title(&named, "/how"), "How it works · Data &amp; Co");
    for path in ["/leaks/none", "/hwo"] {
        assert!(!title(&named, path).contains('.'), "{}", title(&named, path));
    }
    let privacy = named.get("/privacy?lang=en").body;
    assert!(privacy.contains(promise) && privacy.contains("<a href=\"mailto:help@example.org\">"), "{privacy}");
    assert!(named.get("/how?lang=en").body.contains("href=\"./?lang=en#key\""));
}
