"""Benchmark report as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.measuring import TOLERANCE, Row
from benchmarks.peers import PEERS

PACKAGES = ("numpy", "scikit-learn", "torch", "jax")


@dataclass
class Report:
    """All results of one run; `load` is the system's load average before it."""

    rows: list[Row] = field(default_factory=list)
    memory: dict[str, dict[str, int]] = field(default_factory=dict)
    imports: dict[str, float] = field(default_factory=dict)
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    def write(self, path: Path) -> None:
        document = {
            "machine": machine() | {"load": [self.load, os.getloadavg()[0]]},
            "workloads": {row.workload.name: _row(row) for row in self.rows},
            "memory": self.memory,
            "imports": self.imports,
        }
        path.write_text(json.dumps(document, indent=1))


def machine() -> dict[str, Any]:
    """Return the hardware and software versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
    } | {name: _version(name) for name in PACKAGES}


def _processor() -> str:
    """Return the processor's model, if it is known."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [text.split(":")[1].strip() for text in lines if text.startswith("model name")]
    return models[0] if models else platform.processor()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _row(row: Row) -> dict[str, Any]:
    return {
        "title": row.workload.title,
        "clock": row.clock,
        "microseconds": {name: row.microseconds(name) for name in row.wall},
        "ratios": {name: row.ratio(name) for name in row.peers},
        "bars": row.workload.bars,
        "differences": row.differences,
        "wall_rounds": row.wall,
        "processor_rounds": row.processor,
    }


def line(row: Row) -> str:
    """Return the differences and times of one workload in one line."""
    times = {name: row.formatted(name) for name in row.wall}
    payload = [f"trainlet {times['trainlet']}"]
    for name in row.peers:
        equal = row.differences[name] <= TOLERANCE[row.workload.optimizer]
        word = "equal to" if equal else "NOT EQUAL:"
        payload.append(f"{name} {times[name]} ({word} {row.differences[name]:.0e})")
    return f"{row.workload.name} {row.workload.title}: {', '.join(payload)}"


def table(report: Report, memory_bar: float, import_bar: float) -> str:
    """Return the ratios with their targets; a < marks a missed target."""
    names = [name for name in PEERS if any(name in row.peers for row in report.rows)]
    after, cores = os.getloadavg()[0], os.cpu_count()
    lines = [f"load average on {cores} cores: {report.load:.1f} before, {after:.1f} after"]
    if report.rows:
        head = ["peer's time ÷ trainlet's (target)", "trainlet", *names]
        lines += ["", *_columns([head, *(_cells(row, names) for row in report.rows)])]
    if report.memory:
        head = ["memory, MB", "needed", "above bare", f"at most {memory_bar:g} ×"]
        head += ["above imported", f"at most {memory_bar:g} ×"]
        lines += [
            "",
            *_columns([head, *(_memory(n, m, memory_bar) for n, m in report.memory.items())]),
        ]
    if report.imports:
        result = report.imports
        mark = " <" if result["ratio"] > import_bar else ""
        lines += ["", f"import: numpy {1000 * result['numpy']:.0f} ms, with trainlet.network"]
        lines[-1] += f" {result['ratio']:.2f}× that (at most {import_bar:g}×){mark}"
    return "\n".join(lines)


def _cells(row: Row, names: list[str]) -> list[str]:
    cells = [f"{row.workload.name} {row.workload.title}"]
    cells.append(row.formatted("trainlet"))
    for name in names:
        bar = row.workload.bars.get(name)
        ratio = row.ratio(name) if name in row.peers else None
        output = "" if ratio is None else f"{ratio:.2f}"
        output += f" ({bar:g})" if ratio and bar else ""
        cells.append(output + (" <" if ratio and bar and ratio < bar else ""))
    return cells


def _memory(name: str, results: dict[str, int], bar: float) -> list[str]:
    cells = [name, f"{results['needed'] / 1e6:.1f}"]
    for start in ("bare", "imported"):
        above = results["peak"] - results[start]
        ratio = above / results["needed"]
        cells += [f"{above / 1e6:.1f}", f"{ratio:.2f}{' <' if ratio > bar else ''}"]
    return cells


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
