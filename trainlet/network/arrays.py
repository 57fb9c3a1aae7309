"""Names for arrays and their shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]
Allocate = Callable[[Shape, Any], Array]
"""What hands out zeros of a shape and type, such as `numpy.zeros`."""
