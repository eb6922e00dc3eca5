"""Indexes a billion identifiers on this machine and measures each step: from a pipe to a ledger, to
an index, then verify, open and look up.

    cargo build --release -p exposure-cli -p exposure-benches
    # 10^9 identifiers, ten minutes, 60 GB of disk
    python3 benches/billion.py --dir DIR
    # a short trial
    python3 benches/billion.py --dir DIR --count 1000000 --voprf-count 100000

The numbers are distinct and assigned to nobody (src/numbers.rs). They are generated while they are
read, so that no file of them is on the disk; the generator has a row of its own, since it uses the
same cores. Bytes read and written are those that reached the disk. Peak disk is that of the whole
data directory, sampled four times a second. Peak RSS of `verify` and `open` includes mapped pages
of the file, which the kernel may reclaim at any time.

Keyed evaluation of a billion identifiers would take too long here: --voprf-count are evaluated, and
the time for --count is extrapolated, which the table states. All files are removed at the end.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from children import add_binaries, machine, need_binaries, need_room, run, seconds, size, size_of, table

# Bytes of disk for each identifier: with little memory 24 are spilled and 21 stand in the ledger,
# partly at the same time; the rest is the index and a margin.
BYTES_AN_IDENTIFIER = 60

# The generator has no more distinct numbers.
MOST = 1_000_000_000


def main():
    arguments = parse()
    need_binaries(arguments)
    most = max(arguments.count, arguments.voprf_count)
    need_room(arguments.dir, most * arguments.disk, f"a run of {most:,} identifiers")
    with tempfile.TemporaryDirectory(dir=arguments.dir, prefix="exposure-billion-") as folder:
        billion = Billion(arguments, folder)
        billion.sha256()
        if arguments.voprf_count:
            billion.voprf()
    billion.print_results()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=MOST, help="identifiers, at most a billion")
    parser.add_argument(
        "--voprf-count", type=int, default=10_000_000, help="how many of them to evaluate under a key, or 0"
    )
    parser.add_argument("--memory", default="6G", help="memory that ingest may use, approximately")
    parser.add_argument("--lookups", type=int, default=1_000_000, help="how many hits and how many misses to look up")
    parser.add_argument("--dir", required=True, help="an existing folder; files made in it are removed")
    parser.add_argument(
        "--disk", type=int, default=BYTES_AN_IDENTIFIER, help="bytes of disk to require for each identifier"
    )
    parser.add_argument("--json", metavar="FILE", help="also write the results as JSON")
    add_binaries(parser)
    arguments = parser.parse_args()
    if not 0 < arguments.count <= MOST or not 0 <= arguments.voprf_count <= MOST:
        parser.error("--count lies between 1 and a billion, --voprf-count between 0 and a billion")
    if not os.path.isdir(arguments.dir):
        parser.error(f"{arguments.dir} is not a folder")
    return arguments


class Billion:
    """Runs the steps and records what each took and the command to repeat it."""

    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder
        self.steps, self.commands, self.sizes, self.opened = {}, [], {}, {}

    def sha256(self):
        data, count = os.path.join(self.folder, "sha256"), self.arguments.count
        self.ingest("ingest", data, count, "--scheme", "sha256", "--allow-unkeyed")
        ledger, index = os.path.join(data, "ledgers"), os.path.join(data, "index", "current.index")
        self.sizes["ledger"] = size_of(ledger)
        self.step("build", data, "build", "--allow-unkeyed")
        self.sizes["index"] = os.path.getsize(index)
        self.step("verify", data, "verify")
        command = ["open", index, "--count", str(count), "--lookups", str(self.arguments.lookups)]
        self.remember("exposure-bench", command)
        self.steps["open, look up"] = run([self.arguments.bench, *command])
        self.opened = json.loads(self.steps["open, look up"].output)

    def voprf(self):
        data = os.path.join(self.folder, "voprf")
        self.step(None, data, "keygen")
        self.ingest("ingest, keyed", data, self.arguments.voprf_count)

    def ingest(self, name, data, count, *scheme):
        numbers = ["numbers", str(count)]
        command = [
            "ingest",
            "--source",
            "billion",
            *scheme,
            "--column",
            "1=phone",
            "--memory",
            self.arguments.memory,
            "-",
        ]
        self.remember("exposure-bench", [*numbers, "|"])
        generator = subprocess.Popen([self.arguments.bench, *numbers], stdout=subprocess.PIPE)
        self.step(name, data, *command, stdin=generator.stdout)
        generator.stdout.close()
        _, status, usage = os.wait4(generator.pid, 0)
        generator.returncode = os.waitstatus_to_exitcode(status)
        if generator.returncode != 0:
            sys.exit(f"the generator ended with status {generator.returncode}")
        self.sizes[f"{name}: CPU of the generator"] = usage.ru_utime + usage.ru_stime
        found = json.loads(self.steps[name].output)["distinct"]["phone"]
        if found != count:
            sys.exit(f"{found} distinct numbers were found among {count}")

    def step(self, name, data, *command, stdin=subprocess.DEVNULL):
        self.remember("exposure --data DIR", command)
        measured = run([self.arguments.exposure, "--data", data, "--json", *command], stdin=stdin, watch=data)
        if name:
            self.steps[name] = measured
            print(f"{name}: {seconds(measured.wall)}", file=sys.stderr)

    def remember(self, program, command):
        shown = (part.replace(self.folder, "DIR").replace("DIR/sha256", "DIR") for part in command)
        self.commands.append(f"{program} {' '.join(shown)}")

    def print_results(self):
        arguments = self.arguments
        print(f"{arguments.count:,} distinct phone numbers. {machine()}.\n")
        print("```\n" + "\n".join(self.commands).replace("|\n", "| ") + "\n```\n")
        print(self.table_of_steps())
        print()
        print(table([["", ""], *self.facts()]))
        if arguments.json:
            with open(arguments.json, "w") as file:
                json.dump(self.as_json(), file, indent=1)

    def table_of_steps(self):
        rows = [["", "wall", "identifiers/s", "CPU, user", "CPU, system", "peak RSS", "read", "written", "peak disk"]]
        for name, it in self.steps.items():
            count = self.arguments.voprf_count if "keyed" in name else self.arguments.count
            is_run = name.startswith("open")
            speed = "" if is_run else f"{count / it.wall / 1e6:.3f} M"
            disk = "" if is_run else size(it.peak_disk)
            moved = [size(it.peak_rss), size(it.read), size(it.written), disk]
            label = f"{name} ({count:,})" if "keyed" in name else name
            rows.append([label, seconds(it.wall), speed, seconds(it.user), seconds(it.system), *moved])
        return table(rows)

    def facts(self):
        count, it = self.arguments.count, self.opened
        for name in ("ledger", "index"):
            yield [f"size of the {name}", f"{size(self.sizes[name])}, {self.sizes[name] / count:.3f} B an identifier"]
        whole = sum(self.steps[name].wall for name in ("ingest", "build", "verify"))
        yield ["from the pipe to a verified index", hours(whole)]
        yield ["CPU of the generator, beside ingest", seconds(self.sizes["ingest: CPU of the generator"])]
        yield ["open, warm, twice", ", ".join(f"{ms:.2f} ms" for ms in it["open_ms"])]
        yield ["lookup, each leaf verified at its first", f"{it['hit_ns_as_leaves_are_verified']:.0f} ns"]
        yield ["lookup, hit and miss", f"{it['hit_ns']:.0f} ns, {it['miss_ns']:.0f} ns"]
        yield ["batched lookup, hit and miss", f"{it['batched_hit_ns']:.0f} ns, {it['batched_miss_ns']:.0f} ns"]
        yield ["found that are not in it", f"{it['false_positives']} of {it['lookups']:,}"]
        if keyed := self.steps.get("ingest, keyed"):
            each = keyed.wall / self.arguments.voprf_count
            yield ["keyed: wall and CPU an identifier", f"{each * 1e6:.2f} µs, {self.cpu_of_keyed() * 1e6:.2f} µs"]
            yield [f"keyed: {count:,} would take, computed from that", hours(each * count)]

    def cpu_of_keyed(self):
        return self.steps["ingest, keyed"].cpu / self.arguments.voprf_count

    def as_json(self):
        steps = {name: {**it.__dict__, "output": json.loads(it.output)} for name, it in self.steps.items()}
        return {"machine": machine(), "count": self.arguments.count, "commands": self.commands} | {
            "voprf_count": self.arguments.voprf_count,
            "steps": steps,
            "sizes": self.sizes,
        }


def hours(time):
    return f"{time / 3600:.2f} h" if time >= 3600 else f"{time / 60:.1f} min" if time >= 60 else seconds(time)


if __name__ == "__main__":
    main()
