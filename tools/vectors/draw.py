"""Draws numbers from the templates of fixtures.py, with possible and with impossible dates."""

import calendar
import re

import cell

TRIES = 200_000
TOKEN = re.compile(r"\{(YYYY|YYY|YY|MM|DD)(?:\+(\d+))?\}|\[([^\]]+)\]|<([^>]+)>|(.)")
NO_DATES = ((1900, 13, 1), (1901, 0, 15), (1900, 1, 32), (1903, 4, 31), (1999, 12, 0), (1899, 2, 29), (1857, 2, 30))


def accepted(template, rng, rule, years):
    """A number of the template that the oracle accepts."""
    for _ in range(TRIES):
        number = fill(template, rng, random_date(rng, years))
        if cell.canonicalise(number, rule):
            return number
    raise SystemExit(f"no number of the template {template} is accepted")


def fitting(template, rng, date, rule):
    """A number with this date that the rule accepts; the last of many tries if it accepts none."""
    for _ in range(2_000):
        number = fill(template, rng, date)
        if cell.canonicalise(number, rule):
            break
    return number


def refused(template, rng, years):
    """Numbers of a template that is never valid. All `%` of a number are the same digit, and there
    is one number for each digit.
    """
    number = fill(template, rng, random_date(rng, years))
    return [number.replace("%", str(digit)) for digit in range(10)] if "%" in number else [number]


def fill(template, rng, date):
    year, month, day = date
    parts = {"YYYY": (year, 4), "YYY": (year % 1000, 3), "YY": (year % 100, 2), "MM": (month, 2), "DD": (day, 2)}
    text = ""
    for part, plus, characters, words, literal in TOKEN.findall(template):
        if part:
            value, width = parts[part]
            text += f"{value + int(plus or 0):0{width}}"
        elif characters:
            text += rng.choice(expanded(characters))
        elif words:
            text += rng.choice(words.split("|"))
        elif literal == "#":
            text += rng.choice("0123456789")
        elif literal == "@":
            text += rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        else:
            text += literal
    return text


def has_date(template):
    return "{MM" in template


def random_date(rng, years):
    year, month = rng.randint(*years), rng.randint(1, 12)
    return year, month, rng.randint(1, calendar.monthrange(year, month)[1])


def expanded(characters):
    """`A-C1` as `ABC1`."""
    return re.sub(r"(.)-(.)", lambda ends: "".join(map(chr, range(ord(ends[1]), ord(ends[2]) + 1))), characters)
