"""Matching of a source's columns with a model's inputs and targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trainlet.datasets import Column, Description, Label
from trainlet.datasets.columns import Detail
from trainlet.datasets.selection import Selection, shown
from trainlet.datasets.table import column_names
from trainlet.errors import FieldError, ValidationError
from trainlet.evaluation.request import EvaluationRequest
from trainlet.store import Model
from trainlet.suggestion import did_you_mean


@dataclass(frozen=True)
class Matching:
    """Names of a source's columns: inputs in the model's order, targets, and ignored columns."""

    inputs: tuple[str, ...]
    targets: tuple[str, ...] | None
    """None if the source defines its targets."""
    ignored: tuple[str, ...]

    @classmethod
    def of(cls, model: Model, request: EvaluationRequest, source: Description) -> Matching:
        """Match by name, or by position if the model or the source has unnamed columns.

        A source with some of an unnamed model's names is only matched by name. Raises
        ValidationError for a column that is unknown, missing or of another type.
        """
        targets = _targets(model, request, source)
        inputs = _inputs(model, request, source, targets or ())
        used = {*inputs, *(targets or ())}
        result = cls(inputs, targets, tuple(name for name in source.columns if name not in used))
        errors = [*result._type_errors(model, source), *result._target_errors(model, source)]
        if errors:
            raise ValidationError(errors)
        return result

    @property
    def selection(self) -> Selection:
        """Selection of the matched columns of a table."""
        return Selection(self.inputs, self.targets)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warning about ignored columns, if there are any."""
        count = len(self.ignored)
        if not count:
            return ()
        return (f"{count} column{'s' * (count != 1)} ignored: {shown(self.ignored)}",)

    def _type_errors(self, model: Model, source: Description) -> Iterator[FieldError]:
        details = {detail.column.name: detail for detail in source.details}
        for own, name in zip(model.preprocessing.typed, self.inputs, strict=True):
            if not details and own.type == "category":
                yield _mismatch(name, "number", own)
            elif name in details and not _agrees(details[name], own.type):
                yield _mismatch(name, details[name].column.type, own)

    def _target_errors(self, model: Model, source: Description) -> Iterator[FieldError]:
        details = {detail.column.name: detail for detail in source.details}
        for name in self.targets or ():
            actual = details[name].column.type if name in details else "number"
            allowed = _target_types(
                model.preprocessing.labels, model.preprocessing.encoding.takes_rows
            )
            if actual not in allowed and details[name].missing < source.rows:
                expected = " or ".join(allowed)
                detail = f"must be of type {expected}, but column {name} is of type {actual}"
                yield FieldError(("target",), name, f"a column of type {expected}", detail)


def _targets(
    model: Model, request: EvaluationRequest, source: Description
) -> tuple[str, ...] | None:
    """Return the target columns; those of the training keep its order.

    Raises ValidationError if there are none or more than the source allows.
    """
    own = tuple(request.columns.get(name, name) for name in _own_selection(model).target or ())
    given = request.targets
    if source.target_columns:
        if given is None:
            return None
        detail = "must be null, because the source defines its targets"
        raise ValidationError([FieldError(("target",), list(given), "null", detail)])
    expected = f"one of {shown(source.columns)}"
    given = given or own
    if not given:
        detail = f"is required, because the source defines no targets: must be {expected}"
        raise ValidationError([FieldError(("target",), None, expected, detail)])
    known = frozenset(source.columns)
    errors = [
        FieldError(
            ("target",), name, expected, f"{name} is unknown{did_you_mean(name, source.columns)}"
        )
        for name in given
        if name not in known
    ]
    if len(set(given)) < len(given):
        errors.append(FieldError(("target",), list(given), "different columns", "must not repeat"))
    if errors:
        raise ValidationError(errors)
    return own if {*own} == {*given} else given


def _inputs(
    model: Model, request: EvaluationRequest, source: Description, targets: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the source's name of each of the model's columns.

    Raises ValidationError if one is missing.
    """
    wanted = model.preprocessing.columns
    errors = list(_mapping_errors(model, request, source))
    if errors:
        raise ValidationError(errors)
    names = tuple(request.columns.get(name, name) for name in wanted)
    left = tuple(name for name in source.columns if name not in targets)
    lacking = sorted({*names} - {*source.columns}, key=names.index)
    if not request.columns and (lacking or _must_be_as_wide(model, source)):
        unnamed = _is_unnamed(source) or (
            wanted == column_names(len(wanted)) and not {*wanted} & {*left}
        )
        if unnamed and len(left) == len(wanted):
            return left
        if unnamed and not lacking:
            lacking = [*names]
    if lacking:
        expected = f"the columns {shown(wanted)}"
        hint = did_you_mean(lacking[0], source.columns)
        detail = f"must have {expected}; of {shown(left)}, {lacking[0]} is not one{hint}"
        if lacking == [*names]:
            detail = f"must have {expected} or name others in `columns`, not {shown(left)}"
        raise ValidationError([FieldError(("source",), list(source.columns), expected, detail)])
    used: set[str] = {*targets}
    for own, name in zip(wanted, names, strict=True):
        if name in used:
            detail = f"must not be {name}, which is another input or the target"
            raise ValidationError([FieldError(("columns", own), name, "a separate column", detail)])
        used.add(name)
    return names


def _mapping_errors(
    model: Model, request: EvaluationRequest, source: Description
) -> Iterator[FieldError]:
    """Yield the errors of names in `columns` that the model or the source does not have."""
    allowed = (*model.preprocessing.columns, *(_own_selection(model).target or ()))
    own, known = frozenset(allowed), frozenset(source.columns)
    for name, column in request.columns.items():
        if name not in own:
            detail = f"is unknown{did_you_mean(name, allowed)}"
            yield FieldError(("columns", name), column, f"one of {shown(allowed)}", detail)
        elif column not in known:
            detail = f"{column} is unknown{did_you_mean(column, source.columns)}"
            yield FieldError(("columns", name), column, f"one of {shown(source.columns)}", detail)


def _own_selection(model: Model) -> Selection:
    if model.spec is None:
        return Selection(None, None)
    return model.spec.dataset.preprocessing.selection


def _is_unnamed(source: Description) -> bool:
    return source.columns == column_names(len(source.columns))


def _must_be_as_wide(model: Model, source: Description) -> bool:
    """Return whether columns match by position: neither side has names or selects columns."""
    columns = model.preprocessing.columns
    return (
        _own_selection(model).columns is None
        and columns == column_names(len(columns))
        and _is_unnamed(source)
    )


def _agrees(detail: Detail, wanted: str) -> bool:
    """Return whether a column has the wanted type; a column without values has every type."""
    return detail.column.type == wanted or (detail.minimum is None and not detail.labels)


def _mismatch(name: str, actual: str, own: Column) -> FieldError:
    expected = f"a column {name} of type {own.type}"
    detail = f"must have {expected}, as in training, not of type {actual}"
    return FieldError(("source",), actual, expected, detail)


def _target_types(labels: tuple[Label, ...] | None, rows: bool) -> tuple[str, ...]:
    """Return the column types that are allowed for the targets of a model."""
    if rows or labels is None:
        return ("number", "boolean")
    if all(isinstance(label, str) for label in labels):
        return ("category",)
    return ("boolean",) if all(isinstance(label, bool) for label in labels) else ("number",)
