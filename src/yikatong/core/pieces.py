"""A seekable stream over bytes that lie in pieces of one size, of which one is held at a time."""

import io
from collections.abc import Callable


class Pieces(io.RawIOBase):
    """``size`` bytes in pieces of ``piece_bytes`` (the last may be shorter); ``fetched(number)`` gives a piece, counted from 0."""

    def __init__(self, size: int, piece_bytes: int, fetched: Callable[[int], bytes]) -> None:
        self._size, self._piece_bytes, self._fetched = size, piece_bytes, fetched
        self._position = 0
        self._held = -1
        self._piece = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._position >= self._size:
            return 0
        number, start = divmod(self._position, self._piece_bytes)
        if number != self._held:
            self._piece, self._held = self._fetched(number), number
        part = self._piece[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)
