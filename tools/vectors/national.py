"""The oracle of national identifiers: python-stdnum and the intended differences from it.

Owns the list of kinds, the separators of each, and the order in which a piece of a cell is checked.
"""

import re

import cell
import wanted
from differences import BIRTH, CANONICAL, CENTURY_UNSAID, OTHER_FORM, OWN_VALIDATE, padded
from modules import TODAY, module_of, published
from stdnum.exceptions import ValidationError

# This many letters x in a row are a mask in every kind; fewer may be part of a Mexican number.
MASKING_XS = 5

# Kinds that python-stdnum checks, with the separators that they drop besides white space.
SEPARATORS = {
    "ar.cuit": "-",
    "ar.dni": ".",
    "at.vnr": "",
    "au.tfn": "",
    "be.bis": "-.",
    "be.eid": "-./",
    "be.nn": "-.",
    "be.ssn": "-.",
    "bg.egn": "-.",
    "bg.pnf": "-.",
    "br.cpf": "-.",
    "ca.bc_phn": "-",
    "ca.sin": "-",
    "ch.ssn": ".",
    "cl.rut": "-.",
    "cn.ric": "-",
    "co.nit": "-.",
    "cr.cpf": "-",
    "cr.cr": "-",
    "cu.ni": "",
    "cz.rc": "/",
    "de.idnr": "-./",
    "dk.cpr": "-",
    "do.cedula": "-",
    "ec.ci": "-",
    "ee.ik": "",
    "es.dni": "-",
    "es.nie": "-",
    "es.nif": "-",
    "fi.hetu": "",
    "fi.veronumero": "",
    "fr.nif": "",
    "fr.nir": ".",
    "gb.nhs": "-",
    "gb.upn": "",
    "gb.utr": "",
    "gr.amka": "-",
    "hr.oib": "-",
    "id.nik": "-.",
    "ie.pps": "-",
    "il.idnr": "-",
    "in.aadhaar": "-",
    "in.epic": "-",
    "in.pan": "-",
    "in.vid": "-",
    "is.kennitala": "-",
    "it.codicefiscale": "-:",
    "jp.in": "-",
    "kr.rrn": "-",
    "lt.asmens": "",
    "lv.pvn": "-",
    "mu.nid": "",
    "mx.curp": "-_",
    "mx.rfc": "-_",
    "my.nric": "-",
    "nl.bsn": "-.",
    "nl.identiteitskaartnummer": "",
    "nl.onderwijsnummer": "-.",
    "no.fodselsnummer": "-:",
    "nz.ird": "-",
    "pe.cui": "-",
    "pk.cnic": "-",
    "pl.pesel": "-",
    "pt.cc": "",
    "pt.nif": "-.",
    "ro.cnp": "-",
    "ru.inn": "",
    "se.personnummer": "-:",
    "si.emso": "",
    "sk.rc": "/",
    "th.pin": "-",
    "tr.tckimlik": "",
    "ua.rntrc": "",
    "us.atin": "-",
    "us.itin": "-",
    "us.ssn": "-",
    "za.idnr": "",
    "za.tin": "-/",
}

# A hyphen has a meaning: it divides the number, or tells the century.
HYPHEN_MEANS_SOMETHING = {"cr.cpf", "fi.hetu"}


def kinds():
    """Every kind that has an oracle, in order."""
    return sorted([*SEPARATORS, *wanted.RULES])


def separators(kind):
    return SEPARATORS[kind] if kind in SEPARATORS else wanted.RULES[kind].separators


def rule(kind):
    """The canonical form of one piece of a cell, or None."""
    if kind in wanted.RULES:
        return piece_rule(kind, wanted.RULES[kind].judge)
    return piece_rule(kind, stdnum_judge(kind, module_of(kind)))


def unchanged(kind):
    """The result of python-stdnum for an unchanged text."""

    def verdict(text):
        try:
            return published(kind).validate(text)
        except (ValidationError, ValueError, IndexError, KeyError):
            return "!"

    return verdict


def rule_without_dates(kind):
    """Like `rule`, but accepts any date, to make numbers in which only the date is wrong."""
    if kind in wanted.RULES:
        return piece_rule(kind, wanted.RULES[kind].without_date)
    module = module_of(kind)
    for name in ("get_birth_date", "_get_date"):
        if hasattr(module, name):
            setattr(module, name, lambda *number: TODAY)
    return piece_rule(kind, stdnum_judge(kind, module, births=False))


def piece_rule(kind, judge):
    marks = separators(kind)
    harmless = dict.fromkeys(ord(mark) for mark in marks if cell.is_masked(mark))

    def canonical_of(piece):
        if cell.is_masked(piece.translate(harmless), xs=MASKING_XS) or is_spoiled(piece):
            return None
        number = bare(piece, marks, keep="-" if kind in HYPHEN_MEANS_SOMETHING else "")
        return judge(number) if number else None

    return canonical_of


def is_spoiled(piece):
    """A float, except digits, E and digits, which may be a Finnish number."""
    return cell.is_float(piece) and not re.fullmatch(r"[0-9]+[eE][0-9]+", piece)


def official(kind):
    """The number as python-stdnum formats it, or None."""
    return getattr(module_of(kind), "format", None) if kind in SEPARATORS else wanted.RULES[kind].official


def again(kind, number):
    """The same number in another form of the kind, or None."""
    other = {**OTHER_FORM, **wanted.OTHER_FORM}.get(kind)
    return other(number) if other else None


def bare(piece, marks, keep=""):
    """In upper case, without white space and the kind's separators, dashes as `-`; None if another
    character is left.
    """
    text = "".join("-" if c in cell.DASHES else c for c in piece if c not in cell.WHITE_SPACE)
    text = "".join(upper(c) for c in text if c in keep or c not in marks)
    return text if all(c.isascii() or c == "Ñ" for c in text) else None


def upper(c):
    """Upper case of A to Z only: `upper` would make two letters of `ß`, and I of `ı`."""
    return c.upper() if c.isascii() or c == "ñ" else c


def stdnum_judge(kind, module, births=True):
    validate = OWN_VALIDATE.get(kind, lambda module, number: module.validate(number))
    canonical = CANONICAL.get(kind, lambda number: number)
    birth = BIRTH.get(kind) or (None if kind in CENTURY_UNSAID else getattr(module, "get_birth_date", None))
    birth = birth if births else None

    def judge(number):
        try:
            form = validate(module, padded(kind, number))
            born = birth and birth(form)
        except (ValidationError, ValueError, IndexError, KeyError):
            return None
        return None if born and born > TODAY else canonical(form)

    return judge
