"""Measures what parsing in a sandboxed process costs: `ingest` of this build beside an earlier
build that parsed in the process that holds the key.

    cargo build --release -p exposure-cli          # here, and in a checkout of the earlier commit
    python3 benches/sandbox.py --before ../earlier/target/release/exposure [--rows N] [--rounds N]

Whole commands in turn, over one CSV (rows of about 160 bytes with one ID and one phone number) in
the page cache. Both must write ledgers with as many records. Prints medians, and ratios pair by
pair. `sha256` hashes are cheap, so that the cost of the pipe shows most; under `voprf`, the usual
scheme, evaluation is nearly all of the time. Python's standard library alone, on Linux.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from children import machine, run, seconds, table

WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
CHECKS = "10X98765432"


def main():
    arguments = parse()
    with tempfile.TemporaryDirectory(dir=arguments.dir, prefix="exposure-bench-") as folder:
        dump = Path(folder, "dump.csv")
        write(dump, arguments.rows)
        print(f"{machine()}\n{dump.stat().st_size / 1e6:.0f} MB, {arguments.rows:,} rows, {arguments.rounds} rounds\n")
        rows = [["scheme", "before", "sandboxed", "sandboxed / before"]]
        for scheme in ["sha256", "voprf"]:
            few = Path(folder, "few.csv")
            if scheme == "voprf":
                write(few, arguments.rows // 20)
            source = few if scheme == "voprf" else dump
            pairs = [pair(arguments, scheme, source, Path(folder)) for _ in range(arguments.rounds + 1)][1:]
            for name in ["wall", "cpu"]:
                before = [getattr(old, name) for old, _ in pairs]
                after = [getattr(new, name) for _, new in pairs]
                ratios = sorted(new / old for old, new in zip(before, after, strict=True))
                rows.append(
                    [
                        f"{scheme}, {name}",
                        seconds(statistics.median(before)),
                        seconds(statistics.median(after)),
                        f"{statistics.median(ratios):.3f} × ({ratios[0]:.3f} to {ratios[-1]:.3f})",
                    ]
                )
        print(table(rows))


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True, help="the earlier command")
    parser.add_argument("--after", default="target/release/exposure", help="this command")
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--dir", default=tempfile.gettempdir(), help="where files are written")
    return parser.parse_args()


def pair(arguments, scheme, dump, folder):
    """Runs both commands, one after the other; both must find the same."""
    measured, found = [], []
    for binary in [arguments.before, arguments.after]:
        data = Path(folder, "data")
        shutil.rmtree(data, ignore_errors=True)
        command = [binary, "--data", str(data)]
        run([*command, "keygen"])
        flags = ["--scheme", "sha256", "--allow-unkeyed"] if scheme == "sha256" else []
        measured.append(run([*command, "--json", "ingest", "--source", "a", "--memory", "1G", *flags, str(dump)]))
        found.append(json.loads(measured[-1].output))
    if found[0]["distinct"] != found[1]["distinct"]:
        sys.exit("the two builds do not find the same")
    return measured


def write(path, rows):
    """Identifiers of nobody: an area that does not exist, and numbers of an unassigned range."""
    with open(path, "w") as file:
        file.write("name,idcard,mobile,address,note\n")
        for n in range(rows):
            body = f"9901{n % 100:02}19{40 + n % 60:02}{1 + n % 12:02}{1 + n % 28:02}{n * 7 % 1000:03}"
            check = CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]
            mobile = f"154{n * 7919 % 100_000_000:08}"
            file.write(f"nobody{n},{body}{check},{mobile},a street in a town that is not there {n % 977},{'x' * 70}\n")


if __name__ == "__main__":
    main()
