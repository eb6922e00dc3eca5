//! The process that parses dumps: what it cannot do, what is not in it, and what its death costs.

use crate::support::{Said, Workspace, code};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::net::UnixStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

/// A canonical phone number of nobody, as it stands in a dump, and so in the memory of whoever
/// parses it.
const PLANTED: &str = "+8615400012345";

/// Maximum wait for a process to reach a state.
const PATIENCE: Duration = Duration::from_mins(1);

/// An `ingest` that waits for more on standard input, with its worker at it.
struct Waiting {
    child: Child,
    input: ChildStdin,
    worker: u32,
}

impl Waiting {
    /// Starts it, with these files around standard input, and one number on that.
    fn start(workspace: &Workspace, arguments: &[&str]) -> Self {
        let mut command = workspace.command(&[&["ingest", "--column", "1=phone"], arguments].concat());
        let mut child = command.stdin(Stdio::piped()).spawn().expect("the command starts");
        let mut input = child.stdin.take().expect("a pipe");
        input.write_all(format!("{PLANTED}\n").as_bytes()).expect("written");
        let deadline = Instant::now() + PATIENCE;
        let worker = loop {
            if let Some(worker) = worker_of(child.id()).filter(|&worker| has_read_all(worker)) {
                break worker;
            }
            assert!(Instant::now() < deadline, "no worker reads standard input");
            std::thread::sleep(Duration::from_millis(20));
        };
        Self { child, input, worker }
    }

    fn end(self) -> Said {
        drop(self.input);
        let output = self.child.wait_with_output().expect("it ends");
        Said {
            status: code(output.status),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

/// The child of a process that is a worker.
fn worker_of(parent: u32) -> Option<u32> {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).ok()?;
    children.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).find(|pid| {
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        command.ends_with(b"\0worker\0extract\0")
    })
}

/// Whether it holds the number, that is, has read what there is of standard input.
fn has_read_all(pid: u32) -> bool {
    holds(pid, PLANTED.as_bytes()).unwrap_or(false)
}

/// Whether these bytes stand in a page of a process that can be read.
fn holds(pid: u32, wanted: &[u8]) -> io::Result<bool> {
    let maps = BufReader::new(File::open(format!("/proc/{pid}/maps"))?);
    let mut memory = File::open(format!("/proc/{pid}/mem"))?;
    for line in maps.lines() {
        let line = line?;
        let mut words = line.split_ascii_whitespace();
        let (range, access) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if !access.starts_with('r') || line.ends_with("[vvar]") || line.ends_with("[vsyscall]") {
            continue;
        }
        let (start, end) = range.split_once('-').expect("a range");
        let place = |text| u64::from_str_radix(text, 16).expect("hexadecimal");
        let mut page = Vec::new();
        memory.seek(SeekFrom::Start(place(start)))?;
        // What is mapped and cannot be read is not there.
        let _ = (&mut memory).take(place(end) - place(start)).read_to_end(&mut page);
        if page.windows(wanted.len()).any(|window| window == wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Says why a test is skipped, which is an error where `EXPOSURE_REQUIRE_SANDBOX` is set, as in CI.
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn skip(why: &str) {
    let is_required = std::env::var_os("EXPOSURE_REQUIRE_SANDBOX").is_some_and(|value| !value.is_empty());
    assert!(!is_required, "skipped, and EXPOSURE_REQUIRE_SANDBOX is set: {why}");
    eprintln!("skipped: {why}");
}

/// A worker is not dumpable: reading its memory needs root.
fn is_administrator() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.split_ascii_whitespace().take(3).eq(["Uid:", "0", "0"]))
}

#[test]
fn what_a_worker_must_not_do_is_stopped() {
    let said = Workspace::new().run(&["worker", "--self-test"]).ok();
    for attempt in ["open a file", "make a socket", "start a process", "execute a program", "signal another process"] {
        assert!(said.contains(&format!("{attempt}: stopped by signal")), "{said}");
    }
    assert!(said.contains("hold more memory than allowed: refused"), "{said}");
}

#[test]
fn the_key_is_in_no_page_of_a_worker() {
    if !cfg!(target_os = "linux") || !is_administrator() {
        skip("reading the memory of a worker needs Linux and root");
        return;
    }
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let text = fs::read_to_string(workspace.data().join("key")).expect("the key's text");
    let written = text.lines().find_map(|line| line.strip_prefix("secret_key = \"")?.strip_suffix('"'));
    let written = written.expect("the secret half, in hex");
    let byte = |at: usize| u8::from_str_radix(&written[at..at + 2], 16).expect("hexadecimal");
    let bytes: Vec<u8> = (0..written.len()).step_by(2).map(byte).collect();
    assert_eq!(bytes.len(), 32);
    let waiting = Waiting::start(&workspace, &["--source", "a", "-"]);
    let (parent, worker) = (waiting.child.id(), waiting.worker);
    // Both searches find what is there.
    assert!(holds(parent, &bytes).expect("readable"), "the parent holds the key");
    assert!(holds(worker, PLANTED.as_bytes()).expect("readable"), "the worker holds what it parses");
    assert!(!holds(worker, &bytes).expect("readable"), "the key is in the worker");
    assert!(!holds(worker, written.as_bytes()).expect("readable"), "the key's text is in the worker");
    assert_eq!(waiting.end().status, 0);
}

#[test]
fn a_worker_inherits_descriptors_and_nothing_else() {
    if !cfg!(target_os = "linux") {
        skip("needs /proc (Linux)");
        return;
    }
    if !is_administrator() {
        skip("needs root: a worker is not dumpable");
        return;
    }
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let waiting = Waiting::start(&workspace, &["--source", "a", "-"]);
    let worker = waiting.worker;
    let read = |name: &str| fs::read_to_string(format!("/proc/{worker}/{name}")).expect("readable");
    let status = read("status");
    for line in ["NoNewPrivs:\t1", "Seccomp:\t2"] {
        assert!(status.contains(line), "{line} is not in {status}");
    }
    assert_eq!(read("environ"), "", "an empty environment");
    let limits = read("limits");
    let space = limits.lines().find(|line| line.starts_with("Max address space")).expect("a limit");
    assert!(!space.contains("unlimited"), "{space}");
    for entry in fs::read_dir(format!("/proc/{worker}/fd")).expect("readable") {
        let target = fs::read_link(entry.expect("listed").path()).expect("a link");
        let target = target.display().to_string();
        // Whoever started the test may hand a /dev/null down; the parent hands down nothing that it
        // opened.
        let is_ours = target.starts_with("pipe:") || target.starts_with("socket:") || target == "/dev/null";
        assert!(is_ours, "{target}");
    }
    assert_eq!(waiting.end().status, 0);
}

#[test]
fn a_worker_that_dies_costs_its_file_alone() {
    if !cfg!(target_os = "linux") || !is_administrator() {
        skip("finding out how far a worker is needs Linux and root");
        return;
    }
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let before = workspace.file("before.csv", "+8615400000001\n+8615400000002\n");
    let after = workspace.file("after.csv", "+8615400000003\n");
    for (signal, said) in [("ABRT", "signal 6"), ("SYS", "may not make"), ("KILL", "signal 9")] {
        let waiting = Waiting::start(&workspace, &["--replace", "--source", "a", &before, "-", &after]);
        let kill = Command::new("kill").args([&format!("-{signal}"), &waiting.worker.to_string()]).status();
        assert!(kill.expect("kill runs").success());
        let ended = waiting.end();
        assert_eq!(ended.status, 2, "{ended:?}");
        let sentence = ended.stderr.lines().find(|line| line.starts_with("exposure: -: "));
        assert!(sentence.is_some_and(|sentence| sentence.contains(said)), "{}", ended.stderr);
        let runs = workspace.run(&["--json", "sources", "show", "a"]).json()["runs"].clone();
        let runs = runs.as_array().expect("runs");
        // What arrived of standard input, which is one number or none, beside the three of the
        // files.
        let records = runs.last().expect("a run")["distinct"]["phone"].as_u64().expect("a count");
        assert!((3..=4).contains(&records), "both other files are in the ledger: {runs:?}");
        assert!(ended.stdout.contains("phone"), "{}", ended.stdout);
    }
}

/// A file that asks for more memory than a worker may have is damaged, and the next one is read.
#[test]
fn a_worker_that_is_refused_memory_costs_its_file_alone() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let good = workspace.file("b.csv", "phone\n+8615400000003\n");
    // One record that may be held whole, and is larger than the worker's memory.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"INSERT INTO t (phone) VALUES ('+8615400000004'),('").expect("memory");
    let filler = vec![b'a'; 1 << 20];
    for _ in 0..512 {
        encoder.write_all(&filler).expect("memory");
    }
    let large = workspace.file("a.sql.gz", encoder.finish().expect("memory"));
    let mut command = Command::new("sh");
    let binary = workspace.command(&[]).get_program().to_owned();
    command.arg("-c").arg("ulimit -v 700000; exec \"$0\" \"$@\"").arg(binary);
    command
        .args(["ingest", "--source", "a", "--memory", "16M", "--max-record", "1G", &large, &good])
        .env("EXPOSURE_DATA", workspace.data());
    let output = command.output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code(output.status), 2, "{stderr}");
    assert!(stderr.lines().any(|line| line.contains("a.sql.gz") && line.contains("refused memory")), "{stderr}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("phone"), "the other file is read: {stderr}");
}

/// A frame of the stream between parent and worker.
fn frame(kind: u8, payload: &str) -> Vec<u8> {
    [&(payload.len() as u32).to_le_bytes()[..], &[kind], payload.as_bytes()].concat()
}

/// Runs a worker with these bytes on the socket that is its standard input.
fn worker_with(workspace: &Workspace, requests: &[u8], has_reader: bool) -> Said {
    let (mut own, theirs) = UnixStream::pair().expect("a socket");
    let mut command = workspace.command(&["worker", "extract"]);
    let mut child = command.stdin(std::os::fd::OwnedFd::from(theirs)).spawn().expect("the command starts");
    // Its end of the socket goes with the command.
    drop(command);
    if !has_reader {
        drop(child.stdout.take());
    }
    own.write_all(requests).expect("written");
    own.shutdown(std::net::Shutdown::Write).expect("shut down");
    let output = child.wait_with_output().expect("it ends");
    Said {
        status: code(output.status),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn requests_that_are_truncated_or_forged_are_one_sentence() {
    let workspace = Workspace::new();
    let settings = r#"{"version":1,"region":"CN","today":"2026-01-01","columns":[],"mapping":"","limits":
        {"ratio":2000,"entries":100,"record":65536,"depth":8,"whole":1048576},"preview":false,"threads":1,
        "address_space":1073741824}"#;
    let sound = frame(b'S', settings);
    let file = frame(b'F', r#"{"path":"a.csv","is_named":true,"bytes":1}"#);
    let cases: [(Vec<u8>, bool, &str); 8] = [
        (Vec::new(), true, "ends within a frame"),
        (sound[..9].to_vec(), true, "ends within a frame"),
        (frame(b'?', "{}"), true, "not a frame"),
        (frame(b'S', "{}"), true, "not a frame"),
        (frame(b'S', &settings.replace("\"version\":1", "\"version\":9")), true, "not those of this version"),
        ([sound.clone(), sound.clone()].concat(), true, "not those of this version"),
        // A file without its descriptor.
        ([sound.clone(), file].concat(), true, "not a frame"),
        (sound.clone(), false, "cannot be written"),
    ];
    for (requests, has_reader, expected) in cases {
        let sentence = worker_with(&workspace, &requests, has_reader).sentence();
        assert!(sentence.contains(expected), "“{expected}” is not in: {sentence}");
    }
    assert!(!workspace.data().exists(), "nothing was changed");
    assert_eq!(worker_with(&workspace, &sound, true).status, 0, "no input is no error");
}

#[test]
fn a_worker_started_by_hand_says_what_it_is() {
    let workspace = Workspace::new();
    let said = workspace.run_with(&["worker", "extract"], "F\0\0\0").sentence();
    assert!(said.contains("not a socket") && said.contains("exposure ingest"), "{said}");
    let said = workspace.run(&["worker", "attempt", "nonsense"]).sentence();
    assert!(said.contains("nonsense"), "{said}");
    assert!(!workspace.data().exists(), "nothing was changed");
    let help = workspace.run(&["--help"]).ok();
    assert!(!help.contains("worker"), "it is not for people");
}
