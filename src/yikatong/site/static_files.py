"""What ``serve`` puts into place for browsers: one style sheet, hashed names that are kept for good, compressed copies."""

import fcntl
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

# In the order in which they count: a later one may refine an earlier one.
SHEETS = (
    "he/tokens.css",
    "he/base.css",
    "he/layout.css",
    "he/components.css",
    "he/flow.css",
    "he/tables.css",
    "he/forms.css",
    "he/desk.css",
    "he/roster.css",
    "he/public.css",
    "he/narrow.css",
    "he/print.css",
)
ONE_SHEET = "he/all.css"


class Storage(CompressedManifestStaticFilesStorage):
    """As whitenoise does it, with the style sheets in one: one answer instead of a dozen, and a third smaller."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Write the one sheet beside what was collected, then hash and compress everything."""
        whole = b"".join(self._read(paths[name]) for name in SHEETS)
        self.delete(ONE_SHEET)
        self.save(ONE_SHEET, ContentFile(whole))
        yield from super().post_process(paths | {ONE_SHEET: (self, ONE_SHEET)}, dry_run, **options)

    @staticmethod
    def _read(found: tuple[Any, str]) -> bytes:
        storage, path = found
        with storage.open(path) as file:
            return bytes(file.read())


def collect() -> None:
    """Put everything into place; of two servers that start at once, one waits for the other."""
    with settings.STATIC_ROOT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Of htmx only what pages load: versions and extensions that nobody uses would double the start.
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["ext", "ht*x-4*"])


def sheets() -> tuple[str, ...]:
    """The style sheets that a page names."""
    return (ONE_SHEET,) if settings.COLLECTED else SHEETS
