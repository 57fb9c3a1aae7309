"""Predictions as CSV, with the label or the values in the first columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import orjson
from flask import Response
from numpy.typing import NDArray

from trainlet.store import Model

CSV = "text/csv"
CHUNK_ROWS = 10_000


def csv_response(model: Model, outputs: NDArray[Any]) -> Response:
    """Return a response with outputs (n, units) as CSV (RFC 4180).

    For classification the columns are `label` and, per label, `output_<label>`; a single unit is
    `output`. For multilabel, `labels` is a JSON list. For regression the columns are the values,
    named like the targets. Numbers have the same format as in JSON.
    """
    preprocessing = model.preprocessing
    labels = preprocessing.labels_of(outputs)
    if labels is None:
        rows = _numbers(preprocessing.values_of(outputs))
    else:
        cells = map(_label, labels)
        rows = (f"{cell},{row}" for cell, row in zip(cells, _numbers(outputs), strict=True))
    header = ",".join(map(_quoted, _header(model, outputs.shape[1])))
    content = "".join(f"{line}\n" for line in chain([header], rows))
    return Response(content, content_type=f"{CSV}; charset=utf-8")


def _header(model: Model, units: int) -> Iterator[str]:
    labels = model.preprocessing.labels
    if labels is None:
        yield from _value_names(model, units)
        return
    yield "labels" if model.preprocessing.encoding.form == "multilabel" else "label"
    if units == 1 and len(labels) > 1:
        yield "output"
    else:
        yield from (f"output_{_text(label)}" for label in labels)


def _value_names(model: Model, units: int) -> Iterable[str]:
    if model.spec is not None:
        target = model.spec.dataset.preprocessing.selection.target
        if target is not None and len(target) == units:
            return target
    return ("value",) if units == 1 else (f"value_{unit}" for unit in range(1, units + 1))


def _numbers(rows: NDArray[Any]) -> Iterator[str]:
    """Yield each row of numbers (n, units) in the shortest text that parses to the same number."""
    for start in range(0, len(rows), CHUNK_ROWS):
        text = orjson.dumps(
            rows[start : start + CHUNK_ROWS].copy(), option=orjson.OPT_SERIALIZE_NUMPY
        ).decode()
        yield from text[2:-2].split("],[")


def _label(label: Any) -> str:
    if isinstance(label, list):
        return _quoted(orjson.dumps(label).decode())
    return _quoted(_text(label))


def _text(label: Any) -> str:
    return str(label).lower() if isinstance(label, bool) else str(label)


def _quoted(text: str) -> str:
    if text and not any(sign in text for sign in ',"\r\n') and text == text.strip():
        return text
    return '"' + text.replace('"', '""') + '"'
