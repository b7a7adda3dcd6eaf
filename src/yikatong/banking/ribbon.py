"""The bank's stop on the ribbon 钱走到哪了: whether the bank's statement says the same as its line results."""

from typing import Any

from django.urls import reverse

from yikatong.core.slots import Stage

from . import queries
from .models import InstructionEvent

TONES = {"refused": "fail", "unknown": "now", "sending": "now", "sealed": "now"}


def stages(subject: dict[str, Any]) -> list[Stage]:
    """Where the newest instruction of a batch or a request stands."""
    if not {"batch_id", "request_id"} & set(subject):
        return []
    instruction = queries.newest_instruction(batch_id=subject.get("batch_id"), request_id=subject.get("request_id"))
    if instruction is None:
        return [Stage("银行对账", "", "todo")]
    url = reverse("banking:instruction", args=[instruction.message_id])
    if instruction.request.state == "closed":
        return [Stage("银行对账", "已对平", "done", url)]
    stands = InstructionEvent.Kind(instruction.stands)
    if stands is InstructionEvent.Kind.ACKNOWLEDGED:
        return [Stage("银行对账", "等对账单", "now", url)]
    return [Stage("银行对账", str(stands.label), TONES.get(stands.value, "now"), url)]
