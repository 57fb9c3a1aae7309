"""Line plots, scatter plots and decision boundaries with matplotlib."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]

PALETTE = ("#d95f02", "#1b6ca8", "#2a9d57", "#8e44ad", "#b8860b", "#c2185b", "#00838f", "#5d4037")
"""Colors, of which color-blind people can distinguish the first ones."""

DOTS_PER_INCH = 100
FRAME_PIXELS = 70
FRAME_SECONDS = 0.25
LAST_SECONDS = 2.0


@dataclass(frozen=True)
class Scatter:
    """Points (n, 2) with one RGBA color each (n, 4)."""

    title: str
    points: Array
    colors: Array


@dataclass(frozen=True)
class Plane:
    """RGBA colors (rows, columns, 4) of a rectangle, lowest row first, and points over it."""

    title: str
    field: Array
    extent: tuple[float, float, float, float]
    names: Sequence[str]
    points: Scatter


def curves(series: Mapping[str, Sequence[float]], title: str) -> bytes:
    """Plot series over the epochs."""
    figure, (axes,) = _sheet(1, (8, 5))
    for color, (name, values) in zip(PALETTE, series.items(), strict=False):
        mark = "o" if len(values) == 1 else None
        axes.plot(range(1, len(values) + 1), values, color=color, label=name, marker=mark)
    axes.set(title=title, xlabel="epoch", ylabel="loss")
    axes.grid(alpha=0.3)
    axes.legend()
    return _png(figure)


def scatters(sets: Sequence[Scatter], names: Sequence[str], legend: Mapping[str, Any]) -> bytes:
    """Plot sets of points side by side, with the same axes."""
    figure, sheet = _sheet(len(sets), (5.5 * len(sets), 5))
    points = np.concatenate([scatter.points for scatter in sets])
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.05 * (high - low) + 1e-9
    for axes, scatter in zip(sheet, sets, strict=True):
        axes.scatter(scatter.points[:, 0], scatter.points[:, 1], 12, scatter.colors, linewidths=0)
        axes.set(title=scatter.title, xlabel=names[0], ylabel=names[1])
        axes.set(xlim=(low[0] - margin[0], high[0] + margin[0]))
        axes.set(ylim=(low[1] - margin[1], high[1] + margin[1]))
    _name(sheet[-1], legend)
    return _png(figure)


def plane(boundary: Plane, legend: Mapping[str, Any]) -> bytes:
    """Plot a decision boundary and the points over it."""
    figure, _, _ = _laid_out(boundary, legend)
    return _png(figure)


def animation(frames: Iterable[Plane], legend: Mapping[str, Any]) -> bytes:
    """Animate decision boundaries in an endless loop."""
    pictures = list(_pictures(frames, legend))
    file = BytesIO()
    usual, last = (int(1000 * seconds) for seconds in (FRAME_SECONDS, LAST_SECONDS))
    durations = [usual] * (len(pictures) - 1) + [last]
    pictures[0].save(
        file, "GIF", save_all=True, append_images=pictures[1:], duration=durations, loop=0
    )
    return file.getvalue()


def _pictures(frames: Iterable[Plane], legend: Mapping[str, Any]) -> Iterator[Image.Image]:
    figure: Any = None
    for frame in frames:
        if figure is None:
            figure, axes, field = _laid_out(frame, legend)
            figure.set_dpi(FRAME_PIXELS)
        field.set_data(frame.field)
        axes.set_title(frame.title)
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        image = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
        yield image.quantize(128, Image.Quantize.FASTOCTREE)


def _laid_out(boundary: Plane, legend: Mapping[str, Any]) -> tuple[Figure, Any, Any]:
    figure, (axes,) = _sheet(1, (6, 5.5))
    field = axes.imshow(
        boundary.field,
        extent=boundary.extent,
        origin="lower",
        aspect="auto",
        interpolation="bilinear",
    )
    scatter = boundary.points
    axes.scatter(scatter.points[:, 0], scatter.points[:, 1], 9, scatter.colors, ec="w", lw=0.3)
    axes.set(title=boundary.title, xlabel=boundary.names[0], ylabel=boundary.names[1])
    axes.set(xlim=boundary.extent[:2], ylim=boundary.extent[2:])
    _name(axes, legend)
    return figure, axes, field


def _sheet(count: int, inches: tuple[float, float]) -> tuple[Figure, list[Any]]:
    figure = Figure(inches, DOTS_PER_INCH, layout="tight")
    return figure, [figure.add_subplot(1, count, index + 1) for index in range(count)]


def _name(axes: Any, legend: Mapping[str, Any]) -> None:
    for label, color in legend.items():
        axes.scatter([], [], color=[color], label=label)
    if legend:
        axes.legend(loc="upper right", fontsize=8)


def _png(figure: Figure) -> bytes:
    file = BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(file, metadata={"Software": None})
    return file.getvalue()
