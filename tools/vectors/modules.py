"""python-stdnum's modules with a fixed date, and without checks that the product does not make."""

import datetime
import importlib
import types

TODAY = datetime.date(2026, 1, 1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# What is removed from a module: lists that lag behind the authorities, or that name people.
NOT_ENFORCED = {
    "cn.ric": {"get_birth_place": lambda number: {}},
    "do.cedula": {"whitelist": frozenset()},
    "gb.upn": {"_la_numbers": range(1000)},
    "id.nik": {"_check_registration_place": lambda number: {}},
    "mx.curp": {"_valid_states": {a + b for a in LETTERS for b in LETTERS}},
    "my.nric": {"get_birth_place": lambda number: {}},
    "pk.cnic": {"PROVINCES": dict.fromkeys("0123456789", "any")},
    "ro.cnp": {"_COUNTIES": {f"{county:02}": "any" for county in range(100)}},
    "us.itin": {"_allowed_groups": {f"{group:02}" for group in range(50, 100)} - {"66", "67", "68", "69", "89", "93"}},
}


def module_of(kind):
    """A private copy of the module, without the lists that are not enforced."""
    module = published(kind)
    for attribute, value in NOT_ENFORCED.get(kind, {}).items():
        if not hasattr(module, attribute):
            raise SystemExit(f"{kind}: python-stdnum has no {attribute} any more")
        setattr(module, attribute, value)
    return module


def published(kind):
    """A private copy of the module as published, except for the date."""
    country, name = kind.split(".")
    country = country + "_" if country in ("in", "is") else country
    name = name + "_" if kind == "jp.in" else name
    spec = importlib.util.find_spec(f"stdnum.{country}.{name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    fix_today(module)
    return module


def fix_today(module):
    for part in [module, *(value for value in vars(module).values() if isinstance(value, types.ModuleType))]:
        if part.__name__.startswith("stdnum.") and hasattr(part, "datetime"):
            part.datetime = types.SimpleNamespace(date=FixedDate)


class FixedDate(datetime.date):
    @classmethod
    def today(cls):
        return cls(TODAY.year, TODAY.month, TODAY.day)
