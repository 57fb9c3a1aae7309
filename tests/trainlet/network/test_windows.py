from __future__ import annotations

from math import ceil

import pytest

from trainlet.errors import ValidationError
from trainlet.network.layers import Convolution, MaxPooling
from trainlet.network.layers.windows import Windows


def test_a_filter_counts_what_it_sees_and_where_it_is_seen() -> None:
    """Fan-in and fan-out of kernels as in Keras and PyTorch: window size × channels."""
    (declaration,) = Convolution(5, 3).declare((8, 8, 2))
    fans = {(part.name, part.fan_in, part.fan_out) for part in declaration.parts}
    assert fans == {("weight", 18, 45), ("bias", 18, 45)}


@pytest.mark.parametrize(("size", "stride", "padded"), [(1, 2, 5), (3, 2, 7), (2, 2, 6), (2, 3, 5)])
def test_as_many_zeros_around_as_the_last_window_needs(size: int, stride: int, padded: int) -> None:
    """TensorFlow's rule for `same`: ceil(n / stride) windows, and never less than no zeros."""
    windows = Windows(5, 5, size, stride, "same")
    assert windows.padded == (padded, padded)
    assert windows.output == (ceil(5 / stride),) * 2


@pytest.mark.parametrize(("size", "stride"), [(65, 1), (0, 1), (1, 65), (1, 0)])
def test_windows_and_their_distance_are_bounded(size: int, stride: int) -> None:
    assert MaxPooling(64, 64).stride == Convolution(1, 64, 64).stride == 64
    with pytest.raises(ValidationError, match="from 1 to 64"):
        MaxPooling(size, stride)
    with pytest.raises(ValidationError, match="from 1 to 64"):
        Convolution(1, size, stride)
