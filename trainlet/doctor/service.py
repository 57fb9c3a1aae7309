"""The service and its machine: whether it answers, to whom, and with what to compute."""

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
    """See what there is to compute with."""
    cores = len(os.sched_getaffinity(0))
    missing = [name for name in PACKAGES if _version(name) is None]
    detail = f"Python {platform.python_version()}, numpy {_version('numpy')}, {cores} cores"
    if missing:
        advice = "install what requirements.lock lists"
        yield Finding("wrong", "packages", f"{', '.join(missing)} are missing", advice)
    if settings.workers > cores:
        advice = "workers compute on one core each: TRAINLET_WORKERS should be at most the cores"
        yield Finding("warning", "machine", f"{detail}, {settings.workers} workers", advice)
    else:
        yield Finding("well", "machine", detail)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def check_keys(settings: Settings) -> Iterator[Finding]:
    """See whether somebody can ask, and whether everybody can."""
    what = "API keys"
    if not settings.demands_keys:
        if settings.is_local:
            yield Finding("well", what, "not needed: the API listens on this machine alone")
        else:
            advice = "make keys, and do not set TRAINLET_AUTH=off unless something else guards it"
            yield Finding("warning", what, "not needed by anybody who can reach the API", advice)
        return
    try:
        api_keys = Store(settings.blob_url, settings.kept_dir).api_keys.list()
    except TrainletError:
        return  # told of the store
    held = [api_key for api_key in api_keys if not api_key.revoked_at and not api_key.expired]
    if held:
        yield Finding("well", what, f"{len(held)} of {len(api_keys)} hold")
    else:
        advice = "make one: trainlet key create me --scope admin"
        yield Finding("wrong", what, "needed, and there is none: nobody can ask", advice)


def check_service(settings: Settings) -> Iterator[Finding]:
    """Ask the API whether it is ready."""
    what, url = "API", port.url(settings)
    # A proxy of the environment is no way to this machine itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/readyz", timeout=TIMEOUT_SECONDS) as response:
            health = json.load(response)
    except (OSError, ValueError) as error:
        advice = "start it: python -m service, or `trainlet up`; its log says why if it ended"
        reason = getattr(error, "reason", error)
        yield Finding("wrong", what, f"{url} does not answer: {reason}", advice)
        return
    if health.get("version") == __version__:
        yield Finding("well", what, f"{url} is ready, version {__version__}")
    else:
        advice = "restart it, so that it is as new as what is installed here"
        detail = f"{url} is of version {health.get('version')}, this is {__version__}"
        yield Finding("warning", what, detail, advice)
