"""Checks of the machine, the API keys and the API."""

from __future__ import annotations

import json
import os
import platform
import urllib.request
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from trainlet import __version__
from trainlet.doctor.finding import Finding
from trainlet.errors import TrainletError
from trainlet.local import port
from trainlet.settings import Settings
from trainlet.store import Store

PACKAGES = ("numpy", "flask", "rq", "redis", "safetensors")
TIMEOUT_SECONDS = 3.0


def check_machine(settings: Settings) -> Iterator[Finding]:
    """Check the cores and the installed packages."""
    cores = len(os.sched_getaffinity(0))
    missing = [name for name in PACKAGES if _version(name) is None]
    detail = f"Python {platform.python_version()}, numpy {_version('numpy')}, {cores} cores"
    if missing:
        advice = "install the packages in requirements.lock"
        yield Finding("wrong", "packages", f"{', '.join(missing)} missing", advice)
    if settings.workers > cores:
        advice = "set TRAINLET_WORKERS to at most the number of cores: each worker uses one"
        yield Finding("warning", "machine", f"{detail}, {settings.workers} workers", advice)
    else:
        yield Finding("well", "machine", detail)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Check that valid API keys exist if they are required."""
    what = "API keys"
    if not settings.demands_keys:
        if settings.is_local:
            yield Finding("well", what, "not required: the API listens on this machine only")
        else:
            advice = "create keys and unset TRAINLET_AUTH, unless a proxy authenticates requests"
            yield Finding("warning", what, "not required, and the network can use the API", advice)
        return
    try:
        api_keys = Store(settings.blob_url, settings.kept_dir).api_keys.list()
    except TrainletError:
        return  # the check of the store reports it
    held = [api_key for api_key in api_keys if not api_key.revoked_at and not api_key.expired]
    if held:
        yield Finding("well", what, f"{len(held)} of {len(api_keys)} valid")
    else:
        advice = "create one: trainlet key create me --scope admin"
        yield Finding("wrong", what, "required, but there is no valid key", advice)


def check_service(settings: Settings) -> Iterator[Finding]:
    """Check that the API is ready and has the installed version."""
    what, url = "API", port.url(settings)
    # Requests to this machine must not use a proxy of the environment.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/readyz", timeout=TIMEOUT_SECONDS) as response:
            health = json.load(response)
    except (OSError, ValueError) as error:
        advice = "start it with python -m service or `trainlet up`; if it exited, read its log"
        reason = getattr(error, "reason", error)
        yield Finding("wrong", what, f"{url} does not respond: {reason}", advice)
        return
    if health.get("version") == __version__:
        yield Finding("well", what, f"{url} is ready, version {__version__}")
    else:
        advice = "restart the API to run the installed version"
        detail = f"{url} runs version {health.get('version')}, installed is {__version__}"
        yield Finding("warning", what, detail, advice)
