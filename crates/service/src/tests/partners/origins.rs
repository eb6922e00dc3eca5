//! Which pages of other sites may read responses.

use super::{SHARED, add, bearer, start};
use crate::Terms;
use crate::tests::fixture::{Answer, Data, Running};

#[test]
fn only_pages_of_partners_may_read_responses() {
    let data = Data::keyed(10);
    let running = start(&data, SHARED);
    let (bank, other) = ("https://bank.example", "https://other.example");
    let preflight = |running: &Running, origin| {
        let asked = [("origin", origin), ("access-control-request-method", "POST")];
        running.options("/v1/evaluate", &asked)
    };
    let cors = |answer: &Answer| {
        let named = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control"));
        named.count() + usize::from(answer.headers.contains_key("vary"))
    };
    for answer in [preflight(&running, bank), running.get_with("/v1/parameters", &[("origin", bank)])] {
        assert_eq!(cors(&answer), 0, "without partners there is no such header");
    }
    let terms = |origin: &str| Terms { origins: vec![origin.to_owned()], ..Terms::new("a") };
    let (key, _) = (add(&data, "bank", &terms(bank)), add(&data, "other", &terms(other)));
    // The file may be read between the two additions.
    for page in [bank, other] {
        running.until("the page", |running| preflight(running, page).header("access-control-allow-origin") == page);
    }
    let answer = preflight(&running, bank);
    assert_eq!(answer.header("access-control-allow-methods").to_lowercase(), "get,head,post");
    assert_eq!(answer.header("access-control-allow-headers").to_lowercase(), "authorization,content-type");
    assert_eq!((answer.header("access-control-allow-credentials"), answer.header("vary")), ("", "origin"));
    let allowed = |path: &str, headers: &[(&str, &str)]| {
        let answer = running.get_with(path, headers);
        assert_eq!(answer.header("vary").contains("origin"), path.starts_with("/v1/"));
        answer.header("access-control-allow-origin").to_owned()
    };
    let authorization = bearer(&key);
    let key = ("authorization", authorization.as_str());
    assert_eq!(allowed("/v1/account", &[("origin", bank), key]), bank);
    assert_eq!(allowed("/v1/account", &[("origin", other), key]), "", "the page of another partner");
    assert_eq!(allowed("/v1/parameters", &[("origin", other)]), other, "without a key, the pages of all");
    for nobody in ["https://evil.example", "https://bank.example.evil.example", "null", "http://bank.example"] {
        assert_eq!(allowed("/v1/parameters", &[("origin", nobody)]), "");
        assert_eq!(preflight(&running, nobody).header("access-control-allow-origin"), "");
    }
    assert_eq!(allowed("/v1/parameters", &[]), "");
    assert_eq!(allowed("/", &[("origin", bank)]), "", "the form is for nobody else");
    let exposed = running.get_with("/v1/account", &[("origin", bank), key]);
    let exposed = exposed.header("access-control-expose-headers").to_lowercase();
    assert_eq!(exposed, "ratelimit,ratelimit-policy,retry-after,etag");
}
