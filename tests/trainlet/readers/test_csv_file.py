from __future__ import annotations

import bz2
import csv
import gzip
import lzma
import tempfile
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainlet.readers.files import Files
from tests.trainlet.readers.workbook import workbook
from trainlet.readers import TableError, csv_file
from trainlet.readers.sources import CSV, NDJSON, TSV

MIXED = b"""size,colour,ripe,picked,note
1.5,red,true,2024-01-01,
2,"dark, blue",false,2024-01-03,
,red,TRUE,1969-12-31T12:00:00,
"""


def test_types_are_found_out_and_missing_values_counted(files: Files) -> None:
    profile = files.read(MIXED)
    results = [(d.column.name, d.column.type, d.missing) for d in profile.details]
    assert results == [
        ("size", "number", 1),
        ("colour", "category", 0),
        ("ripe", "boolean", 0),
        ("picked", "date", 0),
        ("note", "number", 3),
    ]
    assert profile.details[1].column.categories == ("dark, blue", "red")
    expected = [[1.5, 1, 1, 19723], [2, 0, 0, 19725], [np.nan, 1, 1, -0.5]]
    np.testing.assert_array_equal(files.matrix(profile)[:, :4], expected)
    assert profile.rows == 3
    assert profile.first[1][:3] == (2.0, "dark, blue", False)


def test_statistics_are_those_of_the_numbers(files: Files) -> None:
    numbers = np.random.default_rng(1).normal(3, 2, (5000, 2)).round(4)
    rows = "\n".join(f"{a},{b}" for a, b in numbers.tolist())
    detail = files.read(b"a,b\n" + rows.encode()).details[1]
    message = (detail.minimum, detail.maximum, detail.mean, detail.std)
    column = numbers[:, 1]
    assert message == pytest.approx((column.min(), column.max(), column.mean(), column.std()))
    assert detail.labels is None


@pytest.mark.parametrize(
    ("content", "form", "names", "rows"),
    [
        (b"a,b\n1,2\n", {}, ["a", "b"], [[1, 2]]),
        (b"a;b\r\n1;2\r\n3;4", {}, ["a", "b"], [[1, 2], [3, 4]]),
        (b"a\tb\n1\t2\n", {}, ["a", "b"], [[1, 2]]),
        (b"1,2\n3,4\n", {}, ["x1", "x2"], [[1, 2], [3, 4]]),
        (b"1,2\n3,4\n", {"header": "true"}, ["1", "2"], [[3, 4]]),
        (b"a,b\nc,d\n", {"header": "false"}, ["x1", "x2"], [[0, 0], [1, 1]]),
        (b"\xef\xbb\xbf\xc3\xa4,b\n1,2\n", {}, ["ä", "b"], [[1, 2]]),
        (b"a;b\n1,5;-2,25\n", {"decimal": "comma"}, ["a", "b"], [[1.5, -2.25]]),
        (b"a,b\n 1 , 2 \n\n3,4\n\n", {}, ["a", "b"], [[1, 2], [3, 4]]),
        (b'"a ""b""","c,d"\n1,2\n', {}, ['a "b"', "c,d"], [[1, 2]]),
        (b"\n\r\n\n\na,b\n1,2\n", {}, ["a", "b"], [[1, 2]]),
        (b'a,b\n"1","2"\n"3",4\n', {}, ["a", "b"], [[1, 2], [3, 4]]),
        ("a,b\nx\x0by\u2028z,2\n".encode(), {}, ["a", "b"], [[0, 2]]),
        (b"a,b\n1|2,3\n", {"delimiter": "comma"}, ["a", "b"], [[0, 3]]),
        (b"a\n+1\n.5\n1e3\n01\n-0.0\n", {}, ["a"], [[1], [0.5], [1000], [1], [0]]),
    ],
)
def test_forms_of_csv(
    content: bytes, form: dict[str, Any], names: list[str], rows: list[Any], files: Files
) -> None:
    profile = files.read(content, **form)
    assert [detail.column.name for detail in profile.details] == names
    assert files.matrix(profile).tolist() == rows


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"\n" * 2000, "the file is empty"),
        (b"a,b\n", "header but no rows"),
        (b"ab\n\n", "header but no rows"),
        (b"a,b\n1,2\n3,4\n5,6,7\n", "line 4 has 3 values, but there are 2 columns"),
        (b"a,b\n1,2,3\n4\n", "line 2 has 3 values"),
        (b'a,b\n1,"x\ny"\n5,6,7\n', "line 4 has 3 values"),
        (b"a,b\n1,\xff\n", "line 2: byte 0xff is not UTF-8"),
        (b"a,b\r1,2\r1,\xff\r", "line 3: byte 0xff is not UTF-8"),
        (b"a,b\n1,\0\n", "line 2: the text contains a zero byte"),
        (b'a,b\n1,"2\n', "line 2: a quote is not closed"),
        (b'"a\n",b\n1,2\n"x', "line 4: a quote is not closed"),
        (b"# made by R\nx,y\n1,2\n", "line 2 has 2 values, but there are 1 columns; lines above"),
        (b"PK\x03\x04\x14\x00\x08\x08", "another zip archive"),
        (b"sep=:\na:b\n1:2\n", "line 1 sets the delimiter ':'"),
    ],
)
def test_an_error_names_the_line(content: bytes, expected: str, files: Files) -> None:
    assert expected in files.failure(content)


def test_lines_are_counted_over_blocks(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 64)
    monkeypatch.setattr(csv_file, "FIRST_BLOCK_BYTES", 16)
    rows = b'"x\ny",1\n' * 100
    assert "line 202 has 3 values" in files.failure(b"a,b\n" + rows + b"1,2,3\n")
    failure = files.failure(b"a,b\n" + rows + b"x,oops\n", columns={"b": "number"})
    assert "line 202, column b: must be a number, not 'oops'" in failure


@pytest.mark.parametrize("text", ["inf", "-Infinity", "1e400"])
def test_a_declared_number_must_be_finite(text: str, files: Files) -> None:
    content = f"a,b\n1,2\n{text},3\n".encode()
    failure = files.failure(content, columns={"a": "number"})
    assert failure == "line 3, column a: must be a finite number"


def test_an_undecodable_byte_far_into_a_file_is_found(files: Files) -> None:
    content = b"a,b\n" + b"1,x\n" * 500_000 + b"2,\xe4\n"
    assert "line 500002: byte 0xe4 is not UTF-8" in files.failure(content)


@pytest.mark.parametrize("kind", [CSV, TSV, NDJSON])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "compressed with gzip"),
        (bz2.compress(b"a,b\n1,2\n"), "compressed with bzip2"),
        (lzma.compress(b"a,b\n1,2\n"), "compressed with xz"),
        (workbook({"S": [["a"], [1]]}), "an Excel file (.xlsx) or another zip archive"),
    ],
)
@pytest.mark.parametrize("encoding", ["auto", "latin-1"])
def test_a_file_that_is_no_text_is_named(
    files: Files, content: bytes, expected: str, kind: str, encoding: str
) -> None:
    assert files.failure(content, kind, encoding=encoding).startswith(
        f"line 1: the file is {expected}"
    )


def test_many_texts_are_no_categories(files: Files) -> None:
    rows = "\n".join(f"name {number},{number}" for number in range(10_000))
    profile = files.read(b"name,number\n" + rows.encode())
    assert [detail.column.type for detail in profile.details] == ["text", "number"]


def test_a_column_that_changes_late_is_read_again(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 64)
    monkeypatch.setattr(csv_file, "FIRST_BLOCK_BYTES", 16)
    numbers = [f"{n % 3}" for n in range(100)]
    profile = files.read("\n".join(["n,w", *(f"{n},{n}" for n in numbers)]).encode())
    assert files.matrix(profile).tolist() == [[float(n)] * 2 for n in numbers]
    late_texts = ("one", "true", "2024-01-01", "9007199254740993")
    for early, late in product(("1", "5000", "-3", "0.5", "2024-01-02"), late_texts):
        if (early, late) == ("2024-01-02", "2024-01-01"):
            continue
        texts = [*(early for _ in range(60)), *(late for _ in range(40))]
        profile = files.read("\n".join(["w", *texts]).encode())
        assert profile.details[0].column.categories == tuple(sorted((early, late)))
        assert profile.first[0] == (early,)
        known = profile.details[0].column.categories or ()
        assert [known[int(code)] for code in files.matrix(profile)[:, 0]] == texts


def test_many_huge_integers_are_rounded_with_a_warning(files: Files) -> None:
    numbers = [2**60 + 3 * n for n in range(1500)]
    profile = files.read("\n".join(["id", *map(str, numbers)]).encode())
    assert profile.details[0].column.type == "number"
    assert profile.details[0].labels is None
    assert "rounded" in profile.warnings[0]
    assert files.matrix(profile)[:, 0].tolist() == [float(number) for number in numbers]


def test_many_numbers_with_another_text_are_unusable_with_the_reason(files: Files) -> None:
    lines = ["a,y", *(f"{n},1" for n in range(2000)), "oops,1"]
    profile = files.read("\n".join(lines).encode())
    assert [detail.column.type for detail in profile.details] == ["text", "number"]
    assert profile.details[0].reason == "2000 values are numbers and 1 are not: 'oops' (1)"


def test_texts_beside_numbers_are_counted_in_bounded_memory(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 4096)
    lines = [f"A{n}" if n % 3 == 0 else str(n) for n in range(9000)]
    detail = files.read("\n".join(["a", "A0", *lines]).encode(), header="true").details[0]
    assert detail.reason.startswith("6000 values are numbers and 3001 are not: 'A0' (2), ")
    assert detail.reason.endswith(" and more")


@pytest.mark.parametrize("first", [0, 2**60])
def test_the_reason_counts_all_values_wherever_the_other_text_is(
    files: Files, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(csv_file, "FIRST_BLOCK_BYTES", 1024)
    for late in (5, 1500, 2999):
        numbers = [str(first + 3 * n) for n in range(3000)]
        numbers[late] = "oops"
        detail = files.read("\n".join(["a", *numbers]).encode()).details[0]
        assert detail.column.type == "text"
        assert detail.reason == "2999 values are numbers and 1 are not: 'oops' (1)"


def test_a_constant_column_has_no_deviation(files: Files) -> None:
    detail = files.read(b"a\n" + b"0.1\n" * 1000).details[0]
    assert detail.std == 0
    assert detail.mean == pytest.approx(0.1)


def test_a_row_without_an_end_is_refused(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MAX_RECORD_BYTES", 1000)
    assert "more than 1000 bytes" in files.failure(b'a\n"' + b"1" * 5000)


cells = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=64).map(repr),
    st.integers(-(2**53) + 1, 2**53 - 1).map(str),
)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1)
    ),
    sign=st.sampled_from([",", ";", "\t"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoted=st.booleans(),
    block=st.integers(1, 200),
)
def test_numbers_come_back_as_they_were_written(
    rows: list[list[str]], sign: str, ending: str, quoted: bool, block: int
) -> None:
    text = written([[f"c{n}" for n in range(len(rows[0]))], *rows], sign, ending, quoted)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK_BYTES", block)
        files = Files(Path(folder))
        profile = files.read(text.encode(), delimiter=WORDS[sign])
        expected = [[float(cell) for cell in row] for row in rows]
        assert files.matrix(profile).tolist() == expected


@settings(max_examples=60, deadline=None)
@given(values=st.lists(texts, min_size=1, max_size=30), quoted=st.booleans())
def test_texts_come_back_or_are_refused_in_words(values: list[str], quoted: bool) -> None:
    rows = [["text", "number"], *([value, "1"] for value in values)]
    with tempfile.TemporaryDirectory() as folder:
        files = Files(Path(folder))
        try:
            profile = files.read(written(rows, ",", "\n", quoted).encode())
        except TableError as failure:
            assert str(failure)  # noqa: PT017
            return
        column = profile.details[0].column
        if column.type == "category":
            known = {value.strip() for value in values}
            assert set(column.categories or ()) <= known


def written(rows: list[list[str]], sign: str, ending: str, quoted: bool) -> str:
    text = StringIO()
    writer = csv.writer(text, delimiter=sign, lineterminator=ending, quoting=1 if quoted else 0)
    writer.writerows(rows)
    return text.getvalue()


WORDS = {",": "comma", ";": "semicolon", "\t": "tab"}


def test_what_is_missing_is_counted_of_texts_too(files: Files) -> None:
    lines = [f"{row},word {row}" if row % 4 else f"{row},NA" for row in range(6000)]
    profile = files.read(("a,b\n" + "\n".join(lines)).encode())
    assert (profile.details[1].column.type, profile.details[1].missing) == ("text", 1500)
