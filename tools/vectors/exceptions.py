"""Where the product differs from python-stdnum on purpose: exceptions.tsv, one difference a row,
each with an example.

The columns are: kind, what differs, why, an input, the result of python-stdnum (or `!`), the
result of the product. Differences of all kinds are not listed: white space anywhere, several
numbers in a cell, and folding.
"""

from pathlib import Path

FILE = Path(__file__).with_name("exceptions.tsv")
COLUMNS = ("kind", "what differs", "why", "input", "python-stdnum", "ours")


def read():
    head, *lines = FILE.read_text(encoding="utf-8").splitlines()
    if tuple(head.split("\t")) != COLUMNS:
        raise SystemExit("exceptions.tsv does not begin with the names of its columns")
    return [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines]


def page(rows):
    """The text of docs/differences.md."""
    cells = ("kind", "what differs", "why", "input", "python-stdnum", "ours")
    lines = ["| " + " | ".join(cells) + " |", "|---" * len(cells) + "|"]
    for row in rows:
        values = [row[cell] for cell in cells[:3]] + [f"`{row[cell]}`" for cell in cells[3:]]
        lines.append("| " + " | ".join(values) + " |")
    return PAGE + "\n".join(lines) + "\n"


PAGE = """# Where canonical forms differ from python-stdnum

Written by `tools/vectors/generate.py` from `tools/vectors/exceptions.tsv`. It verifies each row against python-stdnum 2.2
and against the command; each input is in the vectors. `!` is a rejection, with our reason.

For every kind:

- A cell is folded first (NFKC, digits of every script, invisible characters) and may hold several numbers, separated by
  `,` `;` `、` ([canonical.md](canonical.md)). White space may be anywhere.
- Characters that look like others are folded by NFKC only, except for dashes: `·`, `¯` and letters such as `ı` are rejected, where
  python-stdnum takes them for `.`, `-` or ASCII letters. A spreadsheet's leading text mark is dropped.
- A masked number and a decimal fraction are rejected before anything else, even if a star, a full stop or a letter X would be
  dropped or would fit: `masked`, `float`.
- A birth date in the future is rejected if the number has a date and the table checks it ([canonical.md](canonical.md) names
  the kinds where it does not). A region code that is in no list is accepted.

"""


def of_kind(rows, kind):
    return [row for row in rows if row["kind"] == kind]


def verify(rows, unchanged, ours):
    """Checks each row against python-stdnum and the oracle of this tool."""
    for row in rows:
        for column, gives in (("python-stdnum", unchanged), ("ours", ours)):
            given = gives(row["input"])
            if given != row[column] and not (given == "!" and row[column].startswith("!")):
                raise SystemExit(f"exceptions.tsv, {row['kind']}, {row['what differs']!r}: {column} is not so")


def verify_reasons(rows, printed):
    """Checks that each row has the product's own reason."""
    for row in rows:
        if printed[row["input"]] != row["ours"]:
            raise SystemExit(f"exceptions.tsv, {row['kind']}, {row['what differs']!r}: the product says it otherwise")
