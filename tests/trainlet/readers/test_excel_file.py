from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from tests.trainlet.readers.files import Files
from tests.trainlet.readers.workbook import workbook
from trainlet.readers import excel_file
from trainlet.readers.sources import EXCEL

SMALL = workbook({"S": [["a", "b"], [1, 2]]})


def changed(name: str, text: str) -> bytes:
    """A workbook with another part."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(SMALL)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, text if entry.filename == name else old.read(entry))
    return file.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", SMALL[:-30], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
)
def test_another_file_is_refused(content: bytes, files: Files) -> None:
    assert "not an Excel file (.xlsx)" in files.failure(content, EXCEL)


def test_a_broken_part_is_refused(files: Files) -> None:
    content = changed("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c")
    assert "not an Excel file" in files.failure(content, EXCEL)


def test_cells_far_apart_are_refused_before_room_is_made(files: Files) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"/></row>'
    content = changed(
        "xl/worksheets/sheet1.xml",
        f'<worksheet xmlns="{"http://schemas.openxmlformats.org/spreadsheetml/2006/main"}">'
        f"<sheetData>{cells}</sheetData></worksheet>",
    )
    assert "1048576 × 16384 cells" in files.failure(content, EXCEL)


def test_a_bomb_is_not_unpacked(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_file, "MAX_UNPACKED_BYTES", 10**6)
    content = changed("xl/styles.xml", " " * 10**6)
    assert "unpacks to more than 1000000 bytes" in files.failure(content, EXCEL)


def test_an_empty_sheet_is_refused(files: Files) -> None:
    assert "the sheet S is empty" in files.failure(workbook({"S": [[], []]}), EXCEL)
