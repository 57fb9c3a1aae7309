from pathlib import Path

import pytest

from trainlet.config import Field, fields
from trainlet.settings import Settings, SettingsError, load, variable


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = load({})
    assert (settings.host, settings.port, settings.redis_url) == ("127.0.0.1", 8000, None)
    assert settings.workers >= 1


def test_variables_carry_the_prefix_and_the_field_in_capitals() -> None:
    settings = load({"TRAINLET_PORT": "8123", "PORT": "1", "TRAINLET_LEASE_SECONDS": "2.5"})
    assert (settings.port, settings.lease_seconds) == (8123, 2.5)


def test_a_whole_number_may_be_written_with_an_exponent() -> None:
    parameters = load({"TRAINLET_MAX_PARAMETERS": "1e6"}).max_parameters
    assert parameters == 1_000_000
    assert isinstance(parameters, int)


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load({"TRAINLET_REDIS_URL": "", "TRAINLET_PORT": ""}) == load({})


def test_blobs_lie_in_the_data_directory_unless_reported_otherwise(tmp_path: Path) -> None:
    inside = load({"TRAINLET_DATA_DIR": str(tmp_path)})
    assert inside.blob_url == f"file://{tmp_path}/blobs"
    elsewhere = load({"TRAINLET_DATA_DIR": str(tmp_path), "TRAINLET_BLOB_URL": "file:///srv/b"})
    assert elsewhere.blob_url == "file:///srv/b"


def test_a_relative_data_directory_gives_an_absolute_blob_url() -> None:
    assert load({"TRAINLET_DATA_DIR": "here"}).blob_url == f"file://{Path.cwd()}/here/blobs"


def test_every_fault_is_reported_at_once_with_variable_value_and_what_is_allowed() -> None:
    wrong = {
        "TRAINLET_PORT": "70000",
        "TRAINLET_WORKERS": "many",
        "TRAINLET_MAX_WORK": "nan",
        "TRAINLET_REDIS_URL": "localhost:6379",
    }
    with pytest.raises(SettingsError) as raised:
        load(wrong)
    lines = str(raised.value).splitlines()
    assert {line.split("=")[0] for line in lines} == set(wrong)
    assert "TRAINLET_PORT=70000 must be an integer from 1 to 65535" in lines
    assert "TRAINLET_WORKERS='many' must be an integer from 1 to 256" in lines


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_setting_states_what_it_means_and_has_a_default(field: Field) -> None:
    assert field.description.endswith(".")
    assert not field.required
    assert variable(field.name).startswith("TRAINLET_")


def test_a_process_that_needs_redis_states_which_variable_is_missing() -> None:
    assert load({"TRAINLET_REDIS_URL": "redis://queue:6379"}).queue_url == "redis://queue:6379"
    with pytest.raises(SettingsError, match="TRAINLET_REDIS_URL=None must be the URL of a Redis"):
        _ = load({}).queue_url


@pytest.mark.parametrize(
    ("name", "logged"),
    [
        ("TRAINLET_WORKER", "ignored the unknown setting TRAINLET_WORKER; did you mean"),
        ("TRAINLET_XYZZY", "ignored the unknown setting TRAINLET_XYZZY"),
        ("TRAINLET_URL", ""),
        ("TRAINLET_KEY", ""),
        ("OTHER_WORKER", ""),
    ],
)
def test_unknown_variables_with_the_prefix_are_logged(
    name: str, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    load({name: "3"})
    assert caplog.text.count("ignored the unknown setting") == bool(logged)
    assert logged in caplog.text


def test_a_data_directory_may_begin_with_the_home_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = load({"TRAINLET_DATA_DIR": "~/x"})
    assert settings.data_dir == str(tmp_path / "x")
    assert settings.blob_url == (tmp_path / "x" / "blobs").as_uri()
