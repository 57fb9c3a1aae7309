"""Declarative configurations, from which schemas and documentation are derived.

A configuration is a frozen dataclass whose annotations contain type, bounds and description:

    units: Annotated[int, Range(min=1, max=65536), "Number of units."]

From that line follow the check at construction, the JSON form, the request schema,
the OpenAPI component and the tables of the documentation. A *family* (layers, losses, …)
is a base class; its members register under their `kind`, which is `type` in JSON.
"""

from trainlet.config.annotations import (
    allowed,
    bare,
    bounds,
    description,
    errors,
    is_family,
    members,
    normal,
)
from trainlet.config.bounds import Bound, Length, Names, Numbers, Pattern, Range
from trainlet.config.configuration import Configuration, Field, fields, is_configuration
from trainlet.config.document import from_json, to_json

__all__ = [
    "Bound",
    "Configuration",
    "Field",
    "Length",
    "Names",
    "Numbers",
    "Pattern",
    "Range",
    "allowed",
    "bare",
    "bounds",
    "description",
    "errors",
    "fields",
    "from_json",
    "is_configuration",
    "is_family",
    "members",
    "normal",
    "to_json",
]
