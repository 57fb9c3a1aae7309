"""Random mutations of JSON documents and bytes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from benchmarks.mutate_tables import mutated

Steps = tuple[str | int, ...]

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2, 0.5, -0.0, 1e308, -1e308, 1e-320, 2**53 + 1, 2**63, 2**64),
    *(
        10**30,
        "",
        "x",
        "é\x00",
        "1",
        "NaN",
        "2024-01-01",
        "a" * 300,
        "\ud800",
        [],
        {},
        [[]],
        [None],
    ),
    *([{}], {"type": []}, {"type": "nonsense"}, {"a": {"a": []}}, [1] * 50, [[1], [1, 2]]),
)
LITERALS = ("1e999", "-1e999", "NaN", "Infinity", "1e400", "0x1", "[" * 40 + "]" * 40, "01", "tru")
MARK = "\u2603"


def mutated_document(document: Any, chance: Random) -> bytes:
    """Return a document in JSON with some of its values or keys changed, and some of its bytes."""
    changed = deepcopy(document)
    text = ""
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        text = _change(changed, chance) or text
    try:
        body = json.dumps(changed).replace(f'"\\u{ord(MARK):04x}"', text or "null").encode()
    except RecursionError:
        return b"{}"
    if chance.random() < 0.05:
        body = _with_key_twice(body, chance)
    return mutated(body, chance) if chance.random() < 0.05 else body


def encoded(body: bytes, chance: Random) -> tuple[bytes, dict[str, str]]:
    """Return a body and its Content-Encoding: none, gzip, broken gzip or another one."""
    kind = chance.random()
    if kind < 0.8:
        return body, {}
    packed = gzip.compress(body, 1, mtime=0)
    if kind < 0.81:
        return packed, {}
    packed = packed if kind < 0.96 else mutated(packed, chance)
    return packed, {"Content-Encoding": "gzip" if kind < 0.99 else chance.choice(("br", "x", ""))}


def _change(document: Any, chance: Random) -> str:
    """Change one location of a document. Return the literal at it, if there is one."""
    locations = list(_locations(document))
    if not locations:
        return ""
    around, step = chance.choice(locations)
    kind = chance.random()
    if kind < 0.5:
        around[step] = deepcopy(chance.choice(VALUES))
    elif kind < 0.54:
        around[step] = MARK
        return chance.choice(LITERALS)
    elif kind < 0.7:
        del around[step]
    elif kind < 0.8:
        around[step] = deepcopy(chance.choice(locations)[0])
    elif isinstance(around, dict):
        around[f"{step}{chance.choice(('', 's', ' ', 'é'))}"] = around.pop(step)
    else:
        around.extend(deepcopy(around) * chance.randrange(1, 4))
    return ""


def _locations(document: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every list or object with each of its indices or keys."""
    if isinstance(document, (dict, list)):
        items = list(document.items() if isinstance(document, dict) else enumerate(document))
        for step, inner in items:
            yield document, step
            yield from _locations(inner)


def _with_key_twice(body: bytes, chance: Random) -> bytes:
    """Repeat the first member of some object that has one."""
    starts = [at for at in range(len(body) - 1) if body[at : at + 2] == b'{"']
    if not starts:
        return body
    at = chance.choice(starts) + 1
    end = body.find(b":", at)
    return body[:at] + body[at:end] + b": 1, " + body[at:]
