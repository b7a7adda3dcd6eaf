"""A short version of ``bin/simulate --kill``: workers and the database itself are killed for real."""

import pytest

from . import killing
from .place import Place


def test_real_kills_of_worker_and_database_lose_nothing(lived: Place) -> None:
    if lived.template.state_dir is None:
        pytest.skip("only on a server of our own may its processes be killed")
    workers, backends = killing.lived_through(lived, kills=4, seed=1)
    assert (workers, backends) == (4, 1)
