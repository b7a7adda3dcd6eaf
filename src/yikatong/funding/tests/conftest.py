"""The same world as one floor below."""

from yikatong.batches.tests.conftest import origin, world

__all__ = ["origin", "world"]
