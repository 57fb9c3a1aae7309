from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections import deque
from io import StringIO
from multiprocessing import get_context
from unittest.mock import Mock

import pytest

from tests.eventually import eventually
from trainlet import logs
from trainlet.logs import LineFormatter, fields


def record(message: str, **payload: object) -> logging.LogRecord:
    made = logging.LogRecord("trainlet", logging.WARNING, "", 0, message, (), None)
    vars(made).update(fields(**payload))
    return made


def test_a_line_for_people_has_names_before_values() -> None:
    line = LineFormatter("text").format(
        record("request", path="/v1/a b", seconds=0.25, principal=None)
    )
    at, rest = line.split(" ", 1)
    assert at.endswith("Z")
    assert rest == 'WARNING request path="/v1/a b" seconds=0.25'


def test_a_line_for_programs_is_json() -> None:
    document = json.loads(LineFormatter("json").format(record("request", status=200)))
    assert (document["level"], document["message"], document["status"]) == (
        *("warning", "request"),
        200,
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_one_can_begin_a_line_of_his_own_or_put_a_key_into_one(form: logs.Form) -> None:
    key = "trainlet_0123456789abcdef_" + "A" * 43
    line = LineFormatter(form).format(record(f"bad\nline {key}", path="/a\nb", word=key))
    assert "\n" not in line
    assert "AAA" not in line


def test_what_is_always_so_is_reported_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_always", {})
    logs.always(job="a", request=None)
    assert LineFormatter("text").format(record("epoch")).endswith("epoch job=a")


def test_a_trace_comes_along() -> None:
    made = record("failed")
    try:
        int("because")
    except ValueError:
        made.exc_info = sys.exc_info()
    assert "ValueError: invalid" in json.loads(LineFormatter("json").format(made))["trace"]
    assert LineFormatter("text").format(made).splitlines()[-1].startswith("ValueError")


def gathering(monkeypatch: pytest.MonkeyPatch) -> tuple[logs.BufferedHandler, StringIO]:
    """A handler that gathers lines, and where it writes them."""
    payload = StringIO()
    handler = logs.BufferedHandler()
    monkeypatch.setattr(handler, "stream", payload)
    handler.setFormatter(LineFormatter("text"))
    return handler, payload


def message(handler: logs.BufferedHandler, level: int, text: str) -> None:
    handler.handle(logging.LogRecord("trainlet", level, "", 0, text, (), None))


def test_lines_of_a_moment_are_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    handler, payload = gathering(monkeypatch)
    message(handler, logging.INFO, "one")
    message(handler, logging.INFO, "two")
    eventually(payload.getvalue, 30, "lines")
    assert [line.split()[-1] for line in payload.getvalue().splitlines()] == ["one", "two"]


def test_a_warning_is_written_now_after_what_came_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "FLUSH_INTERVAL_SECONDS", 1000)
    monkeypatch.setattr(logs, "Timer", Mock())
    handler, payload = gathering(monkeypatch)
    message(handler, logging.INFO, "one")
    assert not payload.getvalue()
    message(handler, logging.WARNING, "two")
    assert [line.split()[-1] for line in payload.getvalue().splitlines()] == ["one", "two"]


def test_no_more_than_so_many_lines_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_BUFFERED", 3)
    monkeypatch.setattr(logs, "Timer", Mock())
    handler, payload = gathering(monkeypatch)
    for _ in range(4):
        message(handler, logging.INFO, "more")
    assert len(payload.getvalue().splitlines()) == 3
    handler.close()


def test_a_line_that_comes_while_others_are_written_is_not_left_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "Timer", Mock())
    handler, payload = gathering(monkeypatch)

    class Records(deque[logging.LogRecord]):
        def popleft(self) -> logging.LogRecord:
            if len(self) == 1 and self[0].getMessage() == "one":
                message(handler, logging.INFO, "two")
            return super().popleft()

    monkeypatch.setattr(handler, "_records", Records())
    message(handler, logging.INFO, "one")
    handler.flush()
    assert [line.split()[-1] for line in payload.getvalue().splitlines()] == ["one", "two"]


def test_lines_of_forked_processes_stay_whole_however_long() -> None:
    program = """if True:
        import logging, multiprocessing
        from trainlet import logs

        def work(letter):
            for number in range(200):
                logging.warning(letter * 10_000)

        logs.begin("text", gather=True)
        fork = multiprocessing.get_context("fork")
        children = [fork.Process(target=work, args=letter) for letter in "ab"]
        for child in children:
            child.start()
        for child in children:
            child.join()
    """
    command = [sys.executable, "-c", program]
    completed = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    arguments = [line.split()[-1] for line in completed.splitlines()]
    assert sorted(arguments) == ["a" * 10_000] * 200 + ["b" * 10_000] * 200


def test_who_was_killed_as_it_wrote_holds_up_no_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "TIMEOUT_SECONDS", 0.01)
    handler, payload = gathering(monkeypatch)
    killed = get_context("fork").Process(target=handler._alone.acquire)
    killed.start()
    killed.join()
    message(handler, logging.WARNING, "one")
    message(handler, logging.WARNING, "two")
    assert [line.split()[-1] for line in payload.getvalue().splitlines()] == ["one", "two"]


def test_what_cannot_be_encoded_is_reported_all_the_same() -> None:
    program = """if True:
        import logging
        from trainlet import logs
        logs.begin("text", gather=True)
        try:
            raise ValueError("bad name \\ud800")
        except ValueError:
            logging.exception("failed")
    """
    command = [sys.executable, "-c", program]
    completed = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert completed.endswith("ValueError: bad name \\ud800\n")


def test_lines_are_written_where_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Mock(side_effect=RuntimeError("can't start new thread"))
    monkeypatch.setattr(logs, "Timer", Mock(return_value=Mock(start=refused)))
    handler, payload = gathering(monkeypatch)
    message(handler, logging.INFO, "one")
    assert payload.getvalue().split()[-1] == "one"


def test_a_line_that_cannot_be_made_costs_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logs, "Timer", Mock())
    handler, payload = gathering(monkeypatch)
    handler.handle(logging.LogRecord("trainlet", logging.INFO, "", 0, "%d", ("x",), None))
    message(handler, logging.WARNING, "two")
    assert [line.split()[-1] for line in payload.getvalue().splitlines()] == ["two"]
    assert "--- Logging error ---" in capsys.readouterr().err


def test_lines_of_threads_that_python_did_not_start_are_written_before_the_end() -> None:
    program = """if True:
        import _thread, logging, multiprocessing
        from trainlet import logs

        def work():
            said = _thread.allocate_lock()
            said.acquire()
            _thread.start_new_thread(lambda: (logging.info("the last one"), said.release()), ())
            said.acquire()

        logs.begin("text", gather=True)
        child = multiprocessing.get_context("fork").Process(target=work)
        child.start()
        child.join()
    """
    command = [sys.executable, "-c", program]
    completed = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert completed.strip().endswith("INFO the last one")


def test_a_process_that_ends_or_forks_has_written_what_it_stated() -> None:
    program = """if True:
        import logging, os
        from trainlet import logs
        logs.begin("text", gather=True)
        logging.info("before")
        child = os.fork()
        logging.info("in the child" if child == 0 else "in the parent")
        if child:
            os.waitpid(child, 0)
    """
    # Python 3.12 and later warn of a fork beside threads, which here is the thing to be tested.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program]
    completed = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    lines = [" ".join(line.split()[2:]) for line in completed.splitlines()]
    assert sorted(lines) == ["before", "in the child", "in the parent"]
