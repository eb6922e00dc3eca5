"""Writes the vectors, one case a line, so that a diff shows the cases that change."""

import json
import unicodedata


def write(path, head, name, groups):
    """`groups` holds lists of (input, verdict) by kind or region."""
    lines = [f" {text(key)}: {text(value)}," for key, value in head.items()]
    blocks = [f"  {text(group)}: [\n" + ",\n".join(map(case, cases)) + "\n  ]" for group, cases in groups.items()]
    content = "{\n" + "\n".join(lines) + f"\n {text(name)}: {{\n" + ",\n".join(blocks) + "\n }\n}\n"
    path.write_text(content, encoding="utf-8", newline="\n")
    return len(content.encode())


def case(pair):
    return f"[{text(pair[0])},{text(pair[1])}]"


def text(value):
    """A JSON string with escapes for invisible characters."""
    return "".join(c if visible(c) else json.dumps(c)[1:-1] for c in json.dumps(value, ensure_ascii=False))


def visible(c):
    return c == " " or unicodedata.category(c)[0] not in "CZ"
