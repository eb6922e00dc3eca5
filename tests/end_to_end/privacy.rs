//! What is left behind: no number in any file, log, message or argument list. Numbers are planted
//! and searched for.

use crate::support::{Server, Workspace, files_below};
use exposure_protocol::Pending;
use exposure_synthetic::{Leak, person};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// The spellings of planted people, none of which may be found.
fn planted(leak: &Leak) -> Vec<Vec<u8>> {
    (0..leak.people())
        .flat_map(|n| {
            let person = person(n);
            [person.phone, person.id]
        })
        .map(String::into_bytes)
        .collect()
}

fn holds_any(bytes: &[u8], needles: &[Vec<u8>]) -> bool {
    // Numbers have at least eleven digits, so only runs of digits are compared.
    bytes
        .windows(11)
        .any(|window| window.iter().all(u8::is_ascii_digit) && needles.iter().any(|needle| needle.starts_with(window)))
}

#[test]
fn nothing_on_disk_and_nothing_in_the_log_holds_a_number() {
    let (workspace, leak) = Workspace::with_leak(150);
    let planted = planted(&leak);
    let dump = "a row\n15400001234\n".to_owned() + &person(3).phone;
    assert!(holds_any(dump.as_bytes(), &planted), "the search itself works");

    let server = workspace.serve(&[]);
    let lines: String = (0..20).map(|n| person(n).phone + "\n").collect();
    let asked = workspace.run_with(&["check", "--stdin", "--server", &server.url], &lines);
    assert_eq!(asked.status, 1);
    assert!(!holds_any(asked.stdout.as_bytes(), &planted) && !holds_any(asked.stderr.as_bytes(), &planted));
    let (_, log) = server.stop();
    assert!(log.contains("/v1/range/{"), "the log has the template of the route: {log}");
    assert!(!holds_any(log.as_bytes(), &planted));
    for word in ["127.0.0.1:", "secret_key"] {
        assert!(!log.contains(word), "{word} in the log");
    }
    let files = files_below(&workspace.data());
    assert!(files.len() >= 5, "key, lock, catalogue, ledgers, index: {files:?}");
    for path in files {
        assert!(!holds_any(&fs::read(&path).expect("readable"), &planted), "{}", path.display());
    }
    assert!(!workspace.data().join("spill").exists(), "spill is deleted");
}

#[test]
fn the_log_holds_no_prefix() {
    let (workspace, _) = Workspace::with_leak(150);
    let server = workspace.serve(&[]);
    let index = server.parameters()["index"].as_str().expect("an id").to_owned();
    ureq::get(format!("{}v1/range/{index}/7.txt", server.url)).call().expect("answered");
    let wrong = ureq::get(format!("{}v1/range/{index}/canary.txt", server.url)).call();
    assert!(matches!(wrong, Err(ureq::Error::StatusCode(400))), "{wrong:?}");
    let (_, log) = server.stop();
    for word in ["canary", "/7.txt", &index] {
        assert!(!log.contains(word), "{word} in the log: {log}");
    }
}

/// Planted wherever a client can put something into a request.
const PLANTED: [(&str, &str); 6] = [
    ("authorization", "Bearer expk_canary-key"),
    ("x-forwarded-for", "203.0.113.77"),
    ("forwarded", "for=203.0.113.78"),
    ("cookie", "canary-cookie=1"),
    ("user-agent", "canary-agent"),
    ("referer", "https://canary-referrer.example/"),
];

/// Sends a request over HTTP/1.1; returns the whole answer.
fn ask(server: &Server, line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("listening");
    let planted: Vec<_> = PLANTED.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let planted = planted.concat();
    let length = body.len();
    let head = format!("{line} HTTP/1.1\r\nhost: canary-host\r\nconnection: close\r\ncontent-length: {length}\r\n");
    write!(stream, "{head}content-type: application/json\r\n{planted}\r\n{body}").expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an end");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends a request over HTTP/2 with prior knowledge (RFC 9113 §3.3), headers as literals (RFC 7541
/// §6.2.2), and waits for the answer.
fn ask_http2(server: &Server, path: &str) {
    let mut fields = Vec::new();
    let pseudo = [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "canary-host")];
    for (name, value) in pseudo.into_iter().chain(PLANTED) {
        fields.push(0);
        for text in [name, value] {
            fields.push(u8::try_from(text.len()).expect("short"));
            fields.extend(text.as_bytes());
        }
    }
    // Length, type, flags, stream.
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let [high, low] = u16::try_from(fields.len()).expect("short").to_be_bytes();
    let headers = [0, high, low, 1, 5, 0, 0, 0, 1];
    let mut stream = TcpStream::connect(server.address()).expect("listening");
    stream.write_all(&[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &settings[..], &headers, &fields].concat()).expect("sent");
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).expect("a frame");
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        stream.read_exact(&mut payload).expect("all of it");
        if head[3] == 1 {
            return;
        }
    }
}

#[test]
fn nothing_of_a_request_is_in_a_log_or_metric() {
    let (workspace, _) = Workspace::with_leak(150);
    let key = workspace.run(&["partner", "add", "a-bank", "--contact", "somebody@example.org"]).ok();
    let key = key.trim().to_owned();
    for format in ["text", "json"] {
        let server = workspace.serve(&["--admin", "127.0.0.1:0", "--log-format", format]);
        let index = server.parameters()["index"].as_str().expect("an id").to_owned();
        let element = String::from(Pending::blind(vec!["phone:+8615400001234".to_owned()]).expect("an input").1[0]);
        let question = format!("{{\"epoch\":1,\"blinded_elements\":[\"{element}\"]}}");
        let answers = [
            ask(&server, &format!("GET /v1/range/{index}/7.txt?canary-query"), ""),
            ask(&server, &format!("GET /v1/range/{index}/7.bin"), ""),
            ask(&server, "GET /canary-path?canary-query", ""),
            ask(&server, "GET /v1/parameters?epoch=canary-epoch", ""),
            ask(&server, "POST /v1/evaluate?canary-query", &question),
            ask(&server, "POST /v1/evaluate", "canary-body"),
            ask(&server, "CANARY /v1/parameters", ""),
            ask(&server, "GET /v1/account", ""),
        ];
        let statuses = answers.each_ref().map(|answer| answer[9..12].to_owned());
        assert_eq!(statuses, ["200", "200", "404", "400", "401", "401", "405", "401"]);
        ask_http2(&server, &format!("/v1/range/{index}/7.txt?canary-query"));
        let account = ureq::get(format!("{}v1/account", server.url)).header("authorization", format!("Bearer {key}"));
        assert_eq!(account.call().expect("a live key").status(), 200);
        let metrics = ureq::get(format!("{}metrics", server.admin)).call().expect("answered");
        let metrics = metrics.into_body().read_to_string().expect("text");
        let (_, log) = server.stop();

        // Log and metrics mention the requests.
        let (route, status) = if format == "json" {
            ("\"route\":\"/v1/range/{index}/{file}\"", "\"status\":401")
        } else {
            ("route=\"/v1/range/{index}/{file}\"", "status=401")
        };
        assert!(log.contains(route) && log.contains(status), "{log}");
        assert!(metrics.contains("route=\"/v1/range/{index}/{file}\",method=\"GET\",status=\"200\"} 3\n"), "{metrics}");
        let secret = key.rsplit('_').next().expect("a last part");
        for word in
            ["canary", "CANARY", "203.0.113", "127.0.0.1", "/7.txt", "/7.bin", &index, &element, secret, "a-bank"]
        {
            assert!(!log.contains(word), "{word} in the log: {log}");
            assert!(!metrics.contains(word), "{word} in the metrics: {metrics}");
        }
    }
}

#[test]
fn metrics_are_only_on_the_admin_listener() {
    let (workspace, _) = Workspace::with_leak(150);
    let server = workspace.serve(&["--admin", "127.0.0.1:0"]);
    let status = |url: String| {
        ureq::get(url).call().map_or_else(|error| error.to_string(), |answer| answer.status().to_string())
    };
    for path in ["metrics", "healthz", "readyz"] {
        assert!(status(format!("{}{path}", server.admin)).starts_with("200"), "{path}");
    }
    assert!(status(format!("{}metrics", server.url)).contains("404"));
    assert!(status(format!("{}v1/parameters", server.admin)).contains("404"));
    let quiet =
        workspace.command(&["serve", "--listen", "127.0.0.1:0", "--log-format", "xml"]).output().expect("it ends");
    assert_eq!(quiet.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&quiet.stderr).contains("[possible values: text, json]"));
    let mut odd = workspace.command(&["serve", "--listen", "127.0.0.1:0"]);
    let odd = odd.env("EXPOSURE_LOG", "a=b=c").output().expect("it ends");
    assert_eq!(odd.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&odd.stderr).contains("invalid EXPOSURE_LOG"));
}

#[test]
fn errors_about_a_dump_name_positions_and_not_values() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let person = person(1);
    let row = ["测试一", "示范市一号", "somebody@example.org", &person.phone, &person.id];
    let headless = workspace.file("headless.csv", row.join(",") + "\n");
    for column in [["--column", "9=phone"], ["--column", "mobile=phone"]] {
        let said = workspace.run(&[&["ingest", "--source", "a"], &column[..], &[&headless]].concat());
        assert!(row.iter().all(|cell| !said.stderr.contains(cell)), "{}", said.stderr);
        assert!(said.sentence().contains("5 columns"));
    }
    let said = workspace.run(&["check", "--kind", "cn.ric", &person.phone]);
    assert_eq!(said.status, 2);
    assert!(!said.stderr.contains(&person.phone) && !said.stdout.contains(&person.phone), "{said:?}");
}

#[test]
fn files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::MetadataExt as _;
    let (workspace, _) = Workspace::with_leak(150);
    let mode = |file: &str| fs::metadata(workspace.data().join(file)).expect("there").mode() & 0o777;
    assert_eq!(mode("key"), 0o600);
    assert_eq!(mode("ledgers/demo-police.ledger"), 0o400);
    assert_eq!(mode("index/current.index"), 0o444, "published files are never written again");
    assert_eq!(mode("."), 0o700);
}
