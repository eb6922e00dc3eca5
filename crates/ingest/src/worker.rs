//! The parent's side of the worker: starts it, sends requests, reads frames, and replaces it when
//! it dies. What a worker can reach is decided in `exposure-dump`.

use crate::error::IngestError;
use crate::progress::Progress;
use exposure_dump::{
    ColumnSetting, ColumnSpec, End, Event, FileRequest, Hello, Limits, Mapping, Requests, STREAM_VERSION, Settings,
    StreamError, next_event,
};
use exposure_identifier::{CANONICAL_VERSION, Rules};
use std::io::{self, PipeReader, Read as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Address space of every worker, independent of `--memory`: the program itself, tables of
/// phone numbers, and windows of decompression (128 MiB each where a file asks for it).
const ADDRESS_SPACE: u64 = 1 << 30;

/// Address space of a thread: its stack, and what the allocator reserves for it.
const ADDRESS_SPACE_OF_THREAD: u64 = 256 << 20;

/// Time that a worker gets to exit after its stream has ended, and how often it is checked.
const EXIT_GRACE: Duration = Duration::from_secs(2);
const EXIT_POLL: Duration = Duration::from_millis(5);

/// Bytes that the pipe of frames holds, so that neither end waits for the other at each frame.
#[cfg(target_os = "linux")]
const PIPE_BYTES: usize = 1 << 20;

/// How the message of the allocator begins when memory runs out, before the process aborts.
const OUT_OF_MEMORY: &[u8] = b"memory allocation of";

/// How dumps are parsed.
#[derive(Clone, Debug)]
pub enum Readers {
    /// A child process: this program, executed anew as `worker extract`, with an empty environment.
    Process {
        /// The program, which must be of the same version as the caller.
        program: PathBuf,
        /// Whether it is an error if a layer of the sandbox is missing.
        require_sandbox: bool,
    },
    /// A thread, in tests of this crate. Nothing isolates it.
    #[cfg(test)]
    Thread {
        /// What it does with its ends of socket and pipe.
        run: fn(UnixStream, io::PipeWriter),
        /// As of a process.
        require_sandbox: bool,
    },
}

impl Readers {
    /// The program that is running.
    pub fn this_program(require_sandbox: bool) -> io::Result<Self> {
        // This path leads to the running program even if its file was replaced.
        let own = PathBuf::from("/proc/self/exe");
        let program = if own.exists() { own } else { std::env::current_exe()? };
        Ok(Self::Process { program, require_sandbox })
    }
}

/// What decides how inputs are read.
pub(crate) struct Reading<'r> {
    pub(crate) rules: Rules,
    pub(crate) columns: &'r [ColumnSpec],
    pub(crate) mapping: &'r Mapping,
    pub(crate) limits: Limits,
    pub(crate) is_preview: bool,
    /// Bytes to hold in memory, about.
    pub(crate) memory: usize,
}

impl Reading<'_> {
    fn settings(&self) -> Settings {
        let threads = rayon::current_num_threads();
        let bytes = self.memory as u64 + 2 * self.limits.whole as u64;
        Settings {
            version: STREAM_VERSION,
            region: self.rules.region.to_string(),
            today: self.rules.today.to_string(),
            columns: self.columns.iter().map(ColumnSetting::from).collect(),
            mapping: self.mapping.text().to_owned(),
            limits: self.limits,
            preview: self.is_preview,
            threads,
            address_space: ADDRESS_SPACE + ADDRESS_SPACE_OF_THREAD * threads as u64 + bytes,
        }
    }
}

/// How an input ended.
pub(crate) enum Ended {
    /// It was read.
    Done(End),
    /// The worker died at it: why, in one clause.
    Died(String),
}

/// Workers, one after another: the next one is started when one has died.
pub(crate) struct Workers<'w> {
    readers: &'w Readers,
    settings: Settings,
    progress: &'w dyn Progress,
    running: Option<Worker>,
    is_warned: bool,
}

impl<'w> Workers<'w> {
    pub(crate) fn new(readers: &'w Readers, reading: &Reading<'_>, progress: &'w dyn Progress) -> Self {
        Self { readers, settings: reading.settings(), progress, running: None, is_warned: false }
    }

    /// Reads one input, and passes each event to `take`.
    pub(crate) fn read(
        &mut self,
        request: &FileRequest,
        input: &OwnedFd,
        take: &mut dyn FnMut(Event) -> Result<(), IngestError>,
    ) -> Result<Ended, IngestError> {
        // A worker that died between two inputs is restarted once.
        let is_sent = match &mut self.running {
            Some(worker) => worker.requests.file(request, input.as_fd()).is_ok(),
            None => false,
        };
        if !is_sent {
            let worker = self.start()?;
            self.running.insert(worker).requests.file(request, input.as_fd()).map_err(IngestError::Worker)?;
        }
        let worker = self.running.as_mut().expect("it has just been asked");
        loop {
            match next_event(&mut worker.frames) {
                Ok(Some(Event::End(end))) => return Ok(Ended::Done(end)),
                Ok(Some(event @ (Event::Identifiers(_) | Event::Progress(_) | Event::Part(_) | Event::Failed(_)))) => {
                    take(event)?;
                }
                Ok(None) | Err(StreamError::Cut | StreamError::Io(_)) => return Ok(Ended::Died(self.cause_of_end())),
                _ => return Ok(Ended::Died(self.stop_invalid())),
            }
        }
    }

    /// Stops the worker after an invalid frame.
    pub(crate) fn stop_invalid(&mut self) -> String {
        self.running = None;
        "the process that parses dumps sent something that is not a frame, and was stopped".to_owned()
    }

    /// Stops the worker after its stream has ended, and says why it did.
    fn cause_of_end(&mut self) -> String {
        let cause = self.running.take().and_then(Worker::cause_of_end);
        cause.unwrap_or_else(|| "the process that parses dumps ended early".to_owned())
    }

    fn start(&mut self) -> Result<Worker, IngestError> {
        let (mut worker, hello) = Worker::start(self.readers, &self.settings)?;
        if (hello.version, hello.canonical.as_str()) != (STREAM_VERSION, CANONICAL_VERSION) {
            return Err(IngestError::OtherWorker);
        }
        let missing = hello.isolation.missing.join(", ");
        if !missing.is_empty() {
            if worker.requires_sandbox {
                worker.stop();
                return Err(IngestError::Sandbox { missing });
            }
            if !std::mem::replace(&mut self.is_warned, true) {
                self.progress.warn(&format!(
                    "the sandbox that dumps are parsed in lacks {missing}; --require-sandbox makes this an error"
                ));
            }
        }
        Ok(worker)
    }
}

/// A worker that runs.
struct Worker {
    requests: Requests<UnixStream>,
    frames: PipeReader,
    process: Process,
    requires_sandbox: bool,
}

enum Process {
    Child(Child),
    #[cfg(test)]
    Thread,
}

impl Worker {
    fn start(readers: &Readers, settings: &Settings) -> Result<(Self, Hello), IngestError> {
        let (own, theirs) = UnixStream::pair().map_err(IngestError::Worker)?;
        let (frames, output) = io::pipe().map_err(IngestError::Worker)?;
        // Best effort: the system may refuse a larger pipe.
        #[cfg(target_os = "linux")]
        let _ = rustix::pipe::fcntl_setpipe_size(&frames, PIPE_BYTES);
        let (process, requires_sandbox) = match readers {
            Readers::Process { program, require_sandbox } => {
                let mut command = Command::new(program);
                command.args(["worker", "extract"]).env_clear().current_dir("/");
                command.stdin(OwnedFd::from(theirs)).stdout(output).stderr(Stdio::piped());
                (Process::Child(command.spawn().map_err(IngestError::Worker)?), *require_sandbox)
            }
            #[cfg(test)]
            Readers::Thread { run, require_sandbox } => {
                let run = *run;
                std::thread::spawn(move || run(theirs, output));
                (Process::Thread, *require_sandbox)
            }
        };
        let mut worker = Self { requests: Requests(own), frames, process, requires_sandbox };
        worker.requests.settings(settings).map_err(IngestError::Worker)?;
        match next_event(&mut worker.frames) {
            Ok(Some(Event::Hello(hello))) => Ok((worker, hello)),
            _ => Err(IngestError::OtherWorker),
        }
    }

    fn stop(&mut self) {
        match &mut self.process {
            Process::Child(child) => {
                let _ = child.kill();
                let _ = child.wait();
            }
            #[cfg(test)]
            Process::Thread => {}
        }
    }

    fn cause_of_end(mut self) -> Option<String> {
        match &mut self.process {
            Process::Child(child) => {
                let status = exit_status(child)?;
                let mut last = Vec::new();
                // Bounded by the pipe. Never shown: it may quote the dump.
                child.stderr.take()?.read_to_end(&mut last).ok()?;
                Some(cause(status, last.starts_with(OUT_OF_MEMORY)))
            }
            #[cfg(test)]
            Process::Thread => None,
        }
    }
}

/// Kills the worker: its frames are no longer read.
impl Drop for Worker {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The status of a process that has closed its stream. One that does not end by itself is killed.
fn exit_status(child: &mut Child) -> Option<ExitStatus> {
    let deadline = Instant::now() + EXIT_GRACE;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().ok()? {
            return Some(status);
        }
        std::thread::sleep(EXIT_POLL);
    }
    child.kill().ok()?;
    child.wait().ok()
}

/// In one clause, why a worker died.
fn cause(status: ExitStatus, is_out_of_memory: bool) -> String {
    const WHO: &str = "the process that parses dumps";
    match status.signal() {
        _ if is_out_of_memory => format!("{WHO} was refused memory; if the dump needs it, raise --memory"),
        Some(31) if cfg!(target_os = "linux") => {
            format!("{WHO} made a system call that it may not make, and was stopped")
        }
        Some(signal) => format!("{WHO} was ended by signal {signal}"),
        None => format!("{WHO} ended early, with status {}", status.code().unwrap_or_default()),
    }
}

#[cfg(test)]
pub(crate) mod tests;
