"""Writes tests/vectors/national-ids.json and phones.json, which Rust and TypeScript read, and
docs/differences.md.

The verdict on every input comes from the oracle (national.py, wanted.py, phones.py). Only the
reason of a rejection comes from the product, and nothing is written unless both agree on everything
else. See README.md.
"""

import argparse
import collections
import sys
from pathlib import Path

import cases
import cell
import exceptions
import national
import phones
import write
from product import Product

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors"
SOURCE = (
    "Written by tools/vectors, not by hand: {}. What an accepted input becomes is theirs; why a refused one is refused "
    "is said by `exposure canonical`. Each case is an input and what is printed for it, forms with tabs between."
)
OF_NATIONAL_IDS = (
    "verdicts of python-stdnum 2.2 but for the rows of exceptions.tsv there, and of wanted.py there for ten kinds "
    "beyond it"
)
OF_PHONES = "verdicts of phonenumbers 9.0.42 behind the rules of docs/canonical.md"


def main():
    options = arguments()
    product = None if options.oracle_only else Product(options.product)
    judge = Judge(product)
    if "national-ids" in options.only:
        rows = exceptions.read()
        groups = {kind: judge.national(kind, exceptions.of_kind(rows, kind)) for kind in national.kinds()}
        judge.save("national-ids.json", OF_NATIONAL_IDS, "kinds", groups)
        (ROOT / "docs" / "differences.md").write_text(exceptions.page(rows), encoding="utf-8")
    if "phones" in options.only:
        groups = {region: judge.phones(region) for region in phones.regions()}
        judge.save("phones.json", OF_PHONES, "regions", groups)


def arguments():
    parser = argparse.ArgumentParser(description="Writes the vectors of national identifiers and of phone numbers.")
    parser.add_argument("--product", default=ROOT / "target" / "debug" / "exposure", help="the command `exposure`")
    parser.add_argument("--oracle-only", action="store_true", help="write rejections as `!` and do not run the product")
    parser.add_argument("--only", nargs="+", choices=("national-ids", "phones"), default=("national-ids", "phones"))
    return parser.parse_args()


class Judge:
    """Compares the oracle with the product, and writes nothing if they disagree."""

    def __init__(self, product):
        self.product = product
        self.disagreements = collections.Counter()

    def national(self, kind, rows):
        rule = national.rule(kind)
        exceptions.verify(rows, national.unchanged(kind), lambda text: joined(cell.canonicalise(text, rule)))
        inputs = list(dict.fromkeys(cases.inputs(kind) + [row["input"] for row in rows]))
        found = self.compared(kind, kind, inputs, [cell.canonicalise(text, rule) for text in inputs])
        if self.product:
            exceptions.verify_reasons(rows, dict(found))
        return found

    def phones(self, region):
        inputs = phones.inputs(region)
        expected = [cell.canonicalise(text, phones.rule(region)) for text in inputs]
        return self.compared(region, "phone", inputs, expected, region)

    def compared(self, group, kind, inputs, expected, region=None):
        expected = [joined(forms) for forms in expected]
        if self.product is None:
            return list(zip(inputs, expected, strict=True))
        found = self.product.verdicts(kind, inputs, region)
        for text, right, given in zip(inputs, expected, found, strict=True):
            if given != right and not (right == "!" and given.startswith("!")):
                self.disagreements[group] += 1
                print(f"{group}: {text!r}: the oracle gives {right!r}, the product {given!r}", file=sys.stderr)
        return list(zip(inputs, found, strict=True))

    def save(self, name, source, key, groups):
        if self.disagreements:
            counts = ", ".join(f"{group} {count}" for group, count in sorted(self.disagreements.items()))
            raise SystemExit(f"{name} is not written; oracle and product disagree: {counts}")
        head = {"today": national.TODAY.isoformat(), "source": SOURCE.format(source)}
        size = write.write(VECTORS / name, head, key, groups)
        total = sum(map(len, groups.values()))
        accepted = sum(not verdict.startswith("!") for pairs in groups.values() for _, verdict in pairs)
        print(f"{name}: {total} cases of {len(groups)} {key}, {accepted} accepted, {size} bytes")


def joined(forms):
    """The forms as the product prints them; `!` for a rejection."""
    return "\t".join(forms) or "!"


if __name__ == "__main__":
    main()
