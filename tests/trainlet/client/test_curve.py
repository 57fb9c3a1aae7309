from __future__ import annotations

from xml.etree import ElementTree

from trainlet.client import History
from trainlet.client.curve import MAX_POINTS, sparkline, svg

NAN = float("nan")


def test_a_sparkline_goes_from_the_lowest_to_the_highest() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([5.0, 5.0]) == "▁▁"
    assert sparkline([1, NAN, 2]) == "▁·█"
    assert sparkline([NAN]) == "·"
    assert sparkline([]) == ""


def test_a_long_series_is_thinned_and_keeps_its_ends() -> None:
    line = sparkline(range(1000), width=10)
    assert (len(line), line[0], line[-1]) == (10, "▁", "█")


def test_a_picture_has_one_line_per_series() -> None:
    picture = ElementTree.fromstring(svg({"loss": [3.0, NAN, 2.0, 1.0], "a<b": [2.0, 1.0]}))
    loss, other = (path.get("d", "") for path in picture.iter("{http://www.w3.org/2000/svg}path"))
    assert (loss.count("M"), loss.count("L")) == (2, 1)
    assert (other.count("M"), other.count("L")) == (1, 1)
    arguments = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert arguments == ["3", "1", "epoch 4", "loss", "a<b"]


def test_a_picture_is_bounded_and_empty_without_finite_values() -> None:
    assert len(svg({"loss": [1 / n for n in range(1, 100_000)]})) < 30 * MAX_POINTS
    assert svg({"loss": [NAN, float("inf")]}) == ""


def test_a_history_shows_its_losses_alone() -> None:
    history = History.of({"loss": [2, 1], "test_loss": [3, "inf"], "accuracy": [0.5, None]})
    assert history["test_loss"] == (3.0, float("inf"))
    shown = history._repr_html_()
    assert shown.count("<path") == 2
    assert "2 epochs" in shown
    assert "<script" not in shown
    assert "<svg" not in History.of({})._repr_html_()
