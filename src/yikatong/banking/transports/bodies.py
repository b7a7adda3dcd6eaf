"""Where the bytes of a report from a bank lie until they are taken in."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

# More of a body than this lies on disk.
SPOOL_BYTES = 8 << 20


@contextmanager
def filling() -> Iterator[IO[bytes]]:
    """An empty body to be filled. It is closed where that fails; else by whoever gets the report."""
    body = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115
    try:
        yield body
    except BaseException:
        body.close()
        raise
