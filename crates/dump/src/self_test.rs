//! Shows what a worker cannot do. Each attempt runs in a process of its own, in the sandbox that a
//! worker enters.

use crate::sandbox::{self, Isolation};
use rustix::process::{Signal, getppid, kill_process};
use std::fmt;
use std::fs::File;
use std::io::{self, Write as _};
use std::net::UdpSocket;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::str::FromStr;

/// Address space of an attempt, in bytes.
const ADDRESS_SPACE: u64 = 1 << 30;

/// The status of an attempt that was refused with an error, and of one that succeeded.
const REFUSED: u8 = 3;
const SUCCEEDED: u8 = 4;

/// What a worker must not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Open a file.
    Open,
    /// Make a socket.
    Socket,
    /// Start a process.
    Start,
    /// Execute a program in place of itself.
    Execute,
    /// Signal another process.
    Signal,
    /// Hold more memory than it may.
    Allocate,
}

/// All of them.
const ALL: [Attempt; 6] =
    [Attempt::Open, Attempt::Socket, Attempt::Start, Attempt::Execute, Attempt::Signal, Attempt::Allocate];

impl Attempt {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Socket => "socket",
            Self::Start => "start",
            Self::Execute => "execute",
            Self::Signal => "signal",
            Self::Allocate => "allocate",
        }
    }
}

impl FromStr for Attempt {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        ALL.into_iter().find(|attempt| attempt.word() == word).ok_or(())
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open a file",
            Self::Socket => "make a socket",
            Self::Start => "start a process",
            Self::Execute => "execute a program",
            Self::Signal => "signal another process",
            Self::Allocate => "hold more memory than allowed",
        })
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The process was ended by this signal.
    Stopped(i32),
    /// The attempt was refused, and the process went on.
    Refused,
    /// Nothing stopped it.
    Succeeded,
    /// The process did not come so far.
    Untried,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped(signal) => write!(f, "stopped by signal {signal}"),
            Self::Refused => f.write_str("refused"),
            Self::Succeeded => f.write_str("NOT stopped"),
            Self::Untried => f.write_str("not tried: the process did not start"),
        }
    }
}

/// What was tried, and which layers there are.
#[derive(Debug)]
pub struct SelfTest {
    /// Which layers hold.
    pub isolation: Isolation,
    /// Each attempt, and how it ended.
    pub attempts: Vec<(Attempt, Ended)>,
}

impl SelfTest {
    /// Whether every attempt failed.
    pub fn is_confined(&self) -> bool {
        self.attempts.iter().all(|(_, ended)| matches!(ended, Ended::Stopped(_) | Ended::Refused))
    }
}

/// Makes every attempt in a process of its own, which `program` is as `worker attempt WHAT`.
pub fn self_test(program: &Path) -> io::Result<SelfTest> {
    let mut test = SelfTest { isolation: Isolation::default(), attempts: Vec::new() };
    for attempt in ALL {
        let mut command = Command::new(program);
        command.args(["worker", "attempt", attempt.word()]).env_clear().current_dir("/");
        let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output()?;
        // The layers are said before the attempt is made.
        let ended = match serde_json::from_slice(&output.stdout) {
            Ok(isolation) => {
                test.isolation = isolation;
                ended(output.status)
            }
            Err(_) => Ended::Untried,
        };
        test.attempts.push((attempt, ended));
    }
    Ok(test)
}

fn ended(status: ExitStatus) -> Ended {
    match (status.signal(), status.code().and_then(|code| u8::try_from(code).ok())) {
        (Some(signal), _) => Ended::Stopped(signal),
        (None, Some(REFUSED)) => Ended::Refused,
        (None, Some(SUCCEEDED)) => Ended::Succeeded,
        _ => Ended::Untried,
    }
}

/// Enters the sandbox, says which layers hold, and makes an attempt.
pub fn attempt(attempt: Attempt) -> ExitCode {
    let isolation = sandbox::enter(ADDRESS_SPACE, || ());
    let said = serde_json::to_vec(&isolation).map(|json| {
        let mut output = io::stdout().lock();
        output.write_all(&json).and_then(|()| output.flush())
    });
    if !matches!(said, Ok(Ok(()))) {
        return ExitCode::FAILURE;
    }
    let is_done = match attempt {
        Attempt::Open => File::open("/").is_ok(),
        Attempt::Socket => UdpSocket::bind(("127.0.0.1", 0)).is_ok(),
        Attempt::Start => Command::new("/bin/true").spawn().is_ok(),
        Attempt::Execute => {
            // It returns only if it failed. What it would have executed ends with another status.
            drop(Command::new("/bin/false").exec());
            false
        }
        Attempt::Signal => getppid().is_some_and(|parent| kill_process(parent, Signal::CONT).is_ok()),
        Attempt::Allocate => Vec::<u8>::new().try_reserve_exact(2 * ADDRESS_SPACE as usize).is_ok(),
    };
    ExitCode::from(if is_done { SUCCEEDED } else { REFUSED })
}
