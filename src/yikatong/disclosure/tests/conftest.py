"""The same world as one floor below."""

from yikatong.payments.tests.conftest import world

__all__ = ["world"]
