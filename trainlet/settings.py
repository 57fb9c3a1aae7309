"""All settings, from the environment, checked once and told with every fault at once.

The field `port` is set by `TRAINLET_PORT`, and so on; an empty variable counts as not set. Both
doors read the same environment, so one file of variables configures a whole installation.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from trainlet.config import Configuration, Field, Pattern, Range, fields, members
from trainlet.errors import FieldError, ValidationError

PREFIX = "TRAINLET_"


class SettingsError(ValidationError):
    """Variables that break their declaration: one line each, as `errors` lists them."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        super().__init__(errors)
        self.args = (
            "\n".join(f"{error.path[0]}={error.value!r} {error.detail}" for error in self.errors),
        )


def _cores() -> int:
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Settings(Configuration):
    """What an operator can choose; the variable of a field is its name in capitals, prefixed."""

    host: Annotated[str, Pattern(r"\S+"), "Address the API listens on."] = "127.0.0.1"
    port: Annotated[int, Range(min=1, max=65535), "Port the API listens on."] = 8000
    workers: Annotated[
        int, Range(min=1, max=256), "Workers `trainlet up` starts; by default one a core."
    ] = field(default_factory=_cores)
    data_dir: Annotated[
        str, Pattern(r"[^\x00]+"), "Directory of the embedded server and of the blobs."
    ] = "data"
    redis_url: Annotated[
        str | None,
        Pattern(r"(redis|rediss|unix|rediss?\+sentinel)://\S+"),
        "Redis to use; without it `trainlet up` starts an embedded server.",
    ] = None
    blob_url: Annotated[
        str,
        Pattern(r"auto|file:///\S*|(s3|gs|az)://\S+"),
        "Where records, weights and data sets last; `auto` is `blobs` in the data directory.",
    ] = "auto"
    lease_seconds: Annotated[
        float, Range(min=1, max=3600), "A silent worker loses its job after so many seconds."
    ] = 10.0
    checkpoint_seconds: Annotated[
        float, Range(above=0, max=3600), "At most so much training is lost when a worker dies."
    ] = 5.0
    auth: Annotated[
        Literal["auto", "on", "off"],
        "Whether an API key is needed; `auto`: unless the API listens on this machine alone.",
    ] = "auto"
    tenancy: Annotated[
        Literal["shared", "key"],
        "Whether all keys see the same, or each its owner's jobs, models and datasets only.",
    ] = "shared"
    rate_limit_per_key: Annotated[
        float, Range(min=0, max=1e6), "Requests a second for each key; 0 sets no limit."
    ] = 0.0
    rate_limit_per_ip: Annotated[
        float, Range(min=0, max=1e6), "Requests a second for each address; 0 sets no limit."
    ] = 0.0
    trusted_proxies: Annotated[
        int, Range(min=0, max=16), "Proxies in front that say for which address they ask."
    ] = 0
    allowed_hosts: Annotated[
        str,
        Pattern(r"auto|\*|[^\s,*]+(,[^\s,*]+)*"),
        "Names of the API, by commas; `auto`: `*`, any, unless it listens on this machine alone.",
    ] = "auto"
    cors_origins: Annotated[
        str,
        Pattern(r"(https?://[^\s,/]+(,https?://[^\s,/]+)*)?"),
        "Origins of other web pages that may ask, by commas, such as `https://lab.example`.",
    ] = ""
    request_timeout_seconds: Annotated[
        float,
        Range(min=0.1, max=3600),
        "Seconds in which the head of a request must arrive.",
    ] = 20.0
    log_format: Annotated[
        Literal["text", "json"], "Lines for people, or for programs that collect them."
    ] = "text"
    health_file: Annotated[
        str | None,
        Pattern(r"/[^\x00]*[^\x00/]"),
        "File in which a worker says each second how it is, for `python -m worker.healthcheck`.",
    ] = None
    max_body_bytes: Annotated[int, Range(min=1024, max=2**31), "Largest request body."] = 2**25
    max_upload_bytes: Annotated[
        int, Range(min=1024, max=2**45), "Largest file that may be uploaded as a dataset."
    ] = 2**32
    max_parameters: Annotated[
        int, Range(min=1, max=10**9), "Largest number of parameters of a network."
    ] = 10_000_000
    max_work: Annotated[
        float, Range(min=1, max=1e18), "Largest product of epochs, samples and parameters."
    ] = 1e13
    max_inline_values: Annotated[
        int, Range(min=1, max=10**8), "Largest number of values of inline data."
    ] = 1_000_000
    max_memory_bytes: Annotated[
        int, Range(min=2**20, max=2**45), "Most memory for a job's samples and one mini-batch."
    ] = 2**31
    job_memory_bytes: Annotated[
        int, Range(min=2**24, max=2**45), "A job that takes more memory in its worker fails."
    ] = 2**32
    retained_jobs: Annotated[
        int, Range(min=0, max=10**9), "Ended jobs that are kept; models of older ones stay."
    ] = 10_000
    retained_histories: Annotated[
        int, Range(min=0, max=10**9), "Ended jobs whose history is kept."
    ] = 10_000
    max_snapshot_bytes: Annotated[
        int, Range(min=1, max=2**40), "Room for the snapshots of one job; the oldest go first."
    ] = 2**28
    max_points: Annotated[
        int, Range(min=1, max=10**7), "Largest number of points in one predict request."
    ] = 100_000
    api_processes: Annotated[
        int, Range(min=1, max=64), "Processes that answer; by default one a core, two at most."
    ] = field(default_factory=lambda: min(2, _cores()))
    threads: Annotated[
        int,
        Range(min=2, max=1024),
        "Requests that each process answers at once; half of so many, in all, may wait for jobs.",
    ] = 16
    max_streams: Annotated[
        int, Range(min=1, max=10_000), "Streams of events that may be open at once."
    ] = 128
    model_cache_bytes: Annotated[
        int,
        Range(min=1, max=2**40),
        "Memory for models that were asked to predict lately, in all processes.",
    ] = 2**28
    max_queued: Annotated[
        int, Range(min=1, max=10**7), "Jobs that may wait; more are answered 429."
    ] = 10_000

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.blob_url == "auto":
            blobs = Path(self.data_dir).absolute() / "blobs"
            object.__setattr__(self, "blob_url", blobs.as_uri())

    @property
    def kept_dir(self) -> Path:
        """Where copies of stored files are kept on this machine, if they are stored elsewhere."""
        return Path(self.data_dir).absolute() / "kept"

    @property
    def is_local(self) -> bool:
        """Whether the API can be reached from this machine alone."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def demands_keys(self) -> bool:
        """Whether requests need an API key."""
        return self.auth == "on" or (self.auth == "auto" and not self.is_local)

    @property
    def trusted_hosts(self) -> tuple[str, ...] | None:
        """The names under which the API answers; None for any.

        A web page whose name is made to lead to this machine cannot ask for anything then.
        """
        if self.allowed_hosts == "auto":
            return ("localhost", "127.0.0.1", "[::1]", self.host) if self.is_local else None
        return None if self.allowed_hosts == "*" else tuple(self.allowed_hosts.split(","))

    @property
    def queue_url(self) -> str:
        """The Redis to talk to.

        Raises SettingsError where none is set, as in a service or worker started on its own.
        """
        if self.redis_url is None:
            allowed = "the URL of a Redis server"
            detail = f"must be {allowed} (`trainlet up` starts one)"
            raise SettingsError([FieldError((variable("redis_url"),), None, allowed, detail)])
        return self.redis_url


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment.

    Raises SettingsError, which lists every variable that is not what it should be.
    """
    given = {
        field.name: _parsed(field, environ[variable(field.name)])
        for field in fields(Settings)
        if environ.get(variable(field.name))
    }
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_by_variable(field_error) for field_error in error.errors) from None


def _parsed(field: Field, text: str) -> Any:
    """The number in `text` where one is wanted and it holds one; otherwise the text itself."""
    wanted = {int, float} & set(members(field.annotation))
    for number in (int, float) if wanted else ():
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _by_variable(error: FieldError) -> FieldError:
    return FieldError((variable(str(error.path[0])),), error.value, error.allowed, error.detail)
