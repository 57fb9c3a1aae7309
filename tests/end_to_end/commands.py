"""The `trainlet` command and Python without their import time.

One process imports everything once. `trainlet` in a folder of commands passes it the arguments,
the environment and the three standard streams, and a fork continues as `python -m trainlet.cli`.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.eventually import eventually

ROOT = Path(__file__).parents[2]
MOST_BYTES = 2**20

COMMAND = """#!{python} -ISB
import json, os, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
    server.connect({address!r})
    asked = {{"words": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}
    socket.send_fds(server, [json.dumps(asked).encode()], [0, 1, 2])
    sys.exit(int(server.recv(16)))
"""


class Commands:
    """A folder with the command, from entering to leaving."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "bin"
        self._address = str(folder / "commands")

    def __enter__(self) -> Self:
        self.folder.mkdir()
        command = self.folder / "trainlet"
        command.write_text(COMMAND.format(python=sys.executable, address=self._address))
        command.chmod(0o755)
        arguments = [sys.executable, "-m", "tests.end_to_end.commands", self._address]
        self._process = subprocess.Popen(arguments, cwd=ROOT)
        eventually(lambda: Path(self._address).exists(), 60, "the server of commands")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()

    @property
    def python(self) -> list[str]:
        """Return the arguments before the code that Python runs."""
        return [str(self.folder / "trainlet"), "-c"]


def serve(address: str) -> None:
    """Fork for every connection, until this process is ended."""
    _import_all()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen()
        while True:
            principal, _ = listener.accept()
            with principal:
                if not os.fork():  # a double fork leaves no zombie
                    _answer(principal)
                    os._exit(0)
            os.wait()


def _import_all() -> None:
    from importlib import import_module  # noqa: PLC0415

    from trainlet.cli import GROUPS, VERBS  # noqa: PLC0415
    from trainlet.cli._group import LazyGroup  # noqa: PLC0415

    for location, _ in [*VERBS.values(), *GROUPS.values()]:
        module, _, attribute = location.partition(":")
        command = getattr(import_module(module), attribute)
        if isinstance(command, LazyGroup):
            for member, _ in command.targets.values():
                import_module(member.partition(":")[0])


def _answer(principal: socket.socket) -> None:
    """Run a request in a fork, and send its exit status to the caller."""
    content, files, _, _ = socket.recv_fds(principal, MOST_BYTES, 3)
    if os.fork():
        return
    child = os.fork()
    if not child:
        os._exit(_run(json.loads(content), files))
    for file in files:
        os.close(file)
    _, status = os.waitpid(child, 0)
    principal.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _run(request_body: dict[str, Any], files: list[int]) -> int:
    for place, file in enumerate(files):
        os.dup2(file, place)
    # New file objects, because the old ones have cached whether their files are seekable.
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.chdir(request_body["folder"])
    os.environ.clear()
    os.environ.update(request_body["environment"])
    try:
        _program(request_body["words"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  # printed as Python prints it
        sys.excepthook(*sys.exc_info())
        code = 1
    else:
        code = 0
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        return 1
    return code


def _program(command: list[str]) -> None:
    if command[:1] == ["-c"]:
        exec(compile(command[1], "<page>", "exec"), {"__name__": "__main__"})
        return
    from trainlet.cli import main  # noqa: PLC0415

    main(command, prog_name="trainlet")


if __name__ == "__main__":
    serve(sys.argv[1])
