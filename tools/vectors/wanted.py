"""Kinds that python-stdnum lacks: a validator for each, written from its sources, and its fixtures.

A validator takes a number in upper case without separators, and a function that checks dates; it
returns the canonical form, or None.
"""

import datetime
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

from fixtures import few, unissued
from modules import TODAY


@dataclass(frozen=True)
class Rule:
    separators: str
    validator: Callable
    official: Callable | None = None
    """As it is printed on the card."""

    @property
    def judge(self):
        return functools.partial(self.validator, born=born)

    @property
    def without_date(self):
        return functools.partial(self.validator, born=lambda *date: True)


def born(year, month=1, day=1):
    """Whether the date exists and is not in the future."""
    try:
        return datetime.date(year, month, day) <= TODAY
    except ValueError:
        return False


def weighted(values, weights):
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def alphabet_value(letter):
    """10 for A, 11 for B, and so on."""
    return ord(letter) - ord("A") + 10


def hong_kong(number, born):
    """A missing first letter counts as 36; the weighted sum with the check character is a multiple
    of 11.
    """
    found = re.fullmatch(r"([A-Z]{1,2})([0-9]{6})([0-9A])", number)
    if not found:
        return None
    letters = [36] * (2 - len(found[1])) + [alphabet_value(letter) for letter in found[1]]
    check = 10 if found[3] == "A" else int(found[3])
    values = [*letters, *map(int, found[2]), check]
    return number if weighted(values, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0 else None


# Letters stand for 10, 11, 12 … in this order.
TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def taiwan(number, born):
    """Citizens (1, 2), residents since 2021 (8, 9) and before (second letter, its units count)."""
    if not re.fullmatch(r"[A-Z][1289A-D][0-9]{8}", number):
        return None
    tens, units = divmod(TAIWAN_LETTERS.index(number[0]) + 10, 10)
    second = int(number[1]) if number[1].isdigit() else (TAIWAN_LETTERS.index(number[1]) + 10) % 10
    values = [tens, units, second, *map(int, number[2:])]
    return number if weighted(values, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0 else None


def macau(number, born):
    """Seven digits and a check digit whose rule is not published."""
    return number if re.fullmatch(r"[0-9]{8}", number) else None


SINGAPORE = {
    "S": (0, "JZIHGFEDCBA"),
    "T": (4, "JZIHGFEDCBA"),
    "F": (0, "XWUTRQPNMLK"),
    "G": (4, "XWUTRQPNMLK"),
    "M": (3, "XWUTRQPNJLK"),
}


def singapore(number, born):
    if not re.fullmatch(r"[STFGM][0-9]{7}[A-Z]", number):
        return None
    offset, letters = SINGAPORE[number[0]]
    total = offset + weighted(map(int, number[1:8]), (2, 7, 6, 5, 4, 3, 2))
    return number if letters[total % 11] == number[8] else None


def united_kingdom(number, born):
    """Two letters and six digits; the suffix A to D does not distinguish people."""
    found = re.fullmatch(r"([A-Z]{2})([0-9]{6})[A-D]?", number)
    if not found or set(found[1]) & set("DFIQUV") or found[1][1] == "O":
        return None
    return None if found[1] in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ") else number[:8]


def viet_nam(number, born):
    """Place, century and sex, year of birth; six digits. Spreadsheets drop up to two zeros."""
    if re.fullmatch(r"[0-9]{10,11}", number):
        number = number.zfill(12)
    if not re.fullmatch(r"[0-9]{12}", number):
        return None
    return number if born(1900 + 100 * (int(number[3]) // 2) + int(number[4:6])) else None


def philippines(number, born):
    """The number itself, or the number on the card."""
    return number if re.fullmatch(r"[0-9]{12}|[0-9]{16}", number) else None


def kazakhstan(number, born):
    if not re.fullmatch(r"[0-9]{12}", number):
        return None
    digits = [*map(int, number)]
    century = {1: (1800,), 2: (1800,), 3: (1900,), 4: (1900,), 5: (2000,), 6: (2000,)}.get(digits[6], (1900, 2000))
    if not any(born(start + int(number[:2]), int(number[2:4]), int(number[4:6])) for start in century):
        return None
    check = weighted(digits[:11], range(1, 12)) % 11
    if check == 10:
        check = weighted(digits[:11], (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return number if check == digits[11] else None


def sri_lanka(number, born):
    """Year and day of birth (women: plus 500), serial, check digit whose rule is not published.

    Numbers of nine digits, issued before 2016, are of births from 1900 to 1999; their serial gets a
    leading zero.
    """
    old = re.fullmatch(r"([0-9]{5})([0-9]{4})[VX]", number)
    number = f"19{old[1]}0{old[2]}" if old else number
    if not re.fullmatch(r"(18|19|20)[0-9]{10}", number):
        return None
    day = int(number[4:7])
    return number if born(int(number[:4])) and (1 <= day <= 366 or 501 <= day <= 866) else None


def egypt(number, born):
    if not re.fullmatch(r"[23][0-9]{13}", number):
        return None
    century = 1900 if number[0] == "2" else 2000
    return number if born(century + int(number[1:3]), int(number[3:5]), int(number[5:7])) else None


RULES = {
    "eg.id": Rule("-", egypt),
    "gb.nino": Rule("-", united_kingdom, lambda n: f"{n[:2]} {n[2:4]} {n[4:6]} {n[6:8]} {n[8:]}".strip()),
    "hk.id": Rule("()-", hong_kong, lambda n: f"{n[:-1]}({n[-1]})"),
    "kz.iin": Rule("-", kazakhstan),
    "lk.nic": Rule("-", sri_lanka),
    "mo.bir": Rule("()-/", macau, lambda n: f"{n[0]}/{n[1:7]}/{n[7]}"),
    "ph.psn": Rule("-", philippines, lambda n: "-".join(n[at : at + 4] for at in range(0, len(n), 4))),
    "sg.nric": Rule("-", singapore),
    "tw.id": Rule("-", taiwan),
    "vn.cccd": Rule("-.", viet_nam),
}

OTHER_FORM = {
    "gb.nino": lambda number: number[:8] + ("" if number[8:] else "C"),
    "lk.nic": lambda number: number[2:7] + number[8:] + "V" if number[:2] == "19" and number[7:8] == "0" else None,
    "vn.cccd": lambda number: number.lstrip("0").zfill(10),
}

FIXTURES = {
    "eg.id": unissued(
        "governorate 00",
        "[23]{YY}{MM}{DD}00#####",
        years=(2000, 2019),
        refused=("[14]0001010012345",),
        future=("3{YY}{MM}{DD}00#####",),
    ),
    "gb.nino": few(
        "prefix PP, seldom seen",
        "PP######",
        "PP######[A-D]",
        refused=("<BG|GB|KN|NK|NT|TN|ZZ>123456C", "[DFIQUV]A123456A", "A[DFIOQUV]123456", "PP123456[E-Z]"),
    ),
    "hk.id": few("two letters that are not in use, and one", "<QQ|ZZ>######[0-9A]", "[A-Z]######[0-9A]"),
    "kz.iin": unissued(
        "births before 1880", "{YY}{MM}{DD}[12]#####", years=(1840, 1879), future=("{YY}{MM}{DD}[56]#####",)
    ),
    "lk.nic": unissued(
        "births before 1880; serial 000",
        "18[4-7]#<0|1|2|6|7>[0-5]######",
        "[3-9]#<0|1|6|7>[0-5]#000#[VX]",
        refused=("1850367####0", "1850000####0", "1850867####0", "1750001####0", "990000000V"),
        future=("2099[12]00#####",),
    ),
    "mo.bir": unissued("a first digit other than 1, 5 and 7", "[02346]#######"),
    "ph.psn": few("no check", "000000######", "000000##########"),
    "sg.nric": few(
        "T5 to T9 and M9, not reached, and low numbers",
        "T[5-9]######@",
        "M9######@",
        "[SFG]0000###@",
        refused=("[ABX]000000%J",),
    ),
    "tw.id": few(
        "citizens, and residents of now and before",
        "[A-Z][12]########",
        "[A-Z][89]########",
        "[A-Z][A-D]########",
        refused=("A3########", "AE########"),
    ),
    "vn.cccd": unissued(
        "place of birth 000",
        "000[0-3]<70|85|99|01>######",
        "0000######",
        refused=(),
        future=("000[3]9#######", "000[4-9]########"),
    ),
}
