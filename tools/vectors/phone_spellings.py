"""Writes crates/identifier/phone_spellings.txt: what running text needs of libphonenumber.

    # the metadata version of our rlibphonenumber, which its README names
    pip install phonenumbers==9.0.42
    python tools/vectors/phone_spellings.py > crates/identifier/phone_spellings.txt

Owns which national numbers are valid, as an automaton that is exact: it is built from the regular
expressions of the metadata and not by trying numbers; and how each region spells its numbers.
`phone/running/proof.rs` compares the file with the library that we link.
"""

import re._constants as op
import re._parser as parser
from itertools import groupby

import phonenumbers
from phone_plans import DIGITS, digits_of, ranges
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

LONGEST = 17  # digits of a national number: libphonenumber's MAX_LENGTH_FOR_NSN
FIRST = 3  # digits that the spelling depends on
FILLING = "5"  # the digit behind them
TYPES = [
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
    "fixed_line",
    "mobile",
]

HEADER = """\
# Phone numbers in running text: made by tools/vectors/phone_spellings.py from phonenumbers
# {version}; do not edit.
#
# First the states of an automaton that reads national numbers, one a line, numbered from 1. `!`: a
# valid number ends here. `2-4:17`: the digits 2 to 4 lead to state 17. State 0, which leads
# nowhere, is left out.
#
# Then lines that begin with a calling code: it, and the first state for numbers behind it, whatever
# their region.
#
# Then the regions: code, calling code, trunk prefix (`-`: none), first state, and for each length
# of a national number the first three digits that are written without trunk prefix:
# `7:200-299,401`.
"""


class Pattern:
    """A regular expression as an automaton with empty steps. A state is a set of places."""

    def __init__(self, description):
        self.lengths = set(description.possible_length)
        self.empty, self.steps = [], []
        self.first, self.last = self.place(), self.place()
        self.sequence(parser.parse(description.national_number_pattern), self.first, self.last)

    def place(self):
        self.empty.append([])
        self.steps.append([])
        return len(self.empty) - 1

    def sequence(self, items, start, end):
        for kind, value in items:
            behind = self.place()
            self.item(kind, value, start, behind)
            start = behind
        self.empty[start].append(end)

    def item(self, kind, value, start, end):
        if kind is op.LITERAL:
            self.steps[start].append((chr(value), end))
        elif kind is op.IN:
            digits = {digit for part in value for digit in digits_of(*part)}
            self.steps[start].append((digits, end))
        elif kind is op.BRANCH:
            for branch in value[1]:
                self.sequence(branch, start, end)
        elif kind is op.SUBPATTERN:
            self.sequence(value[3], start, end)
        else:
            assert kind is op.MAX_REPEAT, kind
            low, high, body = value
            assert high is not op.MAXREPEAT, "unbounded"
            for count in range(high):
                if count >= low:
                    self.empty[start].append(end)
                behind = self.place()
                self.sequence(body, start, behind)
                start = behind
            self.empty[start].append(end)

    def state(self, places):
        """These places and all that empty steps reach, as far as they matter."""
        reached, new = set(places), list(places)
        while new:
            further = set(self.empty[new.pop()]) - reached
            reached |= further
            new += further
        return frozenset(place for place in reached if self.steps[place] or place == self.last)

    def start(self):
        return self.state([self.first])

    def after(self, state, digit):
        return self.state({end for place in state for digits, end in self.steps[place] if digit in digits})

    def fits(self, state, length):
        return self.last in state and (not self.lengths or length in self.lengths)


class States:
    """The states of the smallest automaton of all languages together, shared tails first."""

    def __init__(self):
        self.known, self.all = {}, []

    def number(self, ends, targets):
        if not ends and not any(targets):
            return 0
        if (ends, targets) not in self.known:
            self.all.append((ends, targets))
            self.known[ends, targets] = len(self.all)
        return self.known[ends, targets]

    def first(self, patterns, is_valid):
        """The first state for numbers of which `is_valid` says so, told which patterns fit."""
        known = {}

        def at(state, length):
            if (state, length) not in known:
                fitting = [pattern.fits(places, length) for pattern, places in zip(patterns, state, strict=True)]
                targets = [0] * 10
                if any(state) and length < LONGEST:
                    pairs = list(zip(patterns, state, strict=True))
                    for place, digit in enumerate(DIGITS):
                        after = tuple(pattern.after(places, digit) for pattern, places in pairs)
                        targets[place] = at(after, length + 1)
                known[state, length] = self.number(is_valid(fitting), tuple(targets))
            return known[state, length]

        return at(tuple(pattern.start() for pattern in patterns), 0)


def patterns_of(metadata):
    """The general pattern of a region, then those of its kinds of numbers."""
    descriptions = [getattr(metadata, kind) for kind in TYPES]
    kinds = [Pattern(kind) for kind in descriptions if kind is not None and kind.national_number_pattern]
    return [Pattern(metadata.general_desc), *kinds]


def is_valid(fitting):
    return fitting[0] and any(fitting[1:])


def of_code(states, all_metadata):
    """The first state for a calling code: a number is valid where it is in any of its regions."""
    patterns, spans = [], []
    for metadata in all_metadata:
        spans.append(slice(len(patterns), len(patterns) + len(patterns_of(metadata))))
        patterns += patterns_of(metadata)
    return states.first(patterns, lambda fitting: any(is_valid(fitting[span]) for span in spans))


def number(code, digits):
    zeros = len(digits) - len(digits.lstrip("0")) if digits.strip("0") else 0
    return PhoneNumber(code, int(digits), italian_leading_zero=zeros > 0, number_of_leading_zeros=zeros or None)


def is_possible(code, length):
    reason = phonenumbers.is_possible_number_with_reason(number(code, "1" * length))
    return reason == ValidationResult.IS_POSSIBLE


def spelled(number):
    text = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return "".join(filter(DIGITS.__contains__, text))


def trunk_prefix(region):
    for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
        example = phonenumbers.example_number_for_type(region, kind)
        if example:
            prefix = spelled(example).removesuffix(phonenumbers.national_significant_number(example))
            if prefix and prefix != spelled(example):
                return prefix
    return "-"


def bare(code, length):
    """The first digits that are written without trunk prefix."""
    for first in range(10**FIRST):
        digits = f"{first:0{FIRST}}" + FILLING * (length - FIRST)
        if spelled(number(code, digits)) == digits:
            yield first


def state_line(ends, targets):
    runs = [(target, list(run)) for target, run in groupby(range(10), key=targets.__getitem__)]
    words = [f"{ranges(run)}:{target}" for target, run in runs if target]
    return " ".join(["!", *words] if ends else words)


def main():
    codes = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items())
    states, code_lines, region_lines = States(), [], []
    for code, regions in codes:
        no_region = PhoneMetadata.metadata_for_nongeo_region(code)
        all_metadata = [no_region or PhoneMetadata.metadata_for_region(region) for region in regions]
        code_lines.append(f"{code} {of_code(states, all_metadata)}")
        if no_region:
            continue
        lengths = [length for length in range(FIRST, LONGEST + 1) if is_possible(code, length)]
        without = " ".join(f"{length}:{ranges(bare(code, length))}" for length in lengths)
        for region, metadata in zip(regions, all_metadata, strict=True):
            first = states.first(patterns_of(metadata), is_valid)
            region_lines.append(f"{region} {code} {trunk_prefix(region)} {first} {without}")
    print(HEADER.format(version=phonenumbers.__version__), end="")
    print("\n".join(state_line(*state) for state in states.all))
    print("\n".join(code_lines))
    print("\n".join(region_lines))


if __name__ == "__main__":
    main()
