"""Bar chart of the ratios, with matplotlib."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.measuring import Row


def draw(rows: list[Row], path: Path) -> None:
    """Draw a group of bars for each workload."""
    names = list(dict.fromkeys(name for row in rows for name in row.peers))
    figure = Figure(figsize=(max(6.5, 1.5 + 1.3 * len(rows)), 4.5), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(names)
    for position, name in enumerate(names):
        shown = [(index, row) for index, row in enumerate(rows) if name in row.peers]
        at = [index + (position - (len(names) - 1) / 2) * width for index, _ in shown]
        axes.bar(at, [row.ratio(name) for _, row in shown], width * 0.9, label=name)
        for x, (_, row) in zip(at, shown, strict=True):
            bar = row.workload.bars.get(name)
            if bar:
                axes.hlines(bar, x - width / 2, x + width / 2, color="black")
    labels = [f"{row.workload.name}\n{row.formatted('trainlet')}" for row in rows]
    axes.set_xticks(range(len(rows)), labels)
    axes.set_yscale("log")
    ticks = [0.5, 1, 2, 4, 8, 16]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.axhline(1, color="grey", linewidth=0.8)
    axes.set_ylabel("time per step ÷ trainlet's")
    axes.set_title(
        "float32, one thread; below: trainlet's time per step; lines: targets", fontsize=10
    )
    axes.legend(ncols=len(names), loc="upper right")
    figure.savefig(path, dpi=120)
