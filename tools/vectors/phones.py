"""The oracle of phone numbers: phonenumbers, behind the rules of docs/canonical.md implemented
again from their text (readings.py has the choice between readings).

Also makes the inputs, without a verdict: libphonenumber's example numbers and numbers that are
possible but in no plan, each in the spellings of dialling.py.
"""

import functools
import random
import re

import cell
import dialling
import phonenumbers
import readings
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

SEED = 20260101
LENGTHS = range(3, 18)
UNASSIGNED = 2
TRIES = 2_000
SPELLINGS_OF_AN_EXAMPLE = 2
# International prefixes that may end in several places: the longest match is removed, once.
ABROAD_IN_PARTS = {"BO": ("00", "0010", "0015", "+0010"), "HK": ("00", "001", "009", "0050", "0080", "+009")}
BEHIND_ABROAD = ("", "2", "02", "1499", "905377427", "07423774897", "74740123", "447400123456")
UNKNOWN_CALLING_CODES = ("210", "259", "384", "699", "801", "889", "999")

SPACE = f"[{cell.WHITE_SPACE}]*"
EXTENSION_WORD = r"(转|轉|分机|分機|extension|ext\.|ext|x)"
EXTENSION = re.compile(rf"{SPACE}{EXTENSION_WORD}{SPACE}[:.]?{SPACE}[0-9]{{1,6}}\Z", re.I | re.A)
DASHED_EXTENSION = re.compile(rf"(.*?){SPACE}[{cell.DASHES}]{SPACE}[0-9]{{1,6}}", re.S)
ZERO_FRACTION = re.compile(r"(\+?[0-9]+)\.0+")
DIALLABLE = set("0123456789+()[]./·" + cell.DASHES + cell.WHITE_SPACE)


def rule(region):
    """E.164 of one piece of a cell, or None."""
    return lambda piece: canonical(piece, region)


def canonical(piece, region):
    digits = dialled(piece)
    if not digits:
        return None
    number = readings.read(digits, region)
    others = readings.others(digits, number, region, digits == piece and piece.startswith("+"))
    head = DASHED_EXTENSION.fullmatch(piece)
    if head and (number is None or readings.is_fixed_in_china(number)):
        front = dialled(head[1])
        others.append(readings.read(front, region) if front else None)
    if number is None or not readings.is_known(number):
        known = {other for other in others if other not in (None, number) and readings.is_known(other)}
        # More than one is a guess.
        if len(known) == 1:
            return known.pop()
    return number


def dialled(piece):
    """The digits, with a leading plus if there is one; empty if the piece is rejected."""
    number = EXTENSION.sub("", piece)
    whole = ZERO_FRACTION.fullmatch(number)
    number = whole[1] if whole else number
    if cell.is_masked(piece) or cell.is_float(number) or not DIALLABLE.issuperset(number):
        return ""
    digits = "".join(c for c in number if c in "+0123456789")
    return digits if re.fullmatch(r"\+?[0-9]+", digits) else ""


def regions():
    return sorted(phonenumbers.SUPPORTED_REGIONS)


def inputs(region):
    """The distinct inputs of a region, without any number that may be a person's."""
    rng = random.Random(f"{SEED} {region}")
    own = examples(region)
    main = next((number for number in own if is_mobile(number)), own[0])
    context = dialling.Context(rng, region, metadata(region), own[-1], elsewhere(region, rng))
    found = []
    for turn, number in enumerate(own):
        found.append(dialling.plain(number))
        makers = list(dialling.SPELLINGS.values())
        start = turn * SPELLINGS_OF_AN_EXAMPLE + regions().index(region)
        found += [makers[(start + i) % len(makers)](number, context) for i in range(SPELLINGS_OF_AN_EXAMPLE)]
    for make in [*dialling.SPELLINGS.values(), *dialling.DAMAGES.values()]:
        found.append(make(main, context))
    for number in unassigned(region, rng):
        found += [dialling.plain(number), dialling.national(number, context), dialling.formatted(number, context)]
    found += [of_length(length, region, rng) for length in LENGTHS]
    found.append("+" + rng.choice(UNKNOWN_CALLING_CODES) + dialling.digits(rng, 8))
    found += worldwide() if region == "CN" else []
    found += [prefix + rest for prefix in ABROAD_IN_PARTS.get(region, ()) for rest in BEHIND_ABROAD]
    found += readings.inputs(region)
    made = [text for text in dict.fromkeys(found) if text is not None]
    return [text for text in made if is_harmless(text, region)]


def examples(region):
    """libphonenumber's published example of each type."""
    types = sorted(PhoneNumberType.values())
    found = [phonenumbers.example_number(region)]
    found += [phonenumbers.example_number_for_type(region, type_of) for type_of in types]
    unique = {dialling.plain(number): number for number in found if number is not None}
    return list(unique.values())


def worldwide():
    """Calling codes without a country."""
    codes = sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)
    numbers = [phonenumbers.example_number_for_non_geo_entity(code) for code in codes]
    formats = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.RFC3966)
    return [phonenumbers.format_number(number, form) for number in numbers for form in formats]


def elsewhere(region, rng):
    """An example of another country."""
    return examples(rng.choice([other for other in regions() if other != region]))[0]


def unassigned(region, rng):
    """Possible numbers that are in no plan."""
    code = phonenumbers.country_code_for_region(region)
    lengths = [length for length in metadata(region).general_desc.possible_length if length > 0]
    found = []
    for _ in range(TRIES):
        form = readings.read(f"+{code}{dialling.digits(rng, rng.choice(lengths))}", region)
        if form and is_nobodys(form) and len(found) < UNASSIGNED:
            found.append(phonenumbers.parse(form))
        if len(found) == UNASSIGNED:
            break
    return found


def of_length(length, region, rng):
    """That many digits, valid or not in the region, as long as nobody has the number."""
    for _ in range(TRIES):
        text = dialling.digits(rng, length)
        if is_harmless(text, region):
            return text
    return None


def is_harmless(text, region):
    return all(form in specimens() or is_nobodys(form) for form in cell.canonicalise(text, rule(region)))


@functools.cache
def specimens():
    own = {dialling.plain(number) for region in regions() for number in examples(region)}
    own |= {readings.abroad(number, "CN") for number in own}
    return own | set(worldwide()) | readings.specimens()


@functools.cache
def is_nobodys(form):
    return not phonenumbers.is_valid_number(phonenumbers.parse(form))


def is_mobile(number):
    return phonenumbers.number_type(number) in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def metadata(region):
    return PhoneMetadata.metadata_for_region(region)
