"""Loss curves as sparklines and SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite

BLOCKS = "▁▂▃▄▅▆▇█"
COLORS = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"
"""Palette of Okabe and Ito (2008), which color-blind readers can distinguish."""

WIDTH, HEIGHT, MARGIN = 480, 200, 24
LEFT, RIGHT, BOTTOM = 64, WIDTH - 4, HEIGHT - MARGIN
MAX_POINTS = 480


def sparkline(values: Sequence[float], width: int = 24) -> str:
    """Return values as blocks of eight heights, at most `width`; · is a non-finite value."""
    sampled = _sampled(values, width)
    finite = [value for value in sampled if isfinite(value)]
    if not finite:
        return "·" * len(sampled)
    low, span = min(finite), (max(finite) - min(finite)) or 1.0
    heights = (int((value - low) / span * 7 + 0.5) if isfinite(value) else -1 for value in sampled)
    return "".join("·" if height < 0 else BLOCKS[height] for height in heights)


def svg(series: Mapping[str, Sequence[float]]) -> str:
    """Return a picture with one line per series; a non-finite value is a gap."""
    lines = {name: _sampled(values, MAX_POINTS) for name, values in series.items()}
    finite = [value for values in lines.values() for value in values if isfinite(value)]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    parts = [
        _line(values, low, (high - low) or 1.0, COLORS[index % len(COLORS)]) + _legend(name, index)
        for index, (name, values) in enumerate(lines.items())
    ]
    epochs = max(len(values) for values in series.values())
    caption = escape(f"{', '.join(series)} over {epochs} epochs")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" role="img" aria-label="{caption}" '
        f'font-family="sans-serif" font-size="11" fill="currentColor">'
        f'<text x="0" y="{MARGIN + 4}">{high:.4g}</text>'
        f'<text x="0" y="{BOTTOM + 4}">{low:.4g}</text>'
        f'<polyline points="{LEFT},{MARGIN} {LEFT},{BOTTOM} {RIGHT},{BOTTOM}" fill="none" '
        f'stroke="currentColor" stroke-opacity="0.3"/>'
        f'<text x="{RIGHT}" y="{HEIGHT - 4}" text-anchor="end">epoch {epochs}</text>'
        f"{''.join(parts)}</svg>"
    )


def _line(values: Sequence[float], low: float, span: float, color: str) -> str:
    across = (RIGHT - LEFT) / max(len(values) - 1, 1)
    path, pen = [], "M"
    for index, value in enumerate(values):
        if not isfinite(value):
            pen = "M"
            continue
        y = BOTTOM - (value - low) / span * (BOTTOM - MARGIN)
        path.append(f"{pen}{LEFT + index * across:.1f} {y:.1f}")
        pen = "L"
    data = "".join(path)
    return (
        f'<path d="{data}" fill="none" stroke="{color}" stroke-width="1.5" stroke-linecap="round"/>'
    )


def _legend(name: str, index: int) -> str:
    x, color = LEFT + index * 100, COLORS[index % len(COLORS)]
    return f'<text x="{x}" y="{HEIGHT - 4}" fill="{color}">{escape(name)}</text>'


def _sampled(values: Sequence[float], count: int) -> list[float]:
    """Return at most `count` evenly spaced values, with the first and the last."""
    if len(values) <= count:
        return list(values)
    return [values[round(index * (len(values) - 1) / (count - 1))] for index in range(count)]
