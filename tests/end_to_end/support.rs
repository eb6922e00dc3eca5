//! Runs the command in its own directory, and keeps a service running while a test uses it.

use exposure_synthetic::Leak;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use tempfile::TempDir;

/// The output and exit status of a command.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// Its standard output; the command must have succeeded.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.status, 0, "{}", self.stderr);
        self.stdout
    }

    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).expect("JSON on standard output")
    }

    /// The one error sentence; the command must have failed with status 2 and exactly one.
    pub(crate) fn sentence(self) -> String {
        assert_eq!(self.status, 2, "{self:?}");
        let said: Vec<_> = self.stderr.lines().filter(|line| line.starts_with("exposure: ")).collect();
        assert_eq!(said.len(), 1, "one clear sentence: {}", self.stderr);
        said[0].to_owned()
    }
}

/// A data directory and dumps, deleted when dropped.
pub(crate) struct Workspace {
    dir: TempDir,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary directory") }
    }

    /// In memory where possible: for tests that sync thousands of files.
    pub(crate) fn in_memory() -> Self {
        let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        Self { dir: dir.expect("a temporary directory") }
    }

    /// With a key, both sources of a small leak ingested, and an index.
    pub(crate) fn with_leak(people: u64) -> (Self, Leak) {
        let workspace = Self::new();
        let leak = Leak::of(people);
        workspace.run(&["keygen"]).ok();
        fs::create_dir(workspace.path("dumps")).expect("a directory");
        for source in leak.write(&workspace.path("dumps")).expect("written") {
            workspace.run(&["ingest", "--source", source.slug, &source.path.display().to_string()]).ok();
        }
        workspace.run(&["build"]).ok();
        (workspace, leak)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file and returns its path as an argument.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, content).expect("writable");
        path.display().to_string()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &str) -> Said {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("the command starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        let input = stdin.to_owned();
        // A command that fails early may leave its input unread.
        let writer = std::thread::spawn(move || drop(pipe.write_all(input.as_bytes())));
        let output = child.wait_with_output().expect("the command ends");
        writer.join().expect("written");
        Said {
            status: code(output.status),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("EXPOSURE_")) {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(self.dir.path()).env("EXPOSURE_DATA", self.data());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts `serve` on a free port, with high quotas unless the test sets its own.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        Self::serving(&mut self.command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat()))
    }

    /// The same with a limit on open files.
    pub(crate) fn serve_with_files(&self, files: u64) -> Server {
        let this = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("ulimit -n {files} && exec \"$0\" \"$@\"")).arg(this.get_program());
        command.args(this.get_args()).envs(this.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.current_dir(this.get_current_dir().expect("set")).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The log is read only at the end, and a pipe cannot hold the log of a flood.
        command.env("EXPOSURE_LOG", "info");
        Self::serving(&mut command)
    }

    fn serving(command: &mut Command) -> Server {
        let generous = [
            "EXPOSURE_BUDGET_GLOBAL_PER_SECOND",
            "EXPOSURE_BUDGET_ADDRESS_PER_MINUTE",
            "EXPOSURE_BUDGET_ADDRESS_PER_DAY",
        ];
        command.envs(generous.map(|name| (name, "100000")));
        // Tests log everything that can be logged.
        if !command.get_envs().any(|(name, _)| name == "EXPOSURE_LOG") {
            command.env("EXPOSURE_LOG", "trace");
        }
        let mut child = command.spawn().expect("the command starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut ready = String::new();
        lines.read_line(&mut ready).expect("a line");
        let Some(url) = ready.trim().strip_prefix("ready ") else {
            let mut why = String::new();
            drop(child.stderr.take().expect("a pipe").read_to_string(&mut why));
            panic!("serve did not become ready: {ready}{why}");
        };
        let mut admin = String::new();
        if command.get_args().any(|argument| argument == "--admin") {
            lines.read_line(&mut admin).expect("a line");
            admin = admin.trim().strip_prefix("admin ").expect("the address for operators").to_owned();
        }
        Server { url: url.to_owned(), admin, child }
    }
}

/// A running service, stopped when dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    /// The address of the admin listener; empty without one.
    pub(crate) admin: String,
    child: Child,
}

impl Server {
    /// Host and port of the public listener.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// Its `/v1/parameters`.
    pub(crate) fn parameters(&self) -> Value {
        let answer = ureq::get(format!("{}v1/parameters", self.url)).call();
        answer.expect("an answer").body_mut().read_json().expect("JSON")
    }

    /// Stops it with SIGTERM; returns its exit status and its log.
    pub(crate) fn stop(mut self) -> (ExitStatus, String) {
        let stopped = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(stopped.success());
        let mut log = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut log).expect("UTF-8");
        (self.child.wait().expect("it ends"), log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// All files below a directory.
pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

/// The content of all files below a directory, to detect changes.
pub(crate) fn snapshot(dir: &Path) -> Vec<(PathBuf, blake3::Hash)> {
    let mut files: Vec<_> = files_below(dir)
        .into_iter()
        // The lock file is always empty.
        .filter(|path| path.file_name().is_some_and(|name| name != "lock"))
        .map(|path| (path.clone(), blake3::hash(&fs::read(path).expect("readable"))))
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

/// The command under test: `EXPOSURE_BIN`, or the one built beside this test.
pub(crate) fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("EXPOSURE_BIN") {
        return path.into();
    }
    let this = std::env::current_exe().expect("this test has a path");
    let path = this.parent().and_then(Path::parent).expect("target/PROFILE/deps/TEST").join("exposure");
    assert!(path.exists(), "{} is missing: run `cargo build --workspace` first, as `make test` does", path.display());
    path
}

pub(crate) fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| panic!("ended by a signal: {status}"))
}
