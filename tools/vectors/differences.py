"""Where the product differs from python-stdnum on purpose; each difference has a row in
exceptions.tsv.

Owns restored zeros, looser or stricter validation, the one canonical spelling of a number that has
several, and dates of birth that python-stdnum does not check.
"""

import datetime

from modules import module_of
from stdnum.iso7064 import mod_11_2

# Spreadsheets drop leading zeros. Numbers of at least the first length are padded to the second.
PADDED = {"be.bis": (8, 11), "be.nn": (8, 11), "be.ssn": (8, 11), "bg.egn": (7, 10), "pl.pesel": (8, 11)}

# Kinds whose date of birth has no certain century, or whose date is not one of birth. It is not
# checked for being in the future.
CENTURY_UNSAID = {"es.nif", "gr.amka", "id.nik", "it.codicefiscale", "mu.nid", "mx.rfc", "my.nric", "za.idnr"}


def padded(kind, number):
    low, high = PADDED.get(kind, (0, 0))
    return number.zfill(high) if low <= len(number) < high and number.isdigit() else number


def resident_identity(module, number):
    """First-generation numbers have no century and no check character."""
    if len(number) == 15 and number.isdigit():
        number = number[:6] + "19" + number[6:]
        number += mod_11_2.calc_check_digit(number)
    return module.validate(number)


def resident_registration(module, number):
    """Like the module, without its list of places."""
    if len(number) != 13 or not number.isdigit() or module.calc_check_digit(number[:-1]) != number[-1]:
        raise ValueError
    module.get_birth_date(number)
    return number


def of_length(*lengths):
    def validate(module, number):
        if len(number) not in lengths:
            raise ValueError
        return module.validate(number)

    return validate


def swiss(module, number):
    """The module checks the length before it removes dashes."""
    if not number.isdigit():
        raise ValueError
    return module.validate(number)


def italian(module, number):
    """The module takes the day modulo 40, and so accepts days above 80."""
    number = module.validate(number)
    if len(number) == 16 and "".join(str("LMNPQRSTUV".find(c)) if c.isalpha() else c for c in number[9:11]) > "80":
        raise ValueError
    return number


def ecuadorian(module, number):
    """Accepts any province; the third digit says that the holder is a person."""
    if len(number) != 10 or not number.isdigit() or number[2] > "6" or module._checksum(number) != 0:
        raise ValueError
    return number


def one_k(module, number):
    return module.validate(number if not number.startswith("KK") else "")


def without_zeros(number):
    """At least eight characters remain."""
    return number[:-8].lstrip("0") + number[-8:]


OWN_VALIDATE = {
    "ch.ssn": swiss,
    "cn.ric": resident_identity,
    "co.nit": lambda module, number: module.validate(without_zeros(number)),
    "ec.ci": ecuadorian,
    "gb.utr": one_k,
    "it.codicefiscale": italian,
    "kr.rrn": resident_registration,
    "pt.cc": of_length(12),
}


def twelve_digits(form):
    """A Swedish number with its century, from `+` or today's date."""
    if len(form) == 13:
        return form[:8] + form[9:]
    year = SWEDEN.get_birth_date(form).year
    return f"{year:04}{form[2:6]}{form[7:]}"


def control_digit(form):
    """A company's control letter stands for a digit."""
    letters = "JABCDEFGHI"
    is_company = form[0] in "ABCDEFGHJNPQRSUVW"
    return form[:-1] + str(letters.index(form[-1])) if is_company and form[-1] in letters else form


SWEDEN = module_of("se.personnummer")

CANONICAL = {
    "ar.dni": lambda form: form.zfill(8),
    "cl.rut": lambda form: form.zfill(9),
    "es.nif": control_digit,
    "nz.ird": lambda form: form.zfill(9),
    "pe.cui": lambda form: form[:8],
    "se.personnummer": twelve_digits,
}


def finnish_birth(form):
    centuries = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
    return datetime.date(centuries[form[6]] + int(form[4:6]), int(form[2:4]), int(form[:2]))


def icelandic_birth(form):
    century = 1900 if form[9] == "9" else 2000
    return datetime.date(century + int(form[4:6]), int(form[2:4]), int(form[:2]) % 40)


def latvian_birth(form):
    """Numbers of companies, and all since 2017, have no date."""
    return None if form[0] > "3" or form.startswith("32") else LATVIA.get_birth_date(form)


def lithuanian_birth(form):
    return None if form[0] == "9" else ESTONIA.get_birth_date(form)


LATVIA = module_of("lv.pvn")
ESTONIA = module_of("ee.ik")

BIRTH = {
    "fi.hetu": finnish_birth,
    "is.kennitala": icelandic_birth,
    "lt.asmens": lithuanian_birth,
    "lv.pvn": latvian_birth,
    "sk.rc": module_of("cz.rc").get_birth_date,
}


def control_letter(number):
    if not number[-1].isdigit() or number[0] not in "ABCDEFGHJNPQRSUVW":
        return None
    return number[:-1] + "JABCDEFGHI"[int(number[-1])]


def first_generation(number):
    return number[:6] + number[8:17] if number[6:8] == "19" else None


def with_or_without_sign(number):
    """A Swedish number of the nineteenth century in its other form."""
    digits = "".join(c for c in number if c.isdigit())
    return digits[2:8] + "+" + digits[8:] if len(digits) == 12 else "18" + digits


OTHER_FORM = {
    "ar.dni": lambda number: number.zfill(8),
    "cl.rut": lambda number: number.zfill(9),
    "cn.ric": first_generation,
    "cr.cpf": lambda number: f"{int(number[-9])}-{int(number[-8:-4])}-{int(number[-4:])}",
    "co.nit": lambda number: number.zfill(16),
    "es.nif": control_letter,
    "nz.ird": lambda number: number.zfill(9),
    "pe.cui": lambda number: number[:8],
    "se.personnummer": with_or_without_sign,
}
