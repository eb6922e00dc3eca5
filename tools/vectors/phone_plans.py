"""Writes crates/identifier/phone_plans.txt: the metadata of libphonenumber that plain digits need.

    # the metadata version of our rlibphonenumber, which its README names
    pip install phonenumbers==9.0.42
    python tools/vectors/phone_plans.py > crates/identifier/phone_plans.txt

Owns which first three digits leave a number unchanged, drop a trunk digit, or need the library.
The answer is exact: it is derived from the languages of the regular expressions and not by trying
numbers; where it would be long, the library is used. `phone/proof.rs` compares the file with the
library that we link.
"""

import re
import re._constants as op
import re._parser as parser
from functools import cache
from itertools import groupby

import phonenumbers
from phonenumbers import PhoneMetadata

DIGITS = "0123456789"
PREFIX = 3  # digits by which a rule is chosen
KEPT, DROPPED, LIBRARY = "", "-", "?"

HEADER = """\
# How plain digits become E.164: made by tools/vectors/phone_plans.py from phonenumbers {version}; do not edit.
#
# Region (001: none), calling code, lengths of a national number, then rules by its first three digits, of which the
# last that fits counts: `179` the library judges, `-0` the first digit is dropped, else it stays as it is. Behind `|`
# are the beginnings of international prefixes, where the library judges a number that is dialled inside the region.
# `+00` says that 00 is one of them, and that what follows is then read as behind a `+`.
# The first region of a calling code is its main one, whose line counts for numbers that are written with `+`.
"""


@cache
def language(pattern):
    """What a regular expression matches: (first three digits, length, must it end there)."""
    return of_sequence(parser.parse(pattern)) if pattern else frozenset()


def of_sequence(items):
    words = {("", 0, False)}
    for item in items:
        words = joined(words, of_item(*item))
    return frozenset(words)


def joined(heads, tails):
    lengths = {("", length, ends) for _, length, ends in tails}
    words = set()
    for head, length, ends in heads:
        assert not ends, "a $ in the middle"
        for tail, more, end in lengths if len(head) == PREFIX else tails:
            words.add(((head + tail)[:PREFIX], length + more, end))
    return words


def of_item(kind, value):
    if kind is op.LITERAL:
        return {(chr(value), 1, False)}
    if kind is op.IN:
        return {(digit, 1, False) for part in value for digit in digits_of(*part)}
    if kind is op.BRANCH:
        return set().union(*map(of_sequence, value[1]))
    if kind is op.SUBPATTERN:
        return of_sequence(value[3])
    if kind is op.MAX_REPEAT:
        low, high, body = value
        assert high is not op.MAXREPEAT, "unbounded"
        powers = [{("", 0, False)}]
        for _ in range(high):
            powers.append(joined(powers[-1], of_sequence(body)))
        return set().union(*powers[low:])
    assert (kind, value) == (op.AT, op.AT_END), kind
    return {("", 0, True)}


def digits_of(kind, value):
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.RANGE:
        return map(chr, range(value[0], value[1] + 1))
    assert (kind, value) == (op.CATEGORY, op.CATEGORY_DIGIT), kind
    return DIGITS


def lengths_of(metadata):
    desc = metadata.general_desc
    lengths = set(desc.possible_length) - set(desc.possible_length_local_only)
    # Longer than the longest is "too long", for the library as for the reader of the file.
    assert max(lengths) == max(*desc.possible_length, *desc.possible_length_local_only, 0)
    return lengths


def rule(metadata, lengths, first):
    """What libphonenumber does to a national number of a possible length with these first three
    digits.
    """
    stripped = {
        word for word in language(metadata.national_prefix_for_parsing) if word[1] and first.startswith(word[0])
    }
    if not any(could_match(word, length) for word in stripped for length in lengths):
        return KEPT
    # With a trunk digit the number is one longer. The library drops the digit unless the number
    # could be valid with it. A matching group may mean a transformation.
    trunk = first[0]
    longer = {length + 1 for length in lengths}
    if {word for word in stripped for length in longer if could_match(word, length)} != {(trunk, 1, False)}:
        return LIBRARY
    match = re.match(metadata.national_prefix_for_parsing, trunk)
    if match[0] != trunk or any(match.groups()):
        return LIBRARY
    valid = language(metadata.general_desc.national_number_pattern)
    as_it_is = any(first.startswith(word) and length in longer for word, length, _ in valid)
    return LIBRARY if as_it_is else DROPPED


def could_match(word, length):
    return word[1] == length if word[2] else word[1] <= length


def tokens(rules, head="", inherited=KEPT):
    """The rules as prefixes, shorter ones first; longer ones win."""
    below = [rules[first] for first in rules if first.startswith(head)]
    if KEPT not in below:
        commonest = max(sorted(set(below)), key=below.count)
        if commonest != inherited:
            yield head if commonest is LIBRARY else f"-{head}"
            inherited = commonest
    if set(below) != {inherited}:
        for digit in DIGITS:
            yield from tokens(rules, head + digit, inherited)


def line(region, metadata):
    lengths = lengths_of(metadata)
    firsts = [f"{n:0{PREFIX}}" for n in range(10**PREFIX)]
    national = {first: rule(metadata, lengths, first) for first in firsts}
    abroad = {word for word, _, _ in language(metadata.international_prefix)}
    dialled = {first: LIBRARY if any(map(first.startswith, abroad)) else national[first] for first in firsts}
    added = list(tokens({f: LIBRARY if dialled[f] != national[f] else KEPT for f in firsts}))
    added += ["+00"] if is_prefix_00(metadata) else []
    words = [region, str(metadata.country_code), ranges(lengths), *tokens(national)]
    return " ".join([*words, "|", *added] if added else words)


def is_prefix_00(metadata):
    """Whether a number that begins with 00 has exactly these two digits as international prefix."""
    prefixes = language(metadata.international_prefix)
    return {word for word in prefixes if word[0].startswith("00") or "00".startswith(word[0])} == {("00", 2, False)}


def ranges(numbers):
    """`7-9,11` of {7, 8, 9, 11}."""
    runs = ([n for _, n in run] for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]))
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def main():
    print(HEADER.format(version=phonenumbers.__version__), end="")
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        for region in regions:
            of_code = PhoneMetadata.metadata_for_nongeo_region(code)
            print(line(region, of_code or PhoneMetadata.metadata_for_region(region)))


if __name__ == "__main__":
    main()
