"""Makes the inputs of the national identifiers, in order and without a verdict, from fixtures and
spellings.
"""

import random

import cell
import draw
import national
import wanted
from fixtures import FEW_DRAWS, FIXTURES
from spellings import DAMAGES, NOTHINGS, SPELLINGS, Context

SEED = 20260101

FEW = 10
MANY = 16
ROUNDS_OF_SPELLINGS = 2
ROUNDS_OF_DAMAGES = 2
REFUSED_DRAWS = 2


def inputs(kind):
    """Every input of a kind, each once."""
    rng = random.Random(f"{SEED} {kind}")
    fixtures = {**FIXTURES, **wanted.FIXTURES}[kind]
    rule = national.rule(kind)
    count = FEW if fixtures.source == FEW_DRAWS else MANY
    base = [
        draw.accepted(fixtures.templates[i % len(fixtures.templates)], rng, rule, fixtures.years) for i in range(count)
    ]
    known = [form for number in base for form in cell.canonicalise(number, rule)]
    found = turned(SPELLINGS, ROUNDS_OF_SPELLINGS, base, kind, fixtures, rng)
    found += turned(DAMAGES, ROUNDS_OF_DAMAGES, base, kind, fixtures, rng)
    found = [text for text in found if set(cell.canonicalise(text, rule)) <= set(known)]
    never = [text for template in fixtures.refused for text in draws(template, fixtures, rng)]
    never += births_to_come(kind, fixtures, rng)
    for text in never:
        if cell.canonicalise(text, rule):
            raise SystemExit(f"{kind}: a fixture that should be refused is accepted")
    found += never + impossible_dates(kind, fixtures, rng) + list(NOTHINGS)
    return list(dict.fromkeys(base + known + found))


def draws(template, fixtures, rng):
    rounds = 1 if "%" in template else REFUSED_DRAWS
    return [text for _ in range(rounds) for text in draw.refused(template, rng, fixtures.years)]


def turned(table, rounds, base, kind, fixtures, rng):
    """Applies each spelling of the table to the numbers in turn."""
    official = national.official(kind)
    made = []
    for turn, make in enumerate([*table.values()] * rounds):
        # Shifted by one in each round, so that a spelling is applied to another number.
        at = turn + turn // len(table)
        number, other = base[at % len(base)], base[(at + 1) % len(base)]
        again = national.again(kind, number)
        context = Context(rng, national.separators(kind), fixtures.prefixes, other, official, again)
        made.append(make(number, context))
    return [text for text in made if text is not None]


def impossible_dates(kind, fixtures, rng):
    """Numbers with an impossible date and correct check digits, as far as the oracle can check
    these without the date.
    """
    template = next((t for t in fixtures.templates if draw.has_date(t)), None)
    if template is None:
        return []
    rule = national.rule_without_dates(kind)
    return [draw.fitting(template, rng, date, rule) for date in draw.NO_DATES]


def births_to_come(kind, fixtures, rng):
    rule = national.rule_without_dates(kind)
    return [
        draw.fitting(template, rng, draw.random_date(rng, fixtures.future_years), rule)
        for template in fixtures.future
        for _ in range(4)
    ]
