"""The same world as one floor below."""

from yikatong.batches.tests.conftest import world

__all__ = ["world"]
