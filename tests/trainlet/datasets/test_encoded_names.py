"""Encoded columns have unique names that never equal another column's."""

from __future__ import annotations

import numpy as np

from trainlet.datasets import Column, FittedPreprocessing, Polynomial, Preprocessing, TargetEncoding
from trainlet.datasets.columns import encoded_names


def test_a_category_named_like_a_column_gets_a_number() -> None:
    columns = (Column("a", "category", ("b", "c")), Column("a=b"), Column("a=b_2"))
    assert encoded_names(columns) == ("a=b_3", "a=c", "a=b", "a=b_2")


def test_categories_named_alike_differ() -> None:
    columns = (Column("a", "category", ("b=c",)), Column("a=b", "category", ("c",)))
    assert encoded_names(columns) == ("a=b=c", "a=b=c_2")


def test_a_feature_named_like_a_category_is_the_column() -> None:
    forms = (Column("a", "category", ("b", "c")), Column("a=b"))
    preprocessing = FittedPreprocessing(
        ("a", "a=b"), ("a=b", "a=b_2^2", "a=c"), TargetEncoding(), forms=forms
    )
    points = np.array([[0.0, 7.0], [1.0, 8.0]])  # categories b and c by position
    expected = [[7.0, 1.0, 0.0], [8.0, 0.0, 1.0]]
    np.testing.assert_array_equal(preprocessing.inputs(points), expected)


def test_a_product_named_like_a_column_is_refused_in_a_polynomial() -> None:
    for columns in (("x", "x^2"), ("x", "y", "x*y"), ("x", "x^3", "x^2")):
        (error,) = Preprocessing(features=Polynomial(3)).errors(columns)
        assert error.path == ("features",)
        assert error.detail.startswith("must list the features, because ")
    assert not list(Preprocessing(features=Polynomial(3)).errors(("x", "y", "width (cm)")))
