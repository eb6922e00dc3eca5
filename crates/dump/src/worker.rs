//! The worker: reads requests and inputs, and writes frames. Runs in a process of its own, which is
//! executed anew with an empty environment, and gives everything up before the first input.

use crate::allocator::keep_freed_memory;
use crate::columns::column::ColumnSpec;
use crate::columns::detect::Detector;
use crate::columns::mapping::Mapping;
use crate::container::{self, Input, Member};
use crate::descriptors::{Receiver, Request};
use crate::error::DumpError;
use crate::extract::{self, Context, Extractor, Identifiers, KindOrder, Sink};
use crate::halt::Halt;
use crate::progress::Progress;
use crate::report::PartReport;
use crate::sandbox::{self, Isolation};
use crate::stream::{End, FileRequest, FrameType, Hello, STREAM_VERSION, Settings, StreamError, write_frame};
use exposure_identifier::{CANONICAL_VERSION, Rules};
use serde::Serialize;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Rows of each table that a preview shows, masked.
const PREVIEW_ROWS: usize = 5;

/// Members of an archive that a preview looks at.
const PREVIEW_MEMBERS: usize = 100;

/// Bytes of an input after which progress is told.
const PROGRESS_BYTES: u64 = 4 << 20;

/// Why a worker ends early. One sentence each; nothing has been changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// Standard input is a terminal, a file or a pipe.
    #[error(
        "standard input is not a socket: `exposure ingest` and `exposure preview` start this command themselves, and it \
         is not for use by hand"
    )]
    NotStarted,
    /// The requests are not what a parent of this version sends.
    #[error("the requests on standard input cannot be read: {0}")]
    Requests(StreamError),
    /// The settings cannot be understood.
    #[error("the settings on standard input are not those of this version")]
    Settings,
    /// Nobody reads the frames.
    #[error("the frames on standard output cannot be written")]
    Output,
}

/// Where a worker runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confinement {
    /// In a process of its own, which it confines.
    Process,
    /// In a thread of its parent, for tests of the parent: nothing is confined.
    Thread,
}

/// Serves requests from a socket until its end, and writes frames to `output`.
pub fn serve(requests: impl AsFd, output: impl Write + Send, confinement: Confinement) -> Result<(), WorkerError> {
    let mut requests = Receiver::new(requests);
    let settings = match requests.next().map_err(not_started)? {
        Some(Request::Settings(settings)) if settings.version == STREAM_VERSION => settings,
        Some(_) => return Err(WorkerError::Settings),
        None => return Err(WorkerError::Requests(StreamError::Cut)),
    };
    let understood = Understood::of(&settings).ok_or(WorkerError::Settings)?;
    let isolation = match confinement {
        Confinement::Process => sandbox::enter(settings.address_space, || start_threads(settings.threads)),
        Confinement::Thread => Isolation::default(),
    };
    keep_freed_memory();
    let output = Output::new(output);
    let canonical = CANONICAL_VERSION.to_owned();
    output.json(FrameType::Hello, &Hello { version: STREAM_VERSION, canonical, isolation })?;
    let order = KindOrder::default();
    let shows = if settings.preview { PREVIEW_ROWS } else { 0 };
    let context = Context {
        extractor: Extractor::new(&order, if settings.preview { &() } else { &output }, shows),
        limits: &settings.limits,
        detector: &Arc::new(Detector::new(understood.rules)),
        mapping: &understood.mapping,
        columns: &understood.columns,
        is_preview: settings.preview,
    };
    while let Some(request) = requests.next().map_err(WorkerError::Requests)? {
        let Request::File(request, file) = request else { return Err(WorkerError::Settings) };
        one(&context, &request, file, &output)?;
    }
    Ok(())
}

/// Standard output, by its descriptor: the library's own buffers frames by lines.
pub fn standard_output() -> io::Result<File> {
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

fn not_started(error: StreamError) -> WorkerError {
    let is_no_socket = matches!(&error, StreamError::Io(error) if error.raw_os_error() == Some(rustix::io::Errno::NOTSOCK.raw_os_error()));
    if is_no_socket { WorkerError::NotStarted } else { WorkerError::Requests(error) }
}

/// The threads that parse, each of which has allocated once: a first allocation makes system calls
/// of its own.
fn start_threads(threads: usize) {
    let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    if built.is_ok() {
        rayon::broadcast(|_| drop(std::hint::black_box(vec![0_u8; 1 << 10])));
    }
}

/// Settings, parsed.
struct Understood {
    rules: Rules,
    mapping: Mapping,
    columns: Vec<ColumnSpec>,
}

impl Understood {
    fn of(settings: &Settings) -> Option<Self> {
        let rules = Rules { region: settings.region.parse().ok()?, ..Rules::on(settings.today.parse().ok()?) };
        let mapping = match settings.mapping.as_str() {
            "" => Mapping::empty(),
            text => Mapping::parse(text).ok()?,
        };
        let columns = settings.columns.iter().map(crate::stream::ColumnSetting::spec).collect::<Option<_>>()?;
        Some(Self { rules, mapping, columns })
    }
}

/// Reads one input to its end.
fn one<W: Write + Send>(
    context: &Context<'_>,
    request: &FileRequest,
    file: OwnedFd,
    output: &Output<W>,
) -> Result<(), WorkerError> {
    let mut parts = 0;
    let mut take = |member: Member<'_>| {
        let is_archive = member.name.is_some();
        let part = extract::member(context, Path::new(&request.path), request.is_named, member)?;
        output.part(&part).map_err(|_| DumpError::Sink)?;
        parts += 1;
        // A preview reads archives as far as their first members, and of other files only the head.
        let is_enough = context.is_preview && !(is_archive && parts < PREVIEW_MEMBERS);
        if is_enough { Err(Halt::Enough) } else { Ok(()) }
    };
    let (limits, file) = (context.limits, File::from(file));
    let walked = match request.bytes {
        Some(bytes) => container::walk_file(&Input::new(file, bytes), limits, output, &mut take),
        None => container::walk_stream(file, limits, output, &mut take),
    };
    output.flush_progress()?;
    let identifiers = output.delivered.swap(0, Ordering::Relaxed);
    match walked {
        Ok(walked) => output.json(FrameType::End, &End { walked: Some(walked), identifiers }),
        Err(Halt::Enough) => output.json(FrameType::End, &End { walked: None, identifiers }),
        Err(Halt::Failed(DumpError::Sink)) => Err(WorkerError::Output),
        Err(Halt::Failed(error)) => output.json(FrameType::Failed, &error),
    }
}

/// Frames to the parent, from any thread.
struct Output<W> {
    stream: Mutex<W>,
    /// Bytes read that the parent has not been told of.
    read: AtomicU64,
    /// Identifiers of the current input.
    delivered: AtomicU64,
}

impl<W: Write + Send> Output<W> {
    fn new(stream: W) -> Self {
        Self { stream: Mutex::new(stream), read: AtomicU64::new(0), delivered: AtomicU64::new(0) }
    }

    fn frame(&self, kind: FrameType, payload: &[u8]) -> io::Result<()> {
        let mut stream = self.stream.lock().expect("no panic while it is held");
        write_frame(&mut *stream, kind, payload)
    }

    fn json(&self, kind: FrameType, value: &impl Serialize) -> Result<(), WorkerError> {
        let payload = serde_json::to_vec(value).map_err(|_| WorkerError::Output)?;
        self.frame(kind, &payload).map_err(|_| WorkerError::Output)
    }

    fn part(&self, part: &PartReport) -> Result<(), WorkerError> {
        self.json(FrameType::Part, part)
    }

    fn flush_progress(&self) -> Result<(), WorkerError> {
        let bytes = self.read.swap(0, Ordering::Relaxed);
        if bytes == 0 {
            return Ok(());
        }
        self.frame(FrameType::Progress, &bytes.to_le_bytes()).map_err(|_| WorkerError::Output)
    }
}

impl<W: Write + Send> Sink for Output<W> {
    fn take(&self, identifiers: &Identifiers) -> io::Result<()> {
        self.delivered.fetch_add(identifiers.count(), Ordering::Relaxed);
        self.frame(FrameType::Identifiers, identifiers.bytes())
    }
}

impl<W: Write + Send> Progress for Output<W> {
    fn advance(&self, bytes: u64) {
        let before = self.read.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes >= PROGRESS_BYTES {
            // A parent that is gone is noticed by whoever delivers.
            let _ = self.flush_progress();
        }
    }
}
