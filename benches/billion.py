#!/usr/bin/env python3
"""A billion people on this machine: identifiers from a pipe to a ledger, to an index, verified, opened and asked.

    cargo build --release -p exposure-cli -p exposure-benches
    python3 benches/billion.py --dir DIR                                    10^9, ten minutes, a disk with room
    python3 benches/billion.py --dir DIR --count 1000000 --voprf-count 100000      to try it out

The numbers are distinct, and nobody's (src/numbers.rs). They are made while they are read, so that no file of them lies
beside the ledger; what making them takes is a row of its own, since it shares the cores. Bytes read and written are those
that reached the disk; peak disk is of the whole data directory, looked at four times a second; peak RSS of `verify` and `open`
holds mapped pages of the file, which the kernel may take back at any time.

Evaluations under a key would take too long for all of them here: --voprf-count are made, and the time for --count is
computed from it, which the table says. Everything that was made is removed at the end.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from children import add_binaries, machine, need_binaries, need_room, run, seconds, size, size_of, table

# Room on the disk for each identifier: with little memory 24 are spilled and 21 in the ledger, which pass into each other; and
# the index, and some air.
BYTES_AN_IDENTIFIER = 60

# The generator has no more numbers.
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
    parser.add_argument("--voprf-count", type=int, default=10_000_000, help="of which so many under a key, or 0")
    parser.add_argument("--memory", default="6G", help="what ingest may use, about")
    parser.add_argument("--lookups", type=int, default=1_000_000, help="hits and misses looked up, each way")
    parser.add_argument("--dir", required=True, help="a folder that is there; what is made in it is removed")
    parser.add_argument("--disk", type=int, default=BYTES_AN_IDENTIFIER, help="bytes of disk each may need")
    parser.add_argument("--json", metavar="FILE", help="the numbers, too, for programs")
    add_binaries(parser)
    arguments = parser.parse_args()
    if not 0 < arguments.count <= MOST or not 0 <= arguments.voprf_count <= MOST:
        parser.error("--count lies between 1 and a billion, --voprf-count between 0 and a billion")
    if not os.path.isdir(arguments.dir):
        parser.error(f"{arguments.dir} is not a folder")
    return arguments


class Billion:
    """Runs the steps, and remembers what each took and the command that a reader would type."""

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
        command = ["ingest", "--source", "billion", *scheme, "--column", "1=phone", "--memory", self.arguments.memory, "-"]
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
