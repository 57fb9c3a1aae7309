"""Parsing of uploaded files into profiles and matrices."""

from __future__ import annotations

import logging
from collections.abc import Callable

from trainlet.logs import fields
from trainlet.readers import TableError, read
from trainlet.settings import Settings
from trainlet.store import Store

log = logging.getLogger("trainlet.worker")


def read_file(
    dataset: str, attempt: int, store: Store, settings: Settings, tick: Callable[[], None]
) -> None:
    """Parse an uploaded file and record its profile. `tick` is called regularly.

    Raises NotFoundError if the dataset was deleted, and OSError if the disk fails.
    """
    uploads = store.uploads
    upload = uploads.get(dataset)
    draft = uploads.draft(dataset, attempt)
    options, limit = upload.options, 4 * settings.max_upload_bytes
    try:
        profile = read(uploads.content(dataset), upload.media_type, options, draft, limit, tick)
        uploads.finish(dataset, profile, draft)
        log.info("read dataset", extra=fields(dataset=dataset))
    except TableError as error:
        uploads.background_tasks.fail(dataset, str(error))
        log.info("rejected dataset: %s", error, extra=fields(dataset=dataset))
    finally:
        draft.unlink(missing_ok=True)
