#!/usr/bin/env python3
"""A ledger beside DuckDB and GNU sort: phone numbers of a CSV to sorted, distinct hashes in a file.

    cargo build --release -p exposure-cli -p exposure-benches
    python3 benches/build.py [--rows N] [--repeats SHARE] [--memory 1G] [--dir DIR]

Whole commands, in turn, the median of the rounds by wall time. All may use as much memory and all cores:

- ours reads the CSV, checks each number and brings it into canonical form, hashes it (SHA-256 of `phone:` and the number),
  keeps 24 bytes of each distinct hash and publishes them, synced to the disk, as a ledger with checksums;
- DuckDB reads the CSV, trusts it, and writes `SELECT DISTINCT hash ORDER BY hash` to Parquet, without compression, since
  hashes have none: once with the hash as `sha256` returns it, in hex, and once as ours keeps it, a BLOB of 24 bytes. (Hex
  to CSV, GROUP BY for DISTINCT and numbers of 128 bits were tried: no faster, or not kept exactly.) Not synced;
- GNU sort is given the hashes, in hex: it reads no CSV, checks nothing and hashes nothing. It is not synced.

Their counts of distinct hashes must agree. The CSV is in the page cache for all of them.
Needs Python 3 alone; `pip install duckdb` for the rows of DuckDB.
"""

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

from children import Measured, add_binaries, machine, need_binaries, need_room, run, seconds, size, table

# What DuckDB's rows hash each number to.
DUCKDB = {
    "DuckDB, 24 bytes": "unhex(sha256('phone:' || phone)[1:48])",
    "DuckDB, hex": "sha256('phone:' || phone)",
}

# Room on the disk for each row: CSV, hex, what is spilled and what comes out.
BYTES_A_ROW = 250


def main():
    arguments = parse()
    need_binaries(arguments)
    need_room(arguments.dir, arguments.rows * BYTES_A_ROW, f"a run of {arguments.rows} rows")
    with tempfile.TemporaryDirectory(dir=arguments.dir, prefix="exposure-bench-") as folder:
        bench = Bench(arguments, folder)
        rounds = [{name: peer() for name, peer in bench.peers().items()} for _ in range(arguments.rounds)]
    print_results(arguments, rounds)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=float, default=0.0, help="share of rows that repeat an earlier one")
    parser.add_argument("--memory", default="1G", help="for each of them, such as 512M or 1G")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", default=tempfile.gettempdir(), help="where files are written")
    parser.add_argument("--json", metavar="FILE", help="every round's numbers, too")
    add_binaries(parser)
    # What this program calls itself for: a process of its own is measured as the others are.
    parser.add_argument("--duckdb", nargs=4, metavar=("HASH", "CSV", "OUT", "MEMORY"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.duckdb:
        sys.exit(duckdb_child(*arguments.duckdb))
    return arguments


class Bench:
    """The files, and one method for each peer, which returns what it measured and how many were distinct."""

    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder
        self.csv, self.hashes = self.path("phones.csv"), self.path("hashes.txt")
        self.generate(self.csv, "--header", "phone")
        self.generate(self.hashes, "--hashed")

    def path(self, name):
        return os.path.join(self.folder, name)

    def generate(self, path, *more):
        lines, repeats = str(self.arguments.rows), str(self.arguments.repeats)
        with open(path, "wb") as file:
            subprocess.run([self.arguments.bench, "numbers", lines, "--repeats", repeats, *more], stdout=file, check=True)

    def peers(self):
        peers = {}
        if importlib.util.find_spec("duckdb"):
            for name, expression in DUCKDB.items():
                peers[name] = lambda expression=expression: self.duckdb(expression)
        else:
            print("Without DuckDB: pip install duckdb\n", file=sys.stderr)
        peers["GNU sort, hashed before"] = self.sort
        peers["ours"] = self.ours
        return peers

    def duckdb(self, expression):
        out = self.path("duckdb.parquet")
        child = [sys.executable, __file__, "--duckdb", expression, self.csv, out, self.arguments.memory]
        measured = run(child, watch=self.folder)
        os.remove(out)
        return measured, int(measured.output)

    def sort(self):
        out, memory = self.path("sorted.txt"), self.arguments.memory
        command = ["sort", "-u", f"--parallel={os.cpu_count()}", "-S", memory, "-T", self.folder, "-o", out, self.hashes]
        measured = run(["env", "LC_ALL=C", *command], watch=self.folder)
        with open(out, "rb") as file:
            distinct = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        os.remove(out)
        return measured, distinct

    def ours(self):
        data = self.path("data")
        measured = run(
            [self.arguments.exposure, "--data", data, "--json", "ingest", "--source", "bench", "--scheme", "sha256"]
            + ["--allow-unkeyed", "--column", "phone=phone", "--memory", self.arguments.memory, self.csv],
            watch=self.folder,
        )
        shutil.rmtree(data)
        return measured, json.loads(measured.output)["distinct"]["phone"]


def duckdb_child(expression, csv, out, memory):
    """The process that is measured as DuckDB."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {os.cpu_count()}")
    connection.execute(f"SET memory_limit = '{memory.upper()}iB'")
    connection.execute(f"SET temp_directory = '{out}.spill'")
    # Ours promises no order of what it reads either; with it, reading is slower.
    connection.execute("SET preserve_insertion_order = false")
    rows = f"read_csv('{csv}', header = true, columns = {{'phone': 'VARCHAR'}})"
    select = f"SELECT DISTINCT {expression} AS hash FROM {rows} ORDER BY hash"
    (distinct,) = connection.execute(f"COPY ({select}) TO '{out}' (FORMAT parquet, COMPRESSION uncompressed)").fetchone()
    print(distinct)
    shutil.rmtree(f"{out}.spill", ignore_errors=True)


def print_results(arguments, rounds):
    counts = {distinct for one in rounds for _, distinct in one.values()}
    if len(counts) != 1:
        sys.exit(f"they do not agree how many are distinct: {sorted(counts)}")
    medians = {name: median([one[name][0] for one in rounds]) for name in rounds[0]}
    print(machine())
    print(
        f"{arguments.rows:,} rows, {counts.pop():,} distinct, {arguments.memory} of memory each, "
        f"median of {arguments.rounds} rounds\n"
    )
    ours = medians["ours"]
    rows = [["", "wall", "rows/s", "wall ÷ ours", "CPU", "CPU ÷ ours", "peak RSS", "peak disk"]]
    for name, it in medians.items():
        wall, cpu = seconds(it.wall), seconds(it.cpu)
        ratios = (f"{it.wall / ours.wall:.2f}×", f"{it.cpu / ours.cpu:.2f}×")
        speed = f"{arguments.rows / it.wall / 1e6:.2f} M"
        rows.append([name, wall, speed, ratios[0], cpu, ratios[1], size(it.peak_rss), size(it.peak_disk)])
    print(table(rows))
    print("\nPeak disk is of all files of the run, with the CSV and the hashes that sort is given.")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump([{name: it.__dict__ for name, (it, _) in one.items()} for one in rounds], file, indent=1)


def median(measured: list[Measured]) -> Measured:
    """The round in the middle by wall time, whole, so that its numbers belong together."""
    wall = statistics.median_low(it.wall for it in measured)
    return next(it for it in measured if it.wall == wall)


if __name__ == "__main__":
    main()
