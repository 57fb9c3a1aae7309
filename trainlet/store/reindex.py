"""Rebuilding of indexes from records."""

from __future__ import annotations

from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store import records
from trainlet.store.blobs import Blobs
from trainlet.store.tenant_view import TenantView


def reindex(blobs: Blobs) -> tuple[int, list[str]]:
    """Restore the version names of accepted jobs and the markers of jobs that have not ended.

    Returns the number of inspected jobs, and the ids of those with unreadable records. Existing
    records are not changed, so it is idempotent and safe while the service runs. Versions of
    imported models are records themselves and cannot be restored.
    """
    inspected, damaged = 0, []
    for job in sorted(blobs.names("jobs")):
        names = blobs.names(f"jobs/{job}")
        if "spec" not in names:
            continue  # its acceptance was interrupted
        inspected += 1
        try:
            record = records.decode(blobs.read(f"jobs/{job}/spec"), "name", "version")
            with blobs.batch() as batch:
                folder = f"versions/{TenantView(record.get('owner')).kept_as(record['name'])}"
                batch.make_folder(folder)
                key = f"{folder}/{record['version']}"
                batch.create(key, records.encode({"job": job}))
                if "end" not in names:
                    batch.create(f"open/{job}", b"")
                    batch.make_folder(f"checkpoints/{job}")
        except (CorruptFileError, NotFoundError):
            damaged.append(job)
    return inspected, damaged
