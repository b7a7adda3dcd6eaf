"""The emergency stop: any supervisor presses it, two lift it, the database holds both."""

import pytest
from django.db import DatabaseError, connection, transaction

from yikatong.core import stopping
from yikatong.core.refusals import Refused

pytestmark = pytest.mark.django_db
COUNTY = "519999000000"


def code(action, **given) -> str:
    with pytest.raises(Refused) as refused:
        action(**given)
    return refused.value.code


def test_whoever_supervises_presses_and_nobody_else(cast, at):
    assert code(stopping.press, reason="查", by=cast["nongye.jingban"], at=at) == "not_found"
    assert code(stopping.press, reason=" ", by=cast["shenji"], at=at) == "YK007"
    stop = stopping.press(reason="名册可能被改过", by=cast["shenji"], at=at)
    assert stopping.standing([COUNTY]) == stopping.standing(["519999100000"]) == [stop] and stop.stands
    assert stopping.standing(["620000000000"]) == []
    assert code(stopping.press, reason="再按", by=cast["wang.caizheng"], at=at) == "YK081"


def test_one_lifts_nothing_and_nobody_counts_twice(cast, at):
    stop = stopping.press(reason="名册可能被改过", by=cast["nongye.shenpi"], at=at)
    assert stopping.lift(stop=stop, reason="查清了", by=cast["nongye.shenpi"], at=at) is False
    assert code(stopping.lift, stop=stop, reason="查清了", by=cast["nongye.shenpi"], at=at) == "YK006"
    assert code(stopping.lift, stop=stop, reason="", by=cast["shenji"], at=at) == "YK007"
    assert code(stopping.lift, stop=stop, reason="查清了", by=cast["nongye.jingban"], at=at) == "YK005"
    assert stopping.standing([COUNTY]) == [stop]
    assert stopping.lift(stop=stop, reason="查清了", by=cast["shenji"], at=at) is True
    assert stopping.standing([COUNTY]) == []
    assert code(stopping.lift, stop=stop, reason="再来", by=cast["wang.caizheng"], at=at) == "YK004"
    (told,) = stopping.history()
    assert not told.stands and [one.official.username for one in told.lifts.all()] == ["nongye.shenpi", "shenji"]


def test_the_application_writes_neither_by_itself(cast, at):
    for statement in (
        "INSERT INTO core_emergencystop DEFAULT VALUES",
        "INSERT INTO core_stoplift DEFAULT VALUES",
        "UPDATE core_emergencystop SET area_code = ''",
        "DELETE FROM core_emergencystop",
    ):
        with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert getattr(refused.value.__cause__, "sqlstate", "") == "42501"
