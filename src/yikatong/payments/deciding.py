"""What of the payments' inbox may be decided together. A release never: the last step before money leaves is one by one."""

from typing import Any

from yikatong.core import together
from yikatong.core.subjects import SubjectKind

from . import actions, recovering


def register(requests: SubjectKind, refunds: SubjectKind, recoveries: SubjectKind, receipts: SubjectKind) -> None:
    """Requests to verify, refunds and recoveries to approve, receipts to confirm; each may be sent back as well."""
    together.register(together.of_steps(requests, ("verify", "send_back"), _decide_request))
    together.register(together.of_steps(refunds, ("approve", "send_back"), _decide_refund))
    together.register(
        together.of_steps(recoveries, ("approve", "send_back"), _decide_recovery, count=_one, total_fen=_amount)
    )
    together.register(
        together.of_steps(receipts, ("confirm", "send_back"), _decide_receipt, count=_one, total_fen=_amount)
    )


def _one(_subject: Any) -> int:
    return 1


def _amount(subject: Any) -> int:
    fen: int = subject.amount_fen
    return fen


def _decide_request(verb: str, one: Any, **signed: Any) -> None:
    actions.take(verb, request=one, **signed)


def _decide_refund(verb: str, one: Any, **signed: Any) -> None:
    act = actions.approve_refund if verb == "approve" else actions.send_back_refund
    act(refund=one, **signed)


def _decide_recovery(verb: str, one: Any, **signed: Any) -> None:
    recovering.decide_recovery(verb, recovery=one, **signed)


def _decide_receipt(verb: str, one: Any, **signed: Any) -> None:
    act = recovering.confirm_receipt if verb == "confirm" else recovering.send_back_receipt
    act(receipt=one, **signed)
