from trainlet.errors import Fault, Invalid


def test_a_pointer_escapes_what_separates() -> None:
    assert Fault(("a/b", 0, "m~n"), None, "", "").pointer == "#/a~1b/0/m~0n"
    assert Fault((), None, "", "").pointer == "#"


def test_a_fault_seen_from_further_up() -> None:
    fault = Fault(("units",), 0, "an integer", "must be an integer")
    assert fault.under("layers", 2).pointer == "#/layers/2/units"


def test_an_error_names_every_fault() -> None:
    error = Invalid([Fault(("a",), 1, "2", "must be 2"), Fault(("b",), 3, "4", "must be 4")])
    assert str(error) == "#/a: must be 2; #/b: must be 4"
