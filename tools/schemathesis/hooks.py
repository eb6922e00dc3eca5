"""Generates valid ristretto255 elements, which a schema cannot describe."""

import base64
import json
import os

import schemathesis
from hypothesis import strategies

with open(os.environ["VECTORS"], encoding="utf-8") as vectors:
    EXAMPLES = json.load(vectors)["examples"]

ELEMENTS = [
    base64.urlsafe_b64encode(bytes.fromhex(element)).decode().rstrip("=")
    for example in EXAMPLES
    for element in (example["blinded_element"], example["evaluated_element"])
]

schemathesis.openapi.format("ristretto255", strategies.sampled_from(ELEMENTS))
