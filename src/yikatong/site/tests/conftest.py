"""The same world as some floors below."""

from yikatong.batches.tests.conftest import world

__all__ = ["world"]
