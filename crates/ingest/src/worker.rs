//! The process that parses dumps, as its parent sees it: started, asked, listened to, and replaced
//! when it dies. What it may do is `exposure-dump`'s matter; here nothing of what it says is
//! believed.

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

/// Address space that a worker has whatever the memory bound says: the program itself, tables of
/// phone numbers, and windows of decompression (128 MiB each where a file asks for it).
const ADDRESS_SPACE: u64 = 1 << 30;

/// Address space of a thread: its stack, and what the allocator reserves for it.
const ADDRESS_SPACE_OF_THREAD: u64 = 256 << 20;

/// Bytes that the pipe of frames holds, so that neither end waits for the other at each frame.
const PIPE_BYTES: usize = 1 << 20;

/// What a library says when it is refused memory, before it aborts.
const OUT_OF_MEMORY: &[u8] = b"memory allocation of";

/// Who parses dumps.
#[derive(Clone, Debug)]
pub enum Readers {
    /// A child process: this program, executed anew as `worker extract`, with an empty environment.
    Process {
        /// The program, which must be of the same version as the caller.
        program: PathBuf,
        /// Whether it is an error if a layer of the sandbox is missing.
        require_sandbox: bool,
    },
    /// A thread that does this with both ends, in tests of this crate. Nothing isolates it.
    #[cfg(test)]
    Thread(fn(UnixStream, io::PipeWriter)),
}

impl Readers {
    /// The program that is running.
    pub fn this_program(require_sandbox: bool) -> io::Result<Self> {
        // By this name the kernel finds it even where its file was replaced meanwhile.
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

    /// Has an input read, and hands over what is said of it.
    pub(crate) fn read(
        &mut self,
        request: &FileRequest,
        input: &OwnedFd,
        take: &mut dyn FnMut(Event) -> Result<(), IngestError>,
    ) -> Result<Ended, IngestError> {
        // One that died between two inputs is replaced once.
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
                Ok(None) | Err(StreamError::Cut | StreamError::Io(_)) => return Ok(Ended::Died(self.bury())),
                _ => return Ok(Ended::Died(self.distrust())),
            }
        }
    }

    /// Ends a worker that said what it cannot have meant.
    pub(crate) fn distrust(&mut self) -> String {
        self.running = None;
        "the process that parses dumps sent something that is not a frame, and was stopped".to_owned()
    }

    /// Why the worker died.
    fn bury(&mut self) -> String {
        let cause = self.running.take().and_then(Worker::cause_of_death);
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
        // As it comes where the system allows no more.
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
            Readers::Thread(run) => {
                let run = *run;
                std::thread::spawn(move || run(theirs, output));
                (Process::Thread, false)
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

    fn cause_of_death(mut self) -> Option<String> {
        match &mut self.process {
            Process::Child(child) => {
                let status = child.wait().ok()?;
                let mut last = Vec::new();
                // Bounded by the pipe, as nobody writes any more. Never shown: it may quote the
                // dump.
                child.stderr.take()?.read_to_end(&mut last).ok()?;
                Some(cause(status, last.starts_with(OUT_OF_MEMORY)))
            }
            #[cfg(test)]
            Process::Thread => None,
        }
    }
}

/// One that nobody listens to any more has nothing to do.
impl Drop for Worker {
    fn drop(&mut self) {
        self.stop();
    }
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
