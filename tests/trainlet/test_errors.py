from trainlet.errors import FieldError, ValidationError


def test_a_pointer_escapes_what_separates() -> None:
    assert FieldError(("a/b", 0, "m~n"), None, "", "").pointer == "#/a~1b/0/m~0n"
    assert FieldError((), None, "", "").pointer == "#"


def test_a_fault_seen_from_further_up() -> None:
    error = FieldError(("units",), 0, "an integer", "must be an integer")
    assert error.under("layers", 2).pointer == "#/layers/2/units"


def test_an_error_names_every_fault() -> None:
    error = ValidationError(
        [FieldError(("a",), 1, "2", "must be 2"), FieldError(("b",), 3, "4", "must be 4")]
    )
    assert str(error) == "#/a: must be 2; #/b: must be 4"
