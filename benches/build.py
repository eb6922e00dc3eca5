"""Compares a ledger with DuckDB and GNU sort: phone numbers of a CSV to sorted, distinct hashes.

    cargo build --release -p exposure-cli -p exposure-benches
    python3 benches/build.py [--rows N] [--repeats SHARE] [--memory 1G] [--dir DIR]

Whole commands are run in turn, and the round with the median wall time is printed. All may use the
same memory and all cores:

- ours reads the CSV, validates and canonicalises each number, hashes it (SHA-256 of `phone:` and
  the number), keeps 24 bytes of each distinct hash and publishes them as a ledger with checksums,
  synced to the disk;
- DuckDB reads the CSV without validation and writes `SELECT DISTINCT hash ORDER BY hash` to
  Parquet, uncompressed because hashes do not compress: once with the hash in hex, as `sha256`
  returns it, and once as a BLOB of 24 bytes, as ours keeps it. (Hex to CSV, GROUP BY instead of
  DISTINCT, and 128-bit integers were tried: no faster, or not exact.) Not synced;
- GNU sort is given the hashes in hex: it reads no CSV, validates nothing and hashes nothing. Not
  synced.

All must find the same number of distinct hashes. The CSV is in the page cache for each of them.
Needs only Python 3; the rows of DuckDB need `pip install duckdb`.
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

# The expressions that DuckDB hashes a number with.
DUCKDB = {
    "DuckDB, 24 bytes": "unhex(sha256('phone:' || phone)[1:48])",
    "DuckDB, hex": "sha256('phone:' || phone)",
}

# Bytes of disk for each row: CSV, hex, spill and output.
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
    parser.add_argument("--repeats", type=float, default=0.0, help="share of rows that repeat an earlier row")
    parser.add_argument("--memory", default="1G", help="memory for each of them, such as 512M or 1G")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", default=tempfile.gettempdir(), help="where files are written")
    parser.add_argument("--json", metavar="FILE", help="also write the results of each round")
    add_binaries(parser)
    # Internal: runs DuckDB in a process of its own, measured as the others are.
    parser.add_argument("--duckdb", nargs=4, metavar=("HASH", "CSV", "OUT", "MEMORY"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.duckdb:
        sys.exit(duckdb_child(*arguments.duckdb))
    return arguments


class Bench:
    """The files, and one method for each peer, which returns its measurement and the number of
    distinct hashes.
    """

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
            subprocess.run(
                [self.arguments.bench, "numbers", lines, "--repeats", repeats, *more], stdout=file, check=True
            )

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
        command = [
            "sort",
            "-u",
            f"--parallel={os.cpu_count()}",
            "-S",
            memory,
            "-T",
            self.folder,
            "-o",
            out,
            self.hashes,
        ]
        measured = run(["env", "LC_ALL=C", *command], watch=self.folder)
        with open(out, "rb") as file:
            distinct = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        os.remove(out)
        return measured, distinct

    def ingest(self, data):
        options = ["--source", "bench", "--scheme", "sha256", "--allow-unkeyed", "--column", "phone=phone"]
        memory = ["--memory", self.arguments.memory]
        return [self.arguments.exposure, "--data", data, "--json", "ingest", *options, *memory, self.csv]

    def ours(self):
        data = self.path("data")
        measured = run(
            self.ingest(data),
            watch=self.folder,
        )
        shutil.rmtree(data)
        return measured, json.loads(measured.output)["distinct"]["phone"]


def duckdb_child(expression, csv, out, memory):
    """Runs DuckDB; the process that is measured as DuckDB."""
    import duckdb  # noqa: PLC0415, only this process needs it

    connection = duckdb.connect()
    connection.execute(f"SET threads = {os.cpu_count()}")
    connection.execute(f"SET memory_limit = '{memory.upper()}iB'")
    connection.execute(f"SET temp_directory = '{out}.spill'")
    # Ours does not preserve the order of rows either, and preserving it is slower.
    connection.execute("SET preserve_insertion_order = false")
    rows = f"read_csv('{csv}', header = true, columns = {{'phone': 'VARCHAR'}})"
    select = f"SELECT DISTINCT {expression} AS hash FROM {rows} ORDER BY hash"
    (distinct,) = connection.execute(
        f"COPY ({select}) TO '{out}' (FORMAT parquet, COMPRESSION uncompressed)"
    ).fetchone()
    print(distinct)
    shutil.rmtree(f"{out}.spill", ignore_errors=True)


def print_results(arguments, rounds):
    counts = {distinct for one in rounds for _, distinct in one.values()}
    if len(counts) != 1:
        sys.exit(f"they disagree on the number of distinct hashes: {sorted(counts)}")
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
    """The round with the median wall time, whole, so that its numbers belong together."""
    wall = statistics.median_low(it.wall for it in measured)
    return next(it for it in measured if it.wall == wall)


if __name__ == "__main__":
    main()
