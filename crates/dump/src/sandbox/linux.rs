//! The layers that Linux has: Landlock (file system, network), seccomp (system calls), and what
//! `prctl` gives.

use super::layers::LAYERS;
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _, RulesetStatus,
    Scope,
};
use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal};
use rustix::thread::set_no_new_privs;
use seccompiler::SeccompCmpArgLen::{Dword, Qword};
use seccompiler::SeccompCmpOp::{Eq, MaskedEq};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter_all_threads,
};
use std::collections::BTreeMap;
use std::error::Error;

/// The newest version of Landlock that is asked for; older kernels give what they have.
const LANDLOCK: ABI = ABI::V6;

/// System calls of parsing, of running threads, and of an orderly exit. None of them opens a file,
/// connects, executes a program, or starts a process or thread.
const ALLOWED: [i64; 35] = [
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_pread64,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_recvmsg,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_fstat,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
];

/// Allowed without `PROT_EXEC`, so that no byte of a dump is ever executed.
const ALLOWED_UNLESS_EXECUTABLE: [i64; 2] = [libc::SYS_mmap, libc::SYS_mprotect];

/// Position of the protection flags among the arguments.
const PROT_ARGUMENT: u8 = 2;

/// What `fcntl` may do: read flags, and duplicate a descriptor. Others can have signals sent.
const FCNTL_COMMANDS: [libc::c_int; 3] = [libc::F_GETFD, libc::F_GETFL, libc::F_DUPFD_CLOEXEC];

pub(super) fn enter(threads: impl FnOnce(), lacks: &mut dyn FnMut(&str, String)) {
    // A worker without a parent has nothing to do.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    if let Err(error) = set_no_new_privs(true) {
        lacks(LAYERS[0], error.to_string());
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        lacks(LAYERS[1], error.to_string());
    }
    match landlock() {
        Ok(RulesetStatus::NotEnforced) => lacks(LAYERS[2], "not supported by this kernel".to_owned()),
        Ok(_) => {}
        Err(error) => lacks(LAYERS[2], error.to_string()),
    }
    // Threads inherit all of the above. The system calls that start them are not in the list.
    threads();
    if let Err(error) = seccomp() {
        lacks(LAYERS[3], error.to_string());
    }
}

/// Denies every path of the file system, every TCP port, and sockets and signals of other
/// processes.
fn landlock() -> Result<RulesetStatus, Box<dyn Error>> {
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset)
}

fn seccomp() -> Result<(), Box<dyn Error>> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.into_iter().map(|call| (call, Vec::new())).collect();
    let executable = u64::from(libc::PROT_EXEC.unsigned_abs());
    for call in ALLOWED_UNLESS_EXECUTABLE {
        rules.insert(call, vec![rule(&[(PROT_ARGUMENT, Dword, MaskedEq(executable), 0)])?]);
    }
    let command = |command: &libc::c_int| rule(&[(1, Dword, Eq, u64::from(command.unsigned_abs()))]);
    rules.insert(libc::SYS_fcntl, FCNTL_COMMANDS.iter().map(command).collect::<Result<_, _>>()?);
    // A worker may signal itself, as aborting does, and read its own limits; nobody else's.
    rules.insert(libc::SYS_tgkill, vec![rule(&[(0, Dword, Eq, u64::from(std::process::id()))])?]);
    rules.insert(libc::SYS_prlimit64, vec![rule(&[(0, Dword, Eq, 0), (2, Qword, Eq, 0)])?]);
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?;
    let program: BpfProgram = filter.try_into()?;
    apply_filter_all_threads(&program)?;
    Ok(())
}

/// Allows a call if all conditions hold: position of the argument, its width, operator and value.
fn rule(conditions: &[(u8, SeccompCmpArgLen, SeccompCmpOp, u64)]) -> Result<SeccompRule, seccompiler::BackendError> {
    let conditions = conditions.iter().map(|(argument, width, operator, value)| {
        SeccompCondition::new(*argument, width.clone(), operator.clone(), *value)
    });
    SeccompRule::new(conditions.collect::<Result<_, _>>()?)
}
