from __future__ import annotations

import csv
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainlet.reading.files import Files
from trainlet.reading import Failed

MIXED = b"""size,colour,ripe,picked,note
1.5,red,true,2024-01-01,
2,"dark, blue",false,2024-01-03,
,red,TRUE,1969-12-31T12:00:00,
"""


def test_types_are_found_out_and_missing_values_counted(files: Files) -> None:
    profile = files.read(MIXED)
    found = [(d.column.name, d.column.type, d.missing) for d in profile.details]
    assert found == [
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
    told = (detail.minimum, detail.maximum, detail.mean, detail.deviation)
    column = numbers[:, 1]
    assert told == pytest.approx((column.min(), column.max(), column.mean(), column.std()))
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
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n", "header but no rows"),
        (b"ab\n\n", "header but no rows"),
        (b"a,b\n1,2\n3\n", "row 2 has 1 values, but there are 2 columns"),
        (b"a,b\n1,2\n3,4\n5,6,7\n", "row 3 has 3 values"),
        (b"a,b\n1,2,3\n4\n", "row 1 has 3 values"),
        (b"a\n1\n2\n3\nnine\n", "row 4, column a: 'nine' is no number, but most others are"),
        (b"a,b\n1,2\n1,inf\n", "row 2, column b: 'inf' is not finite"),
        (b"a,b\n1,-Infinity\n", "'-Infinity' is not finite"),
        (b"a\n1e999\n", "is not finite"),
        (b"a,a\n1,2\n", "two columns are named 'a'"),
        (b"a,\nb,c\n1,2\n", "two columns|no name"),
        (b"a,b\n1,\xff\n", "not UTF-8"),
        (b"a,b\n1,\0\n", "zero byte"),
        (b'a,b\n1,"2\n', "not CSV"),
        (b'"a\n",b\n1,2\n"x', "not CSV"),
        (b'"a\nb",c\n1,2\n', "column 1 has no name"),
        (b"a,b\n1_0,2\n1_1,3\n1,4\n1,5\n1,6\n", "'1_0' is no number"),
        (b"a,b\n1_0,2\n1,3\n1,4\n1,5\n1,6\n", "'1_0' is no number"),
        (b"\n" * 2000, "empty"),
        (b"PK\x03\x04\x14\x00\x08\x08", "not UTF-8|zero byte|empty|no name|header"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(content: bytes, words: str, files: Files) -> None:
    failure = files.failure(content, **({"header": "true"} if content[:3] == b"a,\n" else {}))
    assert any(part in failure for part in words.split("|")), failure


def test_many_texts_are_no_categories(files: Files) -> None:
    rows = "\n".join(f"name {number},{number}" for number in range(10_000))
    profile = files.read(b"name,number\n" + rows.encode())
    assert [detail.column.type for detail in profile.details] == ["text", "number"]


def test_a_column_that_changes_late_is_read_anew(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "BLOCK", 64)
    numbers = [f"{n % 3}" for n in range(100)]
    profile = files.read("\n".join(["n,w", *(f"{n},{n}" for n in numbers)]).encode())
    assert files.matrix(profile).tolist() == [[float(n)] * 2 for n in numbers]
    texts = [*("1" for _ in range(40)), *("one" for _ in range(60))]
    profile = files.read("\n".join(["w", *texts]).encode())
    assert profile.details[0].column.categories == ("1", "one")
    assert files.matrix(profile)[:, 0].tolist() == [0] * 40 + [1] * 60


def test_a_line_without_an_end_is_refused(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 1000)
    monkeypatch.setattr(lines, "BLOCK", 10)
    assert "a line has more than" in files.failure(b"a\n" + b"1" * 5000)


cells = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=64).map(repr),
    st.integers(-(10**20), 10**20).map(str),
)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


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
        patch.setattr(lines, "BLOCK", block)
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
        except Failed as failure:
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
