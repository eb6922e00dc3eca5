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
    let about = nameless.get("/about?lang=en").body;
    assert!(about.contains("Is this page genuine?") && about.contains("Where the data comes from"), "{about}");
    for promised in ["Who we are", "To have your number removed", "To tell us of a leak", "mailto:", "Run by"] {
        assert!(!about.contains(promised), "{promised}");
    }
    assert_eq!(title(&nameless, "/"), "Was your number leaked? · Exposure Checker");
    // Who names no contact promises no removal.
    let promise = "You can ask us to take it out";
    assert!(!nameless.get("/privacy?lang=en").body.contains(promise));
    fs::create_dir(data.site()).expect("a folder");
    let about =
        "name = \"Data & Co\"\ncontact = \"mailto:help@example.org\"\naddress = \"https://check.example.org/\"\n";
    fs::write(data.site().join("site.toml"), about).expect("written");
    fs::write(data.site().join("about.en.md"), "Ours since *2026*.").expect("written");
    let named = Running::start(data.service());
    let about = named.get("/about?lang=en").body;
    for said in [
        "Run by Data &amp; Co.",
        "To have your number removed",
        "To tell us of a leak",
        "href=\"mailto:help@example.org\"",
        "The address of this site is <b translate=\"no\">https://check.example.org/</b>.",
        "Ours since <em>2026</em>.",
    ] {
        assert!(about.contains(said), "{said}: {about}");
    }
    assert_eq!(title(&named, "/"), "Was your number leaked? · Data &amp; Co");
    assert_eq!(title(&named, "/how"), "How it works · Data &amp; Co");
    for path in ["/leaks/none", "/hwo"] {
        assert!(!title(&named, path).contains('.'), "{}", title(&named, path));
    }
    let privacy = named.get("/privacy?lang=en").body;
    assert!(privacy.contains(promise) && privacy.contains("<a href=\"mailto:help@example.org\">"), "{privacy}");
    assert!(named.get("/how?lang=en").body.contains("href=\"./?lang=en#key\""));
}

#[test]
fn browsers_phones_and_search_engines_find_what_they_look_for() {
    let data = Data::keyed(20);
    let running = Running::start(data.service());
    for (path, media_type, begins) in [
        ("/favicon.ico", "image/x-icon", &[0, 0, 1, 0][..]),
        ("/apple-touch-icon.png", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("/card.png", "image/png", b"\x89PNG\r\n\x1a\n"),
    ] {
        let answer = running.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{path}");
        assert!(answer.bytes.starts_with(begins), "{path}");
        assert_eq!(running.get_with(path, &[("if-none-match", answer.header("etag"))]).status, 304, "{path}");
    }
    assert_eq!(running.get("/robots.txt").body, "User-agent: *\nDisallow: /v1/\n");
    let form = running.get("/?lang=en").body;
    for part in
        ["name=\"theme-color\"", "rel=\"apple-touch-icon\"", "dir=\"ltr\"", "property=\"og:title\" content=\"Was your"]
    {
        assert!(form.contains(part), "{part}: {form}");
    }
    // What needs the site's address is left out without one.
    for part in ["og:image", "hreflang=\"x-default\"", "canonical"] {
        assert!(!form.contains(part), "{part}");
    }
    // No name is advertised that nobody has published.
    assert!(!running.get("/partners?lang=en").body.contains("@exposure-checker"));
    fs::create_dir(data.site()).expect("a folder");
    let about = "address = \"https://check.example.org/a/\"\nindex = false\npackage = \"npm install @example/client\"\n\
                 source = \"https://code.example.org/\"\n";
    fs::write(data.site().join("site.toml"), about).expect("written");
    let known = Running::start(data.service());
    assert_eq!(known.get("/robots.txt").body, "User-agent: *\nDisallow: /\n");
    let how = known.get("/how?lang=zh-Hant").body;
    for part in [
        "property=\"og:image\" content=\"https://check.example.org/a/card.png\"",
        "rel=\"canonical\" href=\"https://check.example.org/a/how?lang=zh-Hant\"",
        "hreflang=\"zh-Hans\" href=\"https://check.example.org/a/how?lang=zh-Hans\"",
        "hreflang=\"x-default\" href=\"https://check.example.org/a/how\"",
        "href=\"https://code.example.org/\"",
    ] {
        assert!(how.contains(part), "{part}: {how}");
    }
    assert!(known.get("/leaks/a?lang=en").body.contains("href=\"https://check.example.org/a/leaks/a\""));
    assert!(known.get("/partners?lang=en").body.contains("npm install @example/client"));
    // Nothing that somebody asked for is in a page that is not there.
    assert!(!known.get_with("/hwo?lang=en", &[BROWSER]).body.contains("og:url"));
}

#[test]
fn an_address_that_is_none_is_one_sentence() {
    let data = Data::keyed(20);
    fs::create_dir(data.site()).expect("a folder");
    for (about, said) in [
        ("address = \"check.example.org\"", "the address “check.example.org” does not begin with https://"),
        ("address = \"https://check.example.org\"", "does not end in a slash; write https://check.example.org/"),
        ("source = \"ftp://x\"", "the source “ftp://x” does not begin with https://"),
        (&advice("kind = \"phone\"\ndoes = \"freeze\""), "advice for FI freezes a phone number"),
        (&advice("kind = \"identity\"\ndoes = \"lock\""), "advice for FI locks an ID"),
        (&advice("kind = \"phone\"\ndoes = \"lock\"\nurl = \"http://x\""), "the url “http://x” of advice for FI"),
        (&advice("kind = \"phone\"\ndoes = \"lock\"\ntelephone = \"x\""), "the telephone “x” of advice for FI"),
        (&advice("kind = \"phone\"\ndoes = \"jump\""), "jump"),
    ] {
        fs::write(data.site().join("site.toml"), about).expect("written");
        let error = crate::Service::open(data.config()).expect_err("a mistake").to_string();
        assert!(error.contains("site.toml") && error.contains(said), "{error}");
    }
}

/// An entry of `site.toml` with these keys.
fn advice(keys: &str) -> String {
    format!("[[advice]]\ncountry = \"FI\"\ntitle = \"Title\"\ntext = {{ en = \"Text\" }}\n{keys}\n")
}

#[test]
fn an_operator_s_advice_is_in_the_form_as_text() {
    let data = Data::keyed(20);
    assert!(!Running::start(data.service()).get("/?lang=en").body.contains("own-advice"));
    fs::create_dir(data.site()).expect("a folder");
    let hostile = advice("kind = \"phone\"\ndoes = \"lock\"\nwechat = \"</template><script>\"");
    fs::write(data.site().join("site.toml"), hostile).expect("written");
    let form = Running::start(data.service()).get("/?lang=zh-Hans").body;
    let json = form.split_once("<template id=\"own-advice\">").and_then(|(_, rest)| rest.split_once("</template>"));
    let json = json
        .expect("a template")
        .0
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#x2f;", "/");
    let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let expected = serde_json::json!([{
        "country": "FI", "kind": "phone", "does": "lock", "title": "Title", "text": "Text", "lang": "zh-Hans",
        "wechat": "</template><script>",
    }]);
    assert_eq!(read, expected);
}
