"""Statements of one transaction done by a second thread: in order, all or nothing, and nothing after a failure."""

import threading

import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction

from yikatong.core import sql
from yikatong.core.beside import Beside
from yikatong.core.refusals import Refused

pytestmark = pytest.mark.django_db


def _pid():
    return sql.call("pg_backend_pid"), threading.current_thread()


def test_it_works_on_the_same_connection_in_another_thread():
    with transaction.atomic():
        here, this_thread = _pid()
        with Beside() as beside:
            there, other_thread = beside.do(_pid).result()
        assert there == here and other_thread is not this_thread
        assert _pid()[0] == here


def test_all_is_done_in_order_before_it_is_left_and_belongs_to_the_transaction():
    with transaction.atomic():
        before = sql.call("txid_current")
        done = []
        with Beside() as beside:
            for number in range(20):
                beside.do(lambda one: done.append((one, sql.call("txid_current"))), number)
        assert done == [(number, before) for number in range(20)]


def test_after_a_failure_nothing_is_begun_and_the_failure_itself_is_raised():
    begun: list[int] = []
    with pytest.raises(Refused, match="first"), transaction.atomic(), Beside() as beside:
        broken = beside.do(_refuse)
        with pytest.raises(Refused, match="first"):
            broken.result()
        with pytest.raises(Refused, match="first"):
            beside.do(begun.append, 1)
        beside.settle()
        later = beside.do(begun.append, 2)
        later.result()
    assert begun == []
    # The connection is whole again for whoever comes next.
    assert sql.call("pg_backend_pid")


def _refuse():
    raise Refused("first")


def test_what_waits_when_the_caller_fails_is_not_begun():
    begun: list[int] = []
    gate = threading.Event()
    with pytest.raises(ValueError, match="mine"), transaction.atomic(), Beside() as beside:
        beside.do(gate.wait, 30)
        beside.do(begun.append, 1)
        threading.Timer(0.2, gate.set).start()
        raise ValueError("mine")
    assert begun == []


def test_the_connection_is_the_callers_alone_afterwards():
    with Beside() as beside:
        beside.do(_pid)
    wrapper, refused = connections[DEFAULT_DB_ALIAS], []

    def use():
        try:
            wrapper.validate_thread_sharing()
        except DatabaseError as error:
            refused.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert refused
