"""The oracle's choice between readings of a phone number, written from the text of
docs/canonical.md ("Which number is meant"), and inputs that need one.

Shares no code with the product but the table crates/identifier/phone_moves.json.
"""

import functools
import json
import random
import re
from pathlib import Path

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, PhoneNumberType, ValidationResult

TABLE = Path(__file__).resolve().parents[2] / "crates" / "identifier" / "phone_moves.json"
CHINESE_MOBILE = re.compile(r"\+861[3-9]\d{9}")
HALF_A_CHINESE_MOBILE = re.compile(r"\+861[3-9](?!\d{9}\Z)")
# Hong Kong, Macau and Taiwan, whose numbers are in many Chinese dumps.
NEIGHBOURS = ("+852", "+853", "+886")
CODES = {str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}
SEED = 20260101
# Digits as in published examples, so that nobody's number is made up.
FILLING = "2345678"


def read(dialled, region):
    """E.164 of digits as they stand, perhaps behind a plus; None if they are no number."""
    if dialled.startswith("+"):
        return abroad(dialled, region)
    inside = national(dialled, region)
    if inside and CHINESE_MOBILE.fullmatch(inside) and is_known(inside):
        return inside
    behind = behind_zeros(dialled)
    if behind:
        return behind_prefix(inside, behind, region)
    outside = exactly(dialled, region)
    if outside is None:
        return inside
    if inside is None:
        return outside if is_known(outside) else None
    is_of_neighbour = is_fixed_in_china(inside) and outside.startswith(NEIGHBOURS)
    return outside if (is_issued(outside) or is_of_neighbour) and not is_issued(inside) else inside


def behind_zeros(dialled):
    """The digits behind 00, in front of what may be a calling code."""
    return dialled[2:] if re.match("00[1-9]", dialled) else None


def behind_prefix(inside, behind, region):
    """What is meant by digits behind 00, which the region may read otherwise."""
    readings = (lenient(behind, region), without_zero(behind, region))
    outside = next((number for number in readings if number and is_known(number)), None)
    if outside is None:
        return inside
    is_own = code_of(outside[1:]) == str(phonenumbers.country_code_for_region(region))
    is_another = inside is not None and inside != outside and is_known(inside)
    return None if is_another and not is_own else outside


def others(dialled, number, region, is_e164):
    """Other readings, with prefixes or a zero that do not belong there."""
    found = with_odd_prefix(dialled, number, region, is_e164)
    for text in filter(None, (dialled, number)):
        found.append(without_zero(text[1:] if text.startswith("+") else behind_zeros(text) or "", region))
    return found


def without_zero(digits, region):
    """Without a zero behind the calling code; None if there is none."""
    code = code_of(digits)
    return lenient(code + digits[len(code) + 1 :], region) if code and digits.startswith(code + "0") else None


def with_odd_prefix(dialled, number, region, is_e164):
    """China's code belongs to what is written as E.164 without a blank."""
    if number is not None:
        code = code_of(number[1:])
        behind = number[1 + len(code) :]
        is_of_china = is_fixed_in_china(number) and not is_e164
        return [exactly(behind, region)] if behind.startswith(code) or is_of_china else []
    digits = dialled.removeprefix("+")
    bare = digits.lstrip("0")
    found = []
    if behind_zeros(dialled):
        found.append(national(dialled, region))
    elif dialled.startswith("+"):
        inside = national(digits, region)
        if inside and len(inside) - 1 - len(code_of(inside[1:])) < len(digits):
            found.append(inside)
    outside = lenient(bare, region)
    code = code_of(bare)
    if outside is None and code:
        behind = bare[len(code) :].removeprefix("00")
        is_own = bare != dialled or code == str(phonenumbers.country_code_for_region(region))
        if (is_own and behind.startswith(code)) or (code == "86" and bare != dialled):
            found.append(lenient(behind, region))
    if bare != dialled:
        found.append(outside)
    return found


def is_fixed_in_china(number):
    return number.startswith("+86") and not CHINESE_MOBILE.fullmatch(number)


def abroad(dialled, region):
    return moved(dialled[1:]) or settled(possible(dialled, region))


def exactly(digits, region):
    number = lenient(digits, region)
    return number if number == "+" + digits or moved(digits) else None


def lenient(digits, region):
    return abroad("+" + digits, region)


def national(digits, region):
    code = phonenumbers.country_code_for_region(region)
    number = settled(possible(digits, region))
    if number is not None and is_known(number):
        return number
    has_zero = digits.startswith("0") and PhoneMetadata.metadata_for_region(region).national_prefix == "0"
    return moved(f"{code}{digits}") or (moved(f"{code}{digits[1:]}") if has_zero else None) or number


def settled(number):
    if number is None:
        return None
    now = moved(number[1:])
    if now:
        return now
    if HALF_A_CHINESE_MOBILE.match(number) or possible(number, "CN") != number:
        return None
    return number


def possible(dialled, region):
    """E.164 of a possible number, as the library reads it."""
    try:
        number = phonenumbers.parse(dialled, region)
    except NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_known(number):
    return phonenumbers.is_valid_number(phonenumbers.parse(number)) or is_listed("issued", number)


def is_issued(number):
    return is_known(number) and not is_listed("unissued", number)


def is_listed(name, number):
    shapes = [shape for row in table()[name] for shape in row["numbers"]]
    return any(re.fullmatch(rf"(?=\d{{{digits}}}\Z){beginning}\d*", number[1:]) for beginning, digits in shapes)


def moved(digits):
    for old, inserted, _ in moves():
        found = old.fullmatch(digits)
        if found:
            now = "+" + found[1] + inserted + found[2]
            return now if possible(now, "CN") == now else None
    return None


@functools.cache
def table():
    return json.loads(TABLE.read_text(encoding="utf-8"))


@functools.cache
def moves():
    """Each move: what matches the old number, what is inserted, the country."""
    found = []
    for row in table()["moved"]:
        for pattern, digits, inserted in row["moves"]:
            before, removed, behind = pattern.split("|")
            old = re.compile(rf"(?=\d{{{digits}}}\Z)({before}){removed}({behind}\d*)")
            found.append((old, inserted, (row["country"], pattern, digits)))
    return found


def code_of(digits):
    return next((digits[:width] for width in (1, 2, 3) if digits[:width] in CODES), "")


def inputs(region):
    """Spellings that have several readings, in a region: old numbers of the region's country, and
    published examples of other countries without their plus.
    """
    rng = random.Random(f"{SEED} readings {region}")
    found = []
    for country, pattern, digits in (move for _, _, move in moves()):
        if country == region:
            found += spellings(old_number(pattern, digits), region)
    for other in rng.sample(sorted(phonenumbers.SUPPORTED_REGIONS), 8 if region == "CN" else 2):
        example = phonenumbers.example_number_for_type(other, PhoneNumberType.MOBILE)
        if example:
            digits = phonenumbers.format_number(example, PhoneNumberFormat.E164)[1:]
            found += [digits, f"86{digits}", f"+86 {digits}", f"{digits[:3]}-{digits[3:]}", f"00{digits}"]
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE) or phonenumbers.example_number(
        region
    )
    code = str(example.country_code)
    bare = phonenumbers.national_significant_number(example)
    found += [f"+{code}{code}{bare}", f"{code}{code}{bare}", f"00{code} {code} {bare}", f"0{code}-{bare}"]
    found += [f"+{code}-00{code}-{bare}", f"+0{bare}", f"+8 {bare}", f"00{code}{bare}", f"{bare}-803", f"+{bare}"]
    found += [f"+{code} (0){bare}", f"00{code} (0) {bare}", f"00{code}-0{bare[:3]}-{bare[3:]}"]
    fixed = phonenumbers.example_number_for_type(region, PhoneNumberType.FIXED_LINE) or example
    found += [phonenumbers.format_number(fixed, PhoneNumberFormat.NATIONAL) + "-803"]
    return list(dict.fromkeys(found))


@functools.cache
def specimens():
    """What the old numbers among the inputs became."""
    return {moved(old_number(pattern, digits)) for _, _, (_, pattern, digits) in moves()}


def old_number(pattern, digits):
    first = re.sub(r"\[(\d)[^\]]*\]", r"\1", pattern).replace("|", "")
    return first + (FILLING * 3)[: digits - len(first)]


def spellings(old, region):
    """An old number behind a plus, without it, and as it was dialled in its country."""
    code = str(phonenumbers.country_code_for_region(region))
    found = ["+" + old, old]
    if old.startswith(code):
        found += [old[len(code) :], "0" + old[len(code) :]]
    return found
