"""The drop in a folder of this machine, which the bank's own client, a mount or a courier carries on."""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from .drop import BODY, NAME, DropWire, Unsigned, needs_no_signature


class FolderBank(DropWire):
    """``base`` holds ``out`` and ``in``; both have to be there, for a mount that is missing is not an empty folder."""

    def __init__(self, base: Path, *, extension: str = BODY, unsigned: Unsigned = needs_no_signature) -> None:
        super().__init__(lambda: _reached(base), extension, unsigned)


@contextmanager
def _reached(base: Path) -> Iterator["Folder"]:
    yield Folder(base)


class Folder:
    """``drop.Place`` on a file system."""

    def __init__(self, base: Path) -> None:
        self._base = base

    def names(self, folder: str) -> dict[str, float]:
        """As ``Place.names``."""
        with os.scandir(self._base / folder) as entries:
            return {
                entry.name: entry.stat(follow_symlinks=False).st_mtime
                for entry in entries
                if NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
            }

    def opened(self, folder: str, name: str) -> AbstractContextManager[IO[bytes]]:
        """As ``Place.opened``; a link is refused, whoever put it there."""
        return os.fdopen(os.open(self._base / folder / name, os.O_RDONLY | os.O_NOFOLLOW), "rb")

    def put(self, folder: str, name: str, content: IO[bytes]) -> None:
        """As ``Place.put``."""
        place = self._base / folder
        fresh = place / f"{name}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(fresh, flags, 0o640), "wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(place / name)
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
