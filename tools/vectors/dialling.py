"""Ways in which people and dumps write a phone number, correct and damaged; each is a function of
(number, context).

Does not decide whether the text is accepted.
"""

from dataclasses import dataclass
from random import Random

import phonenumbers
from phonenumbers import PhoneNumberFormat


@dataclass(frozen=True)
class Context:
    rng: Random
    region: str
    metadata: object
    other: object
    """Another number of the region."""
    elsewhere: object
    """A number of another region."""


def plain(number):
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def formatted(number, context):
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def international(number, context):
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def bare(number):
    """The national part, with its leading zeros."""
    return phonenumbers.national_significant_number(number)


def code(number):
    return str(number.country_code)


def national(number, context):
    """As it is dialled in the country."""
    return (context.metadata.national_prefix or "") + bare(number)


def dialled_from_abroad(number, context):
    """With the international prefix of the country it is dialled in, where there is only one."""
    prefix = context.metadata.preferred_international_prefix or context.metadata.international_prefix or ""
    return prefix + code(number) + bare(number) if prefix.isdigit() else None


def digits(rng, count):
    return "".join(rng.choice("0123456789") for _ in range(count))


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def in_script(text, zero):
    """With the digits of the script that has this zero."""
    return "".join(chr(ord(zero) + int(c)) if c in "0123456789" else c for c in text)


def grouped(text, mark):
    return mark.join([text[:3], text[3:6], text[6:]]) if len(text) > 6 else mark.join([text[:2], text[2:]])


def float_of(text):
    return f"{text[0]}.{text[1:4]}E+{len(text) - 1:02}"


SPELLINGS = {
    "international": international,
    "national": formatted,
    "bare": lambda n, c: bare(n),
    "with national prefix": national,
    "00": lambda n, c: "00" + code(n) + bare(n),
    "dialled from abroad": dialled_from_abroad,
    "without plus": lambda n, c: code(n) + bare(n),
    "code in brackets": lambda n, c: f"(+{code(n)}){bare(n)}",
    "code by dash": lambda n, c: f"{code(n)}-{grouped(bare(n), '-')}",
    "zero in brackets": lambda n, c: f"+{code(n)} (0) {bare(n)}",
    "tel": lambda n, c: "tel:" + plain(n),
    "rfc 3966": lambda n, c: phonenumbers.format_number(n, PhoneNumberFormat.RFC3966) + ";ext=77",
    "ext.": lambda n, c: formatted(n, c) + " ext. " + digits(c.rng, 3),
    "extension": lambda n, c: international(n, c) + " Extension:" + digits(c.rng, 4),
    "x": lambda n, c: bare(n) + "x" + digits(c.rng, 2),
    "转": lambda n, c: plain(n) + c.rng.choice("转轉") + digits(c.rng, 3),
    "分机": lambda n, c: national(n, c) + " " + c.rng.choice(("分机", "分機")) + "：" + digits(c.rng, 1),
    "full width": lambda n, c: full_width(plain(n)),
    "full width, national": lambda n, c: full_width(formatted(n, c)),
    "digits of another script": lambda n, c: in_script(bare(n), c.rng.choice("٠۰०০๐")),
    "zero width": lambda n, c: "\u202d" + plain(n)[:5] + "\u200b" + plain(n)[5:] + "\u202c",
    "text mark": lambda n, c: c.rng.choice("'‘’") + c.rng.choice((bare(n), plain(n))),
    "point zero": lambda n, c: bare(n) + ".0",
    "plus, point zero": lambda n, c: plain(n) + ".00",
    "points": lambda n, c: grouped(bare(n), "."),
    "dashes": lambda n, c: grouped(bare(n), c.rng.choice("‐‑–—−")),
    "middle dots": lambda n, c: f"+{code(n)}·{grouped(bare(n), '·')}",
    "odd spaces": lambda n, c: "\t" + grouped(plain(n), c.rng.choice("\u00a0\u2009\u3000")) + "\r",
    "brackets": lambda n, c: f"[{bare(n)[:3]}] {bare(n)[3:]}",
    "two by comma": lambda n, c: bare(n) + "," + plain(c.other),
    "two by semicolon": lambda n, c: plain(n) + "；" + bare(c.other),
    "two by enumeration comma": lambda n, c: plain(n) + "、" + plain(n),
    "two by slash": lambda n, c: bare(n) + " / " + bare(c.other),
    "two by bar": lambda n, c: plain(n) + "|" + plain(c.other),
    "and rubbish": lambda n, c: "-;" + plain(n) + ",12",
}

DAMAGES = {
    "code twice": lambda n, c: code(n) + code(n) + bare(n),
    "plus, code twice": lambda n, c: "+" + code(n) + code(n) + bare(n),
    "00, plus": lambda n, c: "00" + plain(n),
    "plus, 00": lambda n, c: "+00" + code(n) + bare(n),
    "plus, no code": lambda n, c: "+" + bare(n),
    "two plus": lambda n, c: "+" + plain(n),
    "plus inside": lambda n, c: bare(n)[:2] + "+" + bare(n)[2:],
    "plus behind": lambda n, c: code(n) + bare(n) + "+",
    "national prefix behind the code": lambda n, c: "+" + code(n) + national(n, c),
    "national prefix behind the code, without plus": lambda n, c: code(n) + national(n, c),
    "national prefix twice": lambda n, c: (c.metadata.national_prefix or "0") + national(n, c),
    "national prefix, local part": lambda n, c: (c.metadata.national_prefix or "0") + bare(n)[-7:],
    "code, local part": lambda n, c: code(n) + bare(n)[-7:],
    "national prefix alone": lambda n, c: (c.metadata.national_prefix or "") + code(n),
    "stars": lambda n, c: bare(n)[:3] + "****" + bare(n)[-2:],
    "letters x": lambda n, c: plain(n)[:-4] + "xxxx",
    "mask": lambda n, c: bare(n)[:2] + c.rng.choice(("●●●", "?", "__", "×")) + bare(n)[-3:],
    "two points": lambda n, c: bare(n)[:3] + ".." + bare(n)[3:],
    "exponent": lambda n, c: float_of(code(n) + bare(n)),
    "fraction": lambda n, c: bare(n) + ".5",
    "letter in front": lambda n, c: c.rng.choice("ATx") + bare(n),
    "letter behind": lambda n, c: bare(n) + c.rng.choice("aZé"),
    "label": lambda n, c: "Tel. " + formatted(n, c),
    "numerals": lambda n, c: "".join("〇一二三四五六七八九"[int(d)] for d in bare(n)),
    "number sign": lambda n, c: c.rng.choice("#~=") + bare(n),
    "first missing": lambda n, c: bare(n)[1:],
    "last missing": lambda n, c: plain(n)[:-1],
    "one more": lambda n, c: plain(n) + "7",
    "much more": lambda n, c: plain(n) + digits(c.rng, 9),
    "long extension": lambda n, c: plain(n) + " ext " + digits(c.rng, 7),
    "another country's": lambda n, c: bare(c.elsewhere),
    "another country's, without plus": lambda n, c: code(c.elsewhere) + bare(c.elsewhere),
    "another country's, plus": lambda n, c: plain(c.elsewhere),
    "another country's, 00": lambda n, c: "00" + code(c.elsewhere) + bare(c.elsewhere),
    "nothing": lambda n, c: c.rng.choice(("", "NULL", "\\N", "-", "暂无", "0", "00", "+", "000000000", "()")),
}
