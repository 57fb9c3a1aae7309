"""Reindexing: what only makes others fast to find, made anew from the records."""

from __future__ import annotations

from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store import records
from trainlet.store.blobs import Blobs
from trainlet.store.tenant_view import TenantView


def reindex(blobs: Blobs) -> tuple[int, list[str]]:
    """Give every accepted job's version its name again, and tell of jobs that have not ended.

    Answers how many jobs were looked at, and the ids of those whose record cannot be read.
    Nothing that is there is changed, so it may be done again, and while others work. Versions of
    imported models are records themselves: nothing else tells of them.
    """
    inspected, damaged = 0, []
    for job in sorted(blobs.names("jobs")):
        names = blobs.names(f"jobs/{job}")
        if "spec" not in names:
            continue  # never accepted to the end
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
