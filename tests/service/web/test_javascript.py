"""Structure of the web UI's ES modules, checked without Node."""

from __future__ import annotations

import posixpath
import re
from graphlib import CycleError, TopologicalSorter

from service.web.views import FOLDER

MAX_LINE = 100
MODULES = {
    path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.rglob("*.js"))
}
STATIC = re.compile(r'^import (?:\{([^}]*)\} from )?"([^"]+)";', re.MULTILINE)
DYNAMIC = re.compile(r'\bimport\("([^"]+)"\)')
EXPORT = re.compile(r"^export (?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE)


def resolved(module: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(module), target))


def imported(module: str) -> list[tuple[str, set[str]]]:
    """Return each module that a module imports statically, with the imported names."""
    return [
        (resolved(module, target), set(re.findall(r"\w+", names)))
        for names, target in STATIC.findall(MODULES[module])
    ]


def test_lines_have_at_most_100_characters() -> None:
    long = [
        f"{path.relative_to(FOLDER)}:{number}"
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in {".js", ".css", ".html"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > MAX_LINE
    ]
    assert long == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph = {module: {target for target, _ in imported(module)} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None


def test_imported_names_are_exported_and_used() -> None:
    for module, text in MODULES.items():
        assert " as " not in " ".join(names for names, _ in STATIC.findall(text)), module
        body = STATIC.sub("", text)
        for target, names in imported(module):
            assert target in MODULES, f"{module} imports {target}"
            missing = names - set(EXPORT.findall(MODULES[target]))
            assert not missing, f"{module} imports {missing} from {target}"
            unused = {name for name in names if not re.search(rf"\b{name}\b", body)}
            assert not unused, f"{module} does not use {unused}"


def test_exported_names_are_imported() -> None:
    used = {
        (target, name) for module in MODULES for target, names in imported(module) for name in names
    }
    for module, text in MODULES.items():
        for target in DYNAMIC.findall(text):
            other = resolved(module, target)
            assert other in MODULES, f"{module} imports {target}"
            exported = EXPORT.findall(MODULES[other])
            used |= {(other, name) for name in exported if re.search(rf"\b{name}\b", text)}
    unused = [
        f"{module}: {name}"
        for module, text in MODULES.items()
        for name in EXPORT.findall(text)
        if (module, name) not in used
    ]
    assert unused == []
