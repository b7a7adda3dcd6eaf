"""The verbs of disclosure: record what was really paid, and hand the messages over."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from yikatong.core import audit, slots, sql, tasks
from yikatong.core.authz import Actor

from . import words
from .models import PaidNotice, TwoWayVerification
from .senders import DatabaseSender, Delivered, Sender

SEND_WORK = "disclosure.send_sms"


@transaction.atomic
def record_paid(*, request_id: int, by: Actor, at: datetime) -> PaidNotice | None:
    """Record the paid facts of a closed request and write one message a credited payment; again changes nothing (L4–L7).

    Enqueues the sending. Returns None when nobody was credited. Raises Refused YK070 when the request is not closed.
    """
    if found := PaidNotice.objects.filter(request_id=request_id).first():
        return found
    sign = words.SMS_SIGN.format(county=settings.YIKATONG_COUNTY)
    notice_id = sql.call("disclosure_record_paid", request_id, sign, settings.YIKATONG_PHONE, by.official_id, at)
    if notice_id is None:
        return None
    notice = PaidNotice.objects.select_related("request").get(pk=notice_id)
    title = words.TASK_SEND.format(no=notice.request.no, count=notice.count)
    tasks.start(SEND_WORK, title=title, subject=f"paid_notice:{notice_id}", by=by, at=at, notice_id=notice_id)
    slots.announce("paid_notice.recorded", notice_id=notice_id, by=by, at=at)
    return notice


@transaction.atomic
def send(*, notice_id: int, by: Actor, at: datetime, sender: Sender | None = None) -> Delivered:
    """Hand over the messages of a notice that nobody handed over yet; people without a number are counted."""
    chosen = sender or DatabaseSender()
    delivered = chosen.deliver(notice_id=notice_id, at=at)
    audit.record(
        "sms.delivered",
        subject=f"paid_notice:{notice_id}",
        by=by,
        at=at,
        sender=chosen.name,
        written=delivered.written_count,
        no_mobile=delivered.no_mobile_count,
    )
    return delivered


@transaction.atomic
def verify_both_ways(*, notice_id: int, by: Actor, at: datetime) -> TwoWayVerification:
    """Hold what was published of a request against ledger, bank results and bank statement, as sums and line by line.

    A difference becomes a break that the department owns. Raises Refused YK005 for who neither sees paid facts there nor
    speaks with the bank.
    """
    made = sql.call("disclosure_verify_both_ways", notice_id, by.official_id, at)
    return TwoWayVerification.objects.get(pk=made)


def verify_all_both_ways(*, by: Actor, at: datetime) -> int:
    """Verify whatever is new, differed or had a report since; each in a transaction of its own. Returns how many differ."""
    made = [verify_both_ways(notice_id=row["id"], by=by, at=at) for row in sql.rows("disclosure/unverified")]
    return sum(not one.agrees for one in made)
