"""Reading: uploaded files into profiles and matrices of numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from trainlet.readers import TableError, read
from trainlet.settings import Settings
from trainlet.store import Store

log = logging.getLogger("trainlet.worker")


def read_file(
    dataset: str, attempt: int, store: Store, settings: Settings, tick: Callable[[], None]
) -> None:
    """Read an uploaded file and record what was found; `tick` is called now and then.

    Raises NotFoundError if it is gone, and OSError if the disk fails.
    """
    uploads = store.uploads
    upload = uploads.get(dataset)
    draft = uploads.draft(dataset, attempt)
    options, most = upload.options, 4 * settings.max_upload_bytes
    try:
        profile = read(uploads.content(dataset), upload.media_type, options, draft, most, tick)
        uploads.finish(dataset, profile, draft)
        log.info("dataset %s: ready", dataset)
    except TableError as error:
        uploads.background_tasks.fail(dataset, str(error))
        log.info("dataset %s: %s", dataset, error)
    finally:
        draft.unlink(missing_ok=True)
