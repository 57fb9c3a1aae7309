"""HTML reports of jobs, models and histories for notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from trainlet.client.curve import svg


def report(
    title: str,
    status: str,
    metrics: Mapping[str, float | None],
    history: Mapping[str, Sequence[float]] | None,
) -> str:
    """Return a title, a table of metrics and the loss curves as HTML without scripts."""
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{'' if value is None else f'{value:.4g}'}</td></tr>"
        for name, value in metrics.items()
    )
    curves = {
        name: values for name, values in (history or {}).items() if name.endswith("loss") and values
    }
    return (
        f"<div><strong>{escape(title)}</strong> {escape(status)}"
        f"<table>{rows}</table>{svg(curves) if curves else ''}</div>"
    )
