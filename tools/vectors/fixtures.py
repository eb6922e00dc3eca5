"""The ranges that the accepted numbers of the vectors are drawn from, by kind. No real person's
number is among them.

A template is read from left to right: `#` a digit, `@` a letter, `[ABC0-9]` one of these
characters, `<AS|BC>` one of these words, `{YYYY}` `{YYY}` `{YY}` `{MM}` `{DD}` a part of one date,
`{DD+40}` the same plus 40; anything else stands for itself. Numbers are drawn from it with a fixed
seed until the oracle accepts one.
"""

from dataclasses import dataclass, field

NOT_ISSUED = "not issued"
FEW_DRAWS = "few random draws, linked to nobody"


@dataclass(frozen=True)
class Fixtures:
    source: str
    """Why no accepted number belongs to a person: NOT_ISSUED or FEW_DRAWS."""
    how: str
    """The range, in words."""
    templates: tuple
    years: tuple = (1990, 2019)
    """First and last year of the dates in the templates."""
    refused: tuple = ()
    """Templates that are never valid, whatever the check digit; `%` is every digit in turn."""
    future: tuple = ()
    """Templates with a date of birth in the future, in `future_years`."""
    future_years: tuple = (2090, 2099)
    prefixes: tuple = field(default=())
    """Prefixes that people write."""


def unissued(how, *templates, **more):
    return Fixtures(NOT_ISSUED, how, templates, **more)


def few(how, *templates, **more):
    return Fixtures(FEW_DRAWS, how, templates, **more)


OLD = (1840, 1879)
BEFORE_1880 = "births before 1880"

FIXTURES = {
    "ar.cuit": unissued(
        "personal numbers around DNI 80 to 89 million, which are not reached",
        "<20|23|24|27>8########",
        refused=("108#######%", "288#######%", "008#######%"),
    ),
    "ar.dni": unissued(
        "80 to 89 million, which are not reached; seven digits that begin with 0", "8#######", "0######"
    ),
    "at.vnr": unissued("birth date 99 99", "[1-9]###9999##", refused=("0##%9999##",)),
    "au.tfn": few("eight and nine digits", "#########", "########"),
    "be.bis": unissued(
        "serial 000, 998 or 999, which is not given",
        "{YY}{MM+20}{DD}<000|998|999>##",
        "{YY}{MM+40}{DD}<000|998|999>##",
        "0[1-9]<21|32|52>15<000|999>##",
        years=(1940, 1999),
        refused=("{YY}{MM}{DD}999%%", "{YY}60{DD}000%%"),
    ),
    "be.eid": few("card numbers", "############"),
    "be.nn": unissued(
        "serial 000, 998 or 999, which is not given",
        "{YY}{MM}{DD}<000|998|999>##",
        "0[1-9]<01|12>15<000|999>##",
        "000[1-9]15000##",
        years=(1940, 1999),
        refused=("{YY}{MM+20}{DD}999%%", "{YY}13{DD}000%%"),
    ),
    "be.ssn": unissued(
        "serial 000, 998 or 999, which is not given",
        "{YY}{MM}{DD}<000|998|999>##",
        "{YY}{MM+40}{DD}<000|998|999>##",
        "0[1-9]<01|12|32|52>15<000|999>##",
        years=(1940, 1999),
    ),
    "bg.egn": unissued(
        BEFORE_1880, "{YY}{MM+20}{DD}####", "0[1-9]<21|32>15####", years=OLD, future=("{YY}{MM+40}{DD}####",)
    ),
    "bg.pnf": few("numbers of foreigners", "##########"),
    "br.cpf": few("and all digits equal, which is not issued", "###########", "<111111111|333333333|999999999>##"),
    "ca.bc_phn": few("British Columbia", "9#########", refused=("1########%", "8########%")),
    "ca.sin": few("temporary numbers", "9########", refused=("0#######%", "8#######%")),
    "ch.ssn": few("AHV numbers", "756##########", refused=("757#########%", "765#########%", "756########-%")),
    "cl.rut": unissued(
        "bodies from 40 to 49 million, between persons and companies, and below a hundred thousand",
        "4#######[0-9K]",
        "000#####[0-9K]",
        "00#####[0-9K]",
        prefixes=("CL", "CL "),
    ),
    "cn.ric": unissued(
        "areas 99xxxx, which do not exist",
        "99####{YYYY}{MM}{DD}###[0-9X]",
        years=(1900, 2019),
        future=("99####{YYYY}{MM}{DD}###[0-9X]",),
        future_years=(2201, 2299),
    ),
    "co.nit": unissued("more digits than are in use", "############", "##############", "################"),
    "cr.cpf": unissued("province 0", "00########", "00#######", refused=("1#########", "9#########")),
    "cr.cr": unissued("country code 000", "1000########", "1000#######", refused=("2000########", "0000#######")),
    "cu.ni": unissued(
        "births before 1880 (century digit 9)", "{YY}{MM}{DD}9####", years=OLD, future=("{YY}{MM}{DD}[678]####",)
    ),
    "cz.rc": unissued(
        "serial 000 before 1954; months from 21 and 71 on for births before 2004",
        "{YY}{MM}{DD}000",
        "{YY}{MM+50}{DD}000",
        "{YY}{MM+20}{DD}####",
        "{YY}{MM+70}{DD}####",
        years=(1920, 1953),
        future=("{YY}{MM}{DD}####",),
        future_years=(2040, 2053),
    ),
    "de.idnr": few("tax numbers", "[1-9]##########", refused=("0#########%", "1234567890%", "1111234567%")),
    "dk.cpr": unissued(
        "births before 1880",
        "{DD}{MM}{YY}[5678]###",
        years=(1858, 1879),
        future=("{DD}{MM}{YY}[5678]###",),
        future_years=(2040, 2057),
    ),
    "do.cedula": unissued("municipality 999", "999########"),
    "ec.ci": few(
        "province 30, of those abroad, and others",
        "30[0-5]#######",
        "<01|12|24|50>[0-6]#######",
        refused=("30[789]######%", "01[789]######%"),
    ),
    "ee.ik": unissued(
        BEFORE_1880,
        "[12]{YY}{MM}{DD}####",
        years=OLD,
        refused=("[09]{YY}{MM}{DD}###%",),
        future=("[78]{YY}{MM}{DD}####",),
        future_years=(2101, 2199),
    ),
    "es.dni": unissued("from 99,990,000 on", "9999####@"),
    "es.nie": unissued("Z9 and on, not reached", "Z9######@", refused=("[ABW]0000000@",)),
    "es.nif": unissued(
        "persons from 99,990,000 on; companies",
        "9999####@",
        "Z9######@",
        "[KLM]999####@",
        "[ABCDEFGHJNPQRSUVW]#######[A-J0-9]",
        refused=("[IOT]#######%",),
        prefixes=("ES", "ES "),
    ),
    "fi.hetu": unissued(
        "births before 1880; signs U and V, kept for later",
        "{DD}{MM}{YY}+###[0-9A-Y]",
        "{DD}{MM}{YY}[UV]###[0-9A-Y]",
        years=OLD,
        refused=("{DD}{MM}{YY}+00[01][0-9A-Y]", "{DD}{MM}{YY}+9##[0-9A-Y]", "{DD}{MM}{YY}G###[0-9A-Y]"),
        future=("{DD}{MM}{YY}[ABCD]###[0-9A-Y]",),
    ),
    "fi.veronumero": few("no check; a hundred thousand lowest", "0000000#####"),
    "fr.nif": few("tax numbers", "[0-3]############", refused=("[4-9]############",)),
    "fr.nir": unissued(
        "sex 5, 6 or 9, which is not given",
        "[569]##" + "<01|06|12><01|33|75|99|2A|2B>######" + "##",
        refused=("5##012C########",),
    ),
    "gb.nhs": unissued("999 xxx xxxx, kept for tests", "999#######"),
    "gb.upn": unissued("local authorities 000 and 99x", "@<000|990|995|999>########[0-9A-Z]"),
    "gb.utr": few("tax references", "##########", prefixes=("K", "k ")),
    "gr.amka": few("births of 1950 to 1999", "{DD}{MM}{YY}#####", years=(1950, 1999)),
    "hr.oib": few("persons and companies look alike", "###########", prefixes=("HR", "HR ")),
    "id.nik": unissued("regions 99xxxx, which do not exist", "99####{DD}{MM}{YY}####", "99####{DD+40}{MM}{YY}####"),
    "ie.pps": few(
        "with one letter and with two", "#######@", "#######@[ABHWTX]", refused=("######%[XYZ]", "######%AC")
    ),
    "il.idnr": few("below ten thousand, and others", "00000####", "#########"),
    "in.aadhaar": unissued(
        "9999 xxxx xxxx, the range of the published test numbers", "9999########", refused=("[01]99999999999",)
    ),
    "in.epic": few("series ZZx", "ZZ@#######"),
    "in.pan": unissued(
        "holders that are no persons, and series ZZZ",
        "ZZZ[ABCFGHLJTKP]@####@",
        refused=("ZZZ[DEIMNOQ]@####@", "ZZZPA0000@"),
    ),
    "in.vid": few(
        "virtual numbers, which their owners change", "[2-9]###############", refused=("[01]###############",)
    ),
    "is.kennitala": unissued(
        "serials 00 to 19, which are not given",
        "{DD}{MM}{YY}[01]##9",
        "{DD+40}{MM}{YY}[01]##9",
        years=(1920, 1999),
        refused=("{DD}{MM}{YY}[01]##[1-8]",),
        future=("{DD}{MM}{YY}[01]##0",),
    ),
    "it.codicefiscale": unissued(
        "a vowel before a consonant in the surname, which the rule excludes; eleven digits of office 888, not given",
        "[AEIOU][BCD][FGH]@@@{YY}[A-EHLMPR-T][0-2]#@###@",
        "[AEIOU][BCD][FGH]@@@{YY}[A-EHLMPR-T][45]#[ZA]L#M@",
        "#######888#",
        refused=("#######777%", "0000000888%", "EBFZZZ90A8[1-9]A000@", "EBFZZZ90AV1A000@"),
    ),
    "jp.in": few("individual numbers", "############"),
    "kr.rrn": unissued(
        "births before 1880 (9 and 0)",
        "{YY}{MM}{DD}[90]######",
        "{YY}{MM}{DD}[90]9[789]####",
        years=OLD,
        future=("{YY}{MM}{DD}[3478]######",),
    ),
    "lt.asmens": unissued(
        BEFORE_1880,
        "[12]{YY}{MM}{DD}####",
        "90000######",
        years=OLD,
        refused=("0{YY}{MM}{DD}###%",),
        future=("[78]{YY}{MM}{DD}####",),
        future_years=(2101, 2199),
    ),
    "lv.pvn": unissued(
        "births before 1880; companies",
        "{DD}{MM}{YY}0####",
        "[4-9]##########",
        "3200000####",
        years=OLD,
        future=("{DD}{MM}{YY}[2]####",),
        prefixes=("LV", "LV-"),
    ),
    "mu.nid": few("births of 1990 to 2019", "@{DD}{MM}{YY}######[0-9A-G]"),
    "mx.curp": unissued(
        "a consonant where a name has its first vowel; the code of all foreigners",
        "@[BCD]@@{YY}{MM}{DD}[HM]<AS|DF|NE|ZS>@@@[0-9]#",
        "X[BCD]XX{YY}{MM}{DD}[HM]NEXX@[0-9]#",
        "<XEXX010101HNEXXXA4|XEXX010101MNEXXXA4>",
        years=(1930, 1999),
        refused=("ABCD{YY}{MM}{DD}XDFAAA0%", "BUEI{YY}{MM}{DD}HDFAAA0%"),
        future=("@[BCD]@@{YY}{MM}{DD}[HM]<AS|DF|NE|ZS>@@@@#",),
    ),
    "mx.rfc": unissued(
        "a consonant where a name has its first vowel; companies",
        "@[BCD]@@{YY}{MM}{DD}",
        "@[BCD]@@{YY}{MM}{DD}@@#",
        "[&ÑA]@@{YY}{MM}{DD}###",
        refused=("PUTO{YY}{MM}{DD}", "RUIN{YY}{MM}{DD}AA0"),
    ),
    "my.nric": unissued(
        "places of birth 00, 17 to 20 and 94 to 97, which are not given", "{YY}{MM}{DD}<00|17|20|94>####"
    ),
    "nl.bsn": unissued("9999xxxxx, kept for tests, and below a thousand", "9999#####", "000000###"),
    "nl.identiteitskaartnummer": few(
        "no check; series of zeros", "[A-NP-Z][A-NP-Z]0000###", refused=("AO0000###", "AA00O0###")
    ),
    "nl.onderwijsnummer": few("school numbers", "10#######", refused=("11######%", "20######%")),
    "no.fodselsnummer": unissued(
        BEFORE_1880,
        "{DD}{MM}{YY}[56]####",
        "{DD+40}{MM}{YY}[56]####",
        "{DD}{MM+40}{YY}[56]####",
        years=(1854, 1879),
        refused=("{DD}{MM+80}{YY}5####",),
        future=("{DD}{MM}{YY}[5678]####",),
        future_years=(2030, 2039),
    ),
    "nz.ird": few(
        "eight and nine digits, and samples that the revenue published",
        "[1-9]#######",
        "1[0-4]#######",
        "<49091850|35901981|49098576|136410132>",
        refused=("0000000%", "00######%", "16#######%"),
    ),
    "pe.cui": unissued("90 million and on, not reached", "9#######", "9#######[0-9A-K]"),
    "pk.cnic": few("no check; division 0", "[1-7]0000#######[1-9]", refused=("10000#######0",)),
    "pl.pesel": unissued(
        BEFORE_1880,
        "{YY}{MM+80}{DD}#####",
        "0[1-9]<81|92>15#####",
        years=OLD,
        future=("{YY}{MM+40}{DD}#####",),
        future_years=(2101, 2199),
    ),
    "pt.cc": unissued("numbers from 90 million on, not reached", "9########@@#", "9########[0-9Z][0-9Z]#"),
    "pt.nif": unissued(
        "numbers that begin with 4 but not 45", "4[0-46-9]#######", refused=("0#######%",), prefixes=("PT", "PT ")
    ),
    "ro.cnp": unissued(
        BEFORE_1880,
        "[34]{YY}{MM}{DD}<01|12|40|52|70|80>####",
        years=OLD,
        refused=("0{YY}{MM}{DD}01###%",),
        future=("[56]{YY}{MM}{DD}01####",),
    ),
    "ru.inn": unissued("region 00", "00##########", "00########"),
    "se.personnummer": unissued(
        BEFORE_1880,
        "{YYYY}{MM}{DD}####",
        "{YYYY}{MM}{DD}-####",
        "{YY}{MM}{DD}+####",
        years=OLD,
        future=("{YYYY}{MM}{DD}####",),
        future_years=(2201, 2299),
    ),
    "si.emso": unissued(
        BEFORE_1880, "{DD}{MM}{YYY}######", years=OLD, future=("{DD}{MM}{YYY}######",), future_years=(2201, 2299)
    ),
    "sk.rc": unissued(
        "serial 000 before 1954; months from 21 and 71 on for births before 2004",
        "{YY}{MM}{DD}000",
        "{YY}{MM+50}{DD}000",
        "{YY}{MM+20}{DD}####",
        "{YY}{MM+70}{DD}####",
        years=(1920, 1953),
        future=("{YY}{MM}{DD}####",),
        future_years=(2040, 2053),
    ),
    "th.pin": unissued("provinces 00 and 99", "[1-8]<00|99>##########", refused=("[09]00#########%",)),
    "tr.tckimlik": few("numbers of citizens", "[1-8]##########", refused=("0#########%",)),
    "ua.rntrc": unissued("births after 2119 (days from 80000 on)", "8#########", "9#########"),
    "us.atin": unissued("area 000", "000######"),
    "us.itin": few(
        "individual numbers",
        "9##<70|81|88|90|92|94|99>####",
        "9##<50|65>####",
        refused=("8##70####", "9##<49|66|69|89|93>####"),
    ),
    "us.ssn": few(
        "digits that are all equal or in order",
        "<111111111|222222222|333333333|444444444|555555555|777777777|888888888|123456789|111223333|345678912>",
        refused=(
            "000[1-9]#[1-9]###",
            "666[1-9]#[1-9]###",
            "9##[1-9]#[1-9]###",
            "[1-5]##00[1-9]###",
            "[1-5]##[1-9]#0000",
            "078051120",
            "457555462",
            "219099999",
        ),
    ),
    "za.idnr": unissued(
        "digit of race after 1986, when it was abolished",
        "{YY}{MM}{DD}####[01][0-7]#",
        years=(1990, 1999),
        refused=("{YY}{MM}{DD}####[2-9][0-7]%",),
    ),
    "za.tin": few("tax references", "[01239]#########", refused=("[4-8]########%",)),
}
