"""Measures whole commands: wall and CPU time, memory, bytes read and written, peak disk usage.

Shared by build.py and billion.py. Needs only Python's standard library, on Linux.
"""

import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

# Seconds between two samples of the data directory, which holds few files.
DISK_EVERY = 0.25


@dataclass
class Measured:
    """What a command used. Bytes are those that reached the disk; times are in seconds."""

    wall: float
    user: float
    system: float
    peak_rss: int
    read: int
    written: int
    peak_disk: int
    output: str

    @property
    def cpu(self):
        return self.user + self.system


def run(command, stdin=None, watch=None):
    """Runs a command to its end. Memory and CPU time are those of the command and its children."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ended = threading.Event()
    errors, peaks = [], [0]
    aside = [threading.Thread(target=lambda: errors.append(child.stderr.read()))]
    if watch:
        aside.append(threading.Thread(target=watch_disk, args=(watch, child.pid, ended, peaks)))
    for thread in aside:
        thread.start()
    output = child.stdout.read()
    # The process has ended but is not reaped, so that its counters can still be read.
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    wall = time.monotonic() - start
    read, written = bytes_moved(child.pid)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    for thread in aside:
        thread.join()
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with status {child.returncode}: {errors[0].strip()}")
    return Measured(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024, read, written, peaks[0], output)


def bytes_moved(pid):
    """Bytes that reached the disk, from /proc: reads from the page cache do not count."""
    with open(f"/proc/{pid}/io") as file:
        fields = dict(line.split(": ") for line in file)
    return int(fields["read_bytes"]), int(fields["write_bytes"])


def watch_disk(directory, pid, ended, peaks):
    is_last = False
    while not is_last:
        is_last = ended.wait(DISK_EVERY)
        peaks[0] = max(peaks[0], size_of(directory, pid))


def size_of(directory, pid=None):
    """Bytes that all files below a directory take on the disk, without holes. Includes unlinked and
    unnamed files that the process holds open.
    """
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(directory) for name in names]
    if pid:
        paths += nameless(os.path.realpath(directory), f"/proc/{pid}/fd")
    files = {}
    for path in paths:
        try:
            file = os.stat(path)
            files[file.st_dev, file.st_ino] = file.st_blocks * 512
        except OSError:
            pass  # removed since it was listed
    return sum(files.values())


def nameless(directory, descriptors):
    try:
        paths = [os.path.join(descriptors, name) for name in os.listdir(descriptors)]
        return [path for path in paths if os.readlink(path).startswith(directory + "/")]
    except OSError:
        return []  # ended, or closed since it was listed: the next sample counts it


def release(name):
    """The path of a release binary."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(root, "target"))
    return os.path.join(target, "release", name)


def add_binaries(parser):
    parser.add_argument("--exposure", default=release("exposure"), help="the release binary")
    parser.add_argument("--bench", default=release("exposure-bench"), help="the release binary of the benchmarks")


def need_binaries(arguments):
    for path in (arguments.exposure, arguments.bench):
        if not shutil.which(path):
            sys.exit(f"{path} is missing: cargo build --release -p exposure-cli -p exposure-benches")


def need_room(directory, wanted, why):
    free = shutil.disk_usage(directory).free
    if free < wanted:
        sys.exit(f"{why} needs about {wanted / 1e9:.1f} GB in {directory}, and {free / 1e9:.1f} GB are free there")


def machine():
    """One line on this machine, for RESULTS.md."""
    return (
        f"{os.cpu_count()} cores of {processor()}, {memory() / 2**30:.0f} GiB of memory, "
        f"{platform.system()} {platform.release()}, {time.strftime('%Y-%m-%d', time.gmtime())}"
    )


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()


def memory():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def table(rows):
    """A Markdown table; the first row is the head. The first column is aligned to the left, the
    others to the right.
    """
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "| "
        + " | ".join(c.ljust(w) if at == 0 else c.rjust(w) for at, (c, w) in enumerate(zip(row, widths, strict=True)))
        + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (w + 2) if at == 0 else "-" * (w + 1) + ":" for at, w in enumerate(widths)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def seconds(time):
    return f"{time:.0f} s" if time >= 100 else f"{time:.1f} s" if time >= 10 else f"{time:.2f} s"


def size(count):
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit:
            return f"{count / unit:.2f} {name}"
    return f"{count} B"
