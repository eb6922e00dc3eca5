"""What is done to a cell before the rule of its kind, written from the text of docs/canonical.md.

Owns folding, splitting, masks and spreadsheet damage. Shares no code with the product, so that the
two can be compared.
"""

import re
import unicodedata

CELL_BYTES = 256
PIECE_DIGITS = 7
NOTHING = {"null", "none", "nil", "nan", "n/a", r"\n", "-", "--", "无", "空", "暂无"}
TEXT_MARKS = "'‘’"

# Unicode's White_Space. Python's `isspace` also includes four control characters.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
DASHES = "-" + "".join(map(chr, range(0x2010, 0x2016))) + "\u2212"

MASKED = re.compile(r"[*•●○■█×?_]|\.\.")
DOUBLE_DIGITS = 15
EXPONENT = re.compile(r"(\+?)([0-9]+)\.([0-9]+)[eE]\+?([0-9]{1,2})")
FLOAT = re.compile(r"\+?[0-9]+(\.[0-9]+([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)")


def canonicalise(cell, rule):
    """The distinct canonical forms of a cell; empty if it is rejected. `rule` returns the form of
    one piece, or None.
    """
    folded = fold(cell)
    forms = [rule(without_exponent(piece)) for piece in split(folded)] if folded else []
    return list(dict.fromkeys(form for form in forms if form is not None))


def fold(cell):
    """NFKC, with ASCII digits for those of every script, and without format characters, surrounding
    space or text mark; None if nothing is left.
    """
    if len(cell.encode()) > CELL_BYTES:
        return None
    text = "".join(map(ascii_digit, unicodedata.normalize("NFKC", cell)))
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = text.strip(WHITE_SPACE)
    if text[:1] and text[0] in TEXT_MARKS:
        text = text[1:].strip(WHITE_SPACE)
    return None if text == "" or ascii_lower(text) in NOTHING else text


def split(folded):
    """The pieces of a folded cell, trimmed, without blank ones."""
    if ascii_lower(folded[:4]) == "tel:":
        folded = folded[4:]
    folded = folded.replace(";ext=", " ext ")
    marks = ",;、" + "".join(mark for mark in "/|" if separates(folded, mark))
    pieces = (piece.strip(WHITE_SPACE) for piece in re.split(f"[{re.escape(marks)}]", folded))
    return [piece for piece in pieces if piece]


def without_exponent(piece):
    """The whole number that exponent notation writes with all of its digits, at most 15."""
    found = EXPONENT.fullmatch(piece)
    if not found:
        return piece
    plus, whole, fraction, exponent = found[1], found[2], found[3], int(found[4])
    if not 0 < exponent <= len(fraction) or len(whole) + exponent > DOUBLE_DIGITS or fraction[exponent:].strip("0"):
        return piece
    return plus + whole + fraction[:exponent]


def is_masked(piece, xs=2):
    """Whether digits are masked; `xs` letters x in a row count as a mask."""
    return MASKED.search(piece) is not None or "x" * xs in ascii_lower(piece)


def is_float(piece):
    return FLOAT.fullmatch(piece) is not None


def ascii_digit(c):
    return str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c


def separates(text, mark):
    """Whether each piece between these marks has enough digits to be a number."""
    pieces = (piece for piece in text.split(mark) if piece.strip(WHITE_SPACE))
    return all(sum(c in "0123456789" for c in piece) >= PIECE_DIGITS for piece in pieces)


def ascii_lower(text):
    """Lower case of A to Z only: `İ` does not become i."""
    return "".join(c.lower() if c.isascii() else c for c in text)
