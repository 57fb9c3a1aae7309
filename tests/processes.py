"""Processes of this machine from /proc."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Known:
    """A process that was seen: its id, and when it started, since ids come round again."""

    id: int
    started: int

    @property
    def alive(self) -> bool:
        fields = _fields(self.id)
        return fields is not None and fields[0] not in "ZX" and int(fields[19]) == self.started

    @property
    def environment(self) -> dict[str, str]:
        pairs = Path(f"/proc/{self.id}/environ").read_text().rstrip("\0").split("\0")
        return dict(pair.split("=", 1) for pair in pairs)

    @property
    def command(self) -> str:
        return Path(f"/proc/{self.id}/cmdline").read_text().replace("\0", " ")

    @property
    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.id}/task").iterdir()))


def known(process: int) -> Known:
    """A process that runs now."""
    fields = _fields(process)
    assert fields is not None
    return Known(process, int(fields[19]))


def is_gone(process: int) -> bool:
    """Whether a process is no more, or only waits to be reaped."""
    fields = _fields(process)
    return fields is None or fields[0] in "ZX"


def children(process: int) -> list[Known]:
    """Return the running child processes of a process."""
    results = []
    for path in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(path.name))
        if fields is not None and fields[0] != "Z" and int(fields[1]) == process:
            results.append(Known(int(path.name), int(fields[19])))
    return results


def family(process: int) -> list[Known]:
    """A process and everything it started, directly or not, that runs now."""
    return [known(process), *_below(process)]


def _below(process: int) -> list[Known]:
    return [each for child in children(process) for each in (child, *_below(child.id))]


def _fields(process: int) -> list[str] | None:
    """State, parent, … of proc_pid_stat(5), from the third on; None when there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
