"""Settings from environment variables, validated once with all errors at once.

The field `port` is set by `TRAINLET_PORT`, and so on; an empty variable counts as unset. The API
and the workers read the same variables, so one file can configure a whole installation.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from trainlet.config import Configuration, Field, Pattern, Range, fields, members
from trainlet.errors import FieldError, ValidationError
from trainlet.suggestion import did_you_mean

logger = logging.getLogger(__name__)

PREFIX = "TRAINLET_"
CLIENT_VARIABLES = {"TRAINLET_URL", "TRAINLET_KEY"}
"""Variables of the client, which are no settings."""


class SettingsError(ValidationError):
    """Invalid environment variables; the message has one line per error."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        super().__init__(errors)
        self.args = (
            "\n".join(f"{error.path[0]}={error.value!r} {error.detail}" for error in self.errors),
        )


def _cores() -> int:
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Settings(Configuration):
    """All settings. The variable of a field is its name in upper case with the prefix."""

    host: Annotated[str, Pattern(r"\S+"), "Address on which the API listens."] = "127.0.0.1"
    port: Annotated[int, Range(min=1, max=65535), "Port on which the API listens."] = 8000
    workers: Annotated[
        int,
        Range(min=1, max=256),
        "Number of workers that `trainlet up` starts; by default one per core.",
    ] = field(default_factory=_cores)
    data_dir: Annotated[
        str, Pattern(r"[^\x00]+"), "Directory of the embedded Redis server and of the blob store."
    ] = "data"
    redis_url: Annotated[
        str | None,
        Pattern(r"(redis|rediss|unix|rediss?\+sentinel)://\S+"),
        "URL of the Redis server; if unset, `trainlet up` starts an embedded server.",
    ] = None
    blob_url: Annotated[
        str,
        Pattern(r"auto|file:///\S*|(s3|gs|az)://\S+"),
        "URL of the blob store for records, weights and datasets; `auto`: `blobs` in the data "
        "directory.",
    ] = "auto"
    lease_seconds: Annotated[
        float, Range(min=1, max=3600), "Seconds after which an unresponsive worker loses its job."
    ] = 10.0
    checkpoint_seconds: Annotated[
        float,
        Range(above=0, max=3600),
        "Seconds between checkpoints: the most training that a crash can lose.",
    ] = 5.0
    auth: Annotated[
        Literal["auto", "on", "off"],
        "Whether requests require an API key; `auto`: unless the API listens on loopback only.",
    ] = "auto"
    tenancy: Annotated[
        Literal["shared", "key"],
        "Visibility of jobs, models and datasets: for all keys, or only for keys of their owner.",
    ] = "shared"
    rate_limit_per_key: Annotated[
        float, Range(min=0, max=1e6), "Rate limit per API key in requests per second; 0: none."
    ] = 0.0
    rate_limit_per_ip: Annotated[
        float,
        Range(min=0, max=1e6),
        "Rate limit per client IP in requests per second; 0: none.",
    ] = 0.0
    trusted_proxies: Annotated[
        int, Range(min=0, max=16), "Number of trusted reverse proxies that set `X-Forwarded-For`."
    ] = 0
    allowed_hosts: Annotated[
        str,
        Pattern(r"auto|\*|[^\s,*]+(,[^\s,*]+)*"),
        "Allowed `Host` headers, comma-separated; `auto`: loopback names, or any (`*`) if the API "
        "listens on other addresses.",
    ] = "auto"
    cors_origins: Annotated[
        str,
        Pattern(r"(https?://[^\s,/]+(,https?://[^\s,/]+)*)?"),
        "Allowed CORS origins, comma-separated, such as `https://lab.example`.",
    ] = ""
    request_timeout_seconds: Annotated[
        float,
        Range(min=0.1, max=3600),
        "Seconds in which the headers of a request must arrive.",
    ] = 20.0
    log_format: Annotated[
        Literal["text", "json"], "Format of log lines: for people, or JSON for log collectors."
    ] = "text"
    health_file: Annotated[
        str | None,
        Pattern(r"/[^\x00]*[^\x00/]"),
        "File into which a worker writes its health each second, for `python -m "
        "worker.healthcheck`.",
    ] = None
    max_body_bytes: Annotated[
        int, Range(min=1024, max=2**31), "Maximum size of a request body in bytes."
    ] = 2**25
    max_upload_bytes: Annotated[
        int, Range(min=1024, max=2**45), "Maximum size of an uploaded dataset file in bytes."
    ] = 2**32
    max_parameters: Annotated[
        int, Range(min=1, max=10**9), "Maximum number of parameters of a network."
    ] = 10_000_000
    max_work: Annotated[
        float, Range(min=1, max=1e18), "Maximum product of epochs, samples and parameters of a job."
    ] = 1e13
    max_inline_values: Annotated[
        int, Range(min=1, max=10**8), "Maximum number of values of an inline dataset."
    ] = 1_000_000
    max_memory_bytes: Annotated[
        int,
        Range(min=2**20, max=2**45),
        "Maximum memory in bytes for a job's samples and one mini-batch, checked at submission.",
    ] = 2**31
    job_memory_bytes: Annotated[
        int,
        Range(min=2**24, max=2**45),
        "Maximum memory in bytes of a job's process; a job that exceeds it fails.",
    ] = 2**32
    retained_jobs: Annotated[
        int, Range(min=0, max=10**9), "Number of ended jobs to keep; the models of older ones stay."
    ] = 10_000
    retained_histories: Annotated[
        int, Range(min=0, max=10**9), "Number of ended jobs whose history to keep."
    ] = 10_000
    max_snapshot_bytes: Annotated[
        int,
        Range(min=1, max=2**40),
        "Maximum size of a job's snapshots in bytes; the oldest are deleted first.",
    ] = 2**28
    max_points: Annotated[
        int, Range(min=1, max=10**7), "Maximum number of points in one predict request."
    ] = 100_000
    api_processes: Annotated[
        int, Range(min=1, max=64), "Number of API processes; by default one per core, at most two."
    ] = field(default_factory=lambda: min(2, _cores()))
    threads: Annotated[
        int,
        Range(min=2, max=1024),
        "Concurrent requests per API process; at most half of them, in total, can wait for jobs.",
    ] = 16
    max_streams: Annotated[
        int, Range(min=1, max=10_000), "Maximum number of open event streams."
    ] = 128
    model_cache_bytes: Annotated[
        int,
        Range(min=1, max=2**40),
        "Memory in bytes of the model cache for predictions, over all API processes.",
    ] = 2**28
    max_queued: Annotated[
        int,
        Range(min=1, max=10**7),
        "Maximum number of queued jobs; further jobs are rejected with status 429.",
    ] = 10_000

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "data_dir", str(Path(self.data_dir).expanduser()))
        if self.blob_url == "auto":
            blobs = Path(self.data_dir).absolute() / "blobs"
            object.__setattr__(self, "blob_url", blobs.as_uri())

    @property
    def kept_dir(self) -> Path:
        """Local cache directory for files of an object store."""
        return Path(self.data_dir).absolute() / "kept"

    @property
    def is_local(self) -> bool:
        """Whether the API listens on a loopback address only."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def demands_keys(self) -> bool:
        """Whether requests require an API key."""
        return self.auth == "on" or (self.auth == "auto" and not self.is_local)

    @property
    def trusted_hosts(self) -> tuple[str, ...] | None:
        """Allowed host names; None for any.

        This prevents DNS rebinding: a web page whose name resolves to this machine is rejected.
        """
        if self.allowed_hosts == "auto":
            return ("localhost", "127.0.0.1", "[::1]", self.host) if self.is_local else None
        return None if self.allowed_hosts == "*" else tuple(self.allowed_hosts.split(","))

    @property
    def queue_url(self) -> str:
        """URL of Redis. Raises SettingsError if it is unset, as without `trainlet up`."""
        if self.redis_url is None:
            allowed = "the URL of a Redis server"
            detail = f"must be {allowed} (`trainlet up` starts one)"
            raise SettingsError([FieldError((variable("redis_url"),), None, allowed, detail)])
        return self.redis_url


def variable(name: str) -> str:
    """Return the environment variable of a field."""
    return PREFIX + name.upper()


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of an environment.

    Unknown variables with the prefix are logged. Raises SettingsError, which lists every invalid
    variable.
    """
    known = {variable(field.name) for field in fields(Settings)} | CLIENT_VARIABLES
    for name in environ:
        if name.startswith(PREFIX) and name not in known:
            hint = did_you_mean(name, known)
            logger.warning("ignored the unknown setting %s%s", name, hint)
    values = {
        field.name: _parsed(field, environ[variable(field.name)])
        for field in fields(Settings)
        if environ.get(variable(field.name))
    }
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(_by_variable(field_error) for field_error in error.errors) from None


def _parsed(field: Field, text: str) -> Any:
    """Parse a number if the field allows one; otherwise return the string."""
    wanted = {int, float} & set(members(field.annotation))
    for number in (int, float) if wanted else ():
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _by_variable(error: FieldError) -> FieldError:
    return FieldError((variable(str(error.path[0])),), error.value, error.allowed, error.detail)
