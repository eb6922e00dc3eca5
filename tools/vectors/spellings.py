"""Spellings of a number that mean the same number, and damages as they occur in dumps.

Each is a function of (number, context) that returns an input, or None where it does not apply. Does
not decide whether the input is accepted.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Context:
    rng: Random
    separators: str
    prefixes: tuple
    other: str
    """Another number of the kind."""
    official: object
    """As python-stdnum formats it, or None."""
    again: object
    """The same number in another of its forms, or None."""


def scattered(number, context, marks):
    places = sorted(context.rng.sample(range(1, len(number)), min(3, len(number) - 1)), reverse=True)
    for place in places:
        number = number[:place] + context.rng.choice(marks) + number[place:]
    return number


def grouped(number, mark, size):
    return mark.join(number[at : at + size] for at in range(0, len(number), size))


def full_width(number):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in number)


def in_script(number, zero):
    """With the digits of the script that has this zero."""
    return "".join(chr(ord(zero) + int(c)) if c in "0123456789" else c for c in number)


def digits_only(number):
    return number.isascii() and number.isdigit()


SPELLINGS = {
    "official": lambda n, c: c.official and c.official(n),
    "another form": lambda n, c: c.again,
    "marks of the kind": lambda n, c: scattered(n, c, c.separators) if c.separators else None,
    "marks and blanks": lambda n, c: scattered(n, c, c.separators + " "),
    "groups of three": lambda n, c: grouped(n, " ", 3),
    "groups of four": lambda n, c: grouped(n, c.separators[:1] or "\u00a0", 4),
    "typographic dashes": lambda n, c: grouped(n, c.rng.choice("‐‑–—−"), 5) if "-" in c.separators else None,
    "lower case": lambda n, c: n.lower() if n.lower() != n else None,
    "full width": lambda n, c: full_width(n),
    "full width in part": lambda n, c: n[:3] + full_width(n[3:]),
    "mathematical digits": lambda n, c: in_script(n, "𝟎"),
    "digits of another script": lambda n, c: in_script(n, c.rng.choice("٠۰०০๐")),
    "prefix": lambda n, c: c.rng.choice(c.prefixes) + n if c.prefixes else None,
    "text mark": lambda n, c: c.rng.choice("'‘’") + n,
    "text mark and space": lambda n, c: " ' " + n + " ",
    "zero width": lambda n, c: n[:4] + c.rng.choice("\u200b\u200d\u2060\u00ad") + n[4:] + "\u200e",
    "byte order mark": lambda n, c: "\ufeff" + n,
    "space around": lambda n, c: c.rng.choice("\t\u3000\u00a0\u0085") + n + c.rng.choice(" \r\u2003"),
    "two by comma": lambda n, c: n + "," + c.other,
    "two by semicolon": lambda n, c: n + "； " + c.other,
    "two by enumeration comma": lambda n, c: n + "、" + c.other,
    "two by slash": lambda n, c: n + "/" + c.other,
    "two by bar": lambda n, c: n + " | " + c.other,
    "twice": lambda n, c: n + "," + n,
    "and rubbish": lambda n, c: "-," + n + ";?",
    "without zeros": lambda n, c: n.lstrip("0") if n.startswith("0") and digits_only(n) else None,
    "more zeros": lambda n, c: "0" + n if digits_only(n) else None,
}


def other_digit(number, at, rng):
    return number[:at] + rng.choice([d for d in "0123456789" if d != number[at]]) + number[at + 1 :]


def wrong_end(number, context):
    alike = "0123456789" if number[-1].isdigit() else "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return number[:-1] + context.rng.choice([c for c in alike if c != number[-1]])


def wrong_digit(number, context):
    places = [at for at, c in enumerate(number[:-1]) if c in "0123456789"]
    return other_digit(number, context.rng.choice(places), context.rng)


def swapped(number, context):
    places = [at for at in range(len(number) - 1) if number[at] != number[at + 1]]
    at = context.rng.choice(places or [0])
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def letter_for_digit(number, context):
    places = [at for at, c in enumerate(number) if c in "0123456789"]
    at = context.rng.choice(places)
    return number[:at] + {"0": "O", "1": "l", "5": "S", "8": "B"}.get(number[at], "Z") + number[at + 1 :]


def hidden(number, mark):
    third = max(1, len(number) // 3)
    return number[:third] + mark + number[-third:]


def decimal(number, context):
    digits = "".join(c for c in number if c in "0123456789")
    return f"{digits[0]}.{digits[1:6]}E+{len(digits) - 1}"


DAMAGES = {
    "wrong end": wrong_end,
    "another wrong end": wrong_end,
    "wrong digit": wrong_digit,
    "digits swapped": swapped,
    "last missing": lambda n, c: n[:-1],
    "first missing": lambda n, c: n[1:],
    "one more": lambda n, c: n + c.rng.choice("0123456789"),
    "one more in front": lambda n, c: c.rng.choice("123456789") + n,
    "letter for digit": letter_for_digit,
    "letter behind": lambda n, c: n + c.rng.choice("AKXZ"),
    "letter in front": lambda n, c: c.rng.choice("AKXZ") + n,
    "stars": lambda n, c: hidden(n, "*" * max(1, len(n) - 2 * (len(n) // 3))),
    "letters x": lambda n, c: hidden(n, "x" * max(2, len(n) - 2 * (len(n) // 3))),
    "other mask": lambda n, c: hidden(n, c.rng.choice(("●●", "█", "?", "_", "...", "••••"))),
    "exponent": decimal,
    "exponent without point": lambda n, c: n + "E5" if digits_only(n) else None,
    "fraction of zero": lambda n, c: n + ".0",
    "fraction": lambda n, c: n[:-2] + "." + n[-2:] if digits_only(n) else None,
    "cut short": lambda n, c: n[: len(n) // 2],
    "end only": lambda n, c: n[-4:],
    "doubled": lambda n, c: n + n,
    "foreign mark": lambda n, c: n[:3] + c.rng.choice([m for m in '#~:=()"' if m not in c.separators]) + n[3:],
    "full stop inside": lambda n, c: n[:4] + "." + n[4:],
    "two full stops inside": lambda n, c: n[:4] + ".." + n[4:],
    "mask that hides nothing": lambda n, c: n[:4] + c.rng.choice("*_?×■") + n[4:],
    "dash inside": lambda n, c: n[:4] + "-" + n[4:],
    "label in front": lambda n, c: "ID: " + n,
    "numerals": lambda n, c: "".join("〇一二三四五六七八九"[int(d)] if d in "0123456789" else d for d in n),
    "letter that looks alike": lambda n, c: n[:-1] + "Х",
    "letter that capitals change": lambda n, c: n[:-2] + c.rng.choice("ßıŉ") + n[-1],
    "zeros at the end": lambda n, c: n[:-3] + "000",
    "letters only": lambda n, c: "unknown",
}

NOTHINGS = ("", "  ", "NULL", "\\N", "n/a", "--", "无", "'", "\u200b", "0", "000000000")
