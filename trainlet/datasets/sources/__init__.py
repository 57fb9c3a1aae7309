"""Sources of samples."""

from trainlet.datasets.sources.circle import Circle
from trainlet.datasets.sources.four_circles import FourCircles
from trainlet.datasets.sources.gauss import Gauss
from trainlet.datasets.sources.gaussian_regression import GaussianRegression
from trainlet.datasets.sources.inline import Inline
from trainlet.datasets.sources.plane import Plane
from trainlet.datasets.sources.real import BreastCancer, Diabetes, Digits, Iris, Wine
from trainlet.datasets.sources.source import Source
from trainlet.datasets.sources.spiral import Spiral
from trainlet.datasets.sources.uploaded import Uploaded
from trainlet.datasets.sources.xor import Xor

__all__ = [
    "BreastCancer",
    "Circle",
    "Diabetes",
    "Digits",
    "FourCircles",
    "Gauss",
    "GaussianRegression",
    "Inline",
    "Iris",
    "Plane",
    "Source",
    "Spiral",
    "Uploaded",
    "Wine",
    "Xor",
]
