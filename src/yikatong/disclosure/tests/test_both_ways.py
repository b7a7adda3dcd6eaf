"""What was published and what the bank booked are the same, in both directions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.urls import reverse

from yikatong.banking.models import Break
from yikatong.banking.tests.test_pages import signed_in
from yikatong.banking.tests.world import World
from yikatong.core import slots
from yikatong.core.refusals import Refused
from yikatong.disclosure import actions
from yikatong.disclosure.models import PaidNotice, TwoWayVerification
from yikatong.payments.tests.world import AMOUNTS


@pytest.fixture
def closed(fresh_database: Any, drawn: Any, tmp_path: Path) -> Iterator[World]:
    """A request that the real bank paid, one payment failed, and that its statement closed."""
    made = World(fresh_database.owner_url, fresh_database.app_url, dict(drawn.ids))
    try:
        made.drawn()
        made.banked(tmp_path / "bank")
        made.bank.control.open_card(made.card_number(2), "closed-account")
        made.went()
        made.visit()
        made.days(1)
        made.visit()
        yield made
    finally:
        made.close()


def test_published_and_booked_are_the_same(closed: World) -> None:
    notice = PaidNotice.objects.get()
    assert actions.verify_all_both_ways(by=closed.system, at=closed.at) == 0
    (found,) = TwoWayVerification.objects.all()
    arrived = sum(AMOUNTS) - AMOUNTS[2]
    assert (found.published_fen, found.posted_fen, found.reported_fen, found.booked_fen) == (arrived,) * 4
    assert (found.published_count, found.booked_count, found.unbooked_count, found.unpublished_count) == (5, 5, 0, 0)
    assert found.agrees and not Break.objects.exists()
    # What agreed and had no report since is not gone through again.
    assert actions.verify_all_both_ways(by=closed.system, at=closed.at) == 0
    assert TwoWayVerification.objects.count() == 1
    detail = reverse("disclosure:detail", args=[notice.request.no])
    for role in ("department_clerk", "auditor", "finance_treasurer"):
        client = signed_in(closed, role)
        assert "四方一致" in client.get(detail).content.decode()
        assert "四方一致" in client.get(reverse("disclosure:both-ways")).content.decode()
    assert (
        signed_in(closed, "department_clerk").post(reverse("disclosure:verify", args=[notice.request.no]))["Location"]
        == detail
    )
    assert TwoWayVerification.objects.count() == 2
    for role in ("township_clerk", "bank_operator", "finance_reviewer"):
        assert signed_in(closed, role).get(reverse("disclosure:both-ways")).status_code == 404
    with pytest.raises(Refused):
        actions.verify_both_ways(notice_id=notice.pk, by=closed.as_("township_clerk"), at=closed.at)
    with closed.app() as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("INSERT INTO disclosure_twowayverification SELECT * FROM disclosure_twowayverification")


@pytest.mark.tampers
def test_what_was_published_otherwise_is_the_departments_to_explain(closed: World) -> None:
    closed.run("ALTER TABLE disclosure_smsmessage DISABLE TRIGGER USER")
    closed.run("DELETE FROM disclosure_smsmessage WHERE id = (SELECT min(id) FROM disclosure_smsmessage)")
    closed.run("ALTER TABLE disclosure_smsmessage ENABLE TRIGGER USER")
    assert actions.verify_all_both_ways(by=closed.system, at=closed.at) == 1
    assert actions.verify_all_both_ways(by=closed.system, at=closed.at) == 1
    (found,) = TwoWayVerification.objects.all()[:1]
    assert (found.unbooked_count, found.unpublished_count) == (0, 1) and not found.agrees
    subject = Break.objects.get()
    assert (subject.kind, subject.owner, subject.count) == ("published_otherwise", "department", 1)
    assert subject.found_fen - subject.expected_fen == AMOUNTS[0]
    url = reverse("banking:break", args=[subject.pk])
    assert url in {item.url for item in slots.inbox(closed.as_("department_clerk"), closed.at)}
    assert url not in {item.url for item in slots.inbox(closed.as_("other_department"), closed.at)}
    posted = {"verb": "explain_department", "version": 0, "digest": subject.digest, "reason": "漏登了一人，已补公示"}
    assert signed_in(closed, "other_department").post(url, posted).status_code == 404
    assert signed_in(closed, "department_clerk").post(url, posted).status_code == 302
    assert Break.objects.get().state == "explained"
    assert "不一致" in signed_in(closed, "auditor").get(reverse("disclosure:both-ways")).content.decode()
