"""Decisions as sentences, and who is next: read from the flow's step table."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yikatong.core.authz import Actor
from yikatong.core.models import Decision
from yikatong.core.permissions import PERMISSIONS, WORDS, P, Role
from yikatong.core.workflow import Duty, Flow, Step

from .figures import moment


@dataclass(frozen=True)
class Told:
    """One decision as shown: 周敏（农业农村局 部门复核）11-18 10:32 复核通过。理由：…"""

    who: str
    at: datetime
    at_words: str
    words: str
    reason: str
    goes_back: bool


def told(decision: Decision, flow: Flow) -> Told:
    """A decision with its official and appointment (select_related) as a sentence."""
    appointment = decision.appointment
    step = flow.step(decision.verb)
    return Told(
        who=f"{decision.official.name}（{appointment.agency.name} {WORDS[Role(appointment.role)]}）",
        at=decision.business_at,
        at_words=moment(decision.business_at),
        words=step.words,
        reason=decision.reason,
        goes_back=step.reason_required and not step.primary,
    )


def roles_with(permission: P) -> str:
    """The roles that hold a permission: 部门复核 or 部门经办或乡镇经办."""
    return "或".join(
        WORDS[role] for role, given in PERMISSIONS.items() if permission in given and role is not Role.SYSTEM
    )


def waiting_words(flow: Flow, subject: Any) -> str:
    """现在等谁: 「农业农村局的部门复核办“复核通过”」; empty when nothing leads on from here."""
    waits = []
    for step in flow.waits_for(subject):
        agency = getattr(subject, "agency", None) if step.own_agency else None
        office = f"{agency.name}的" if agency else ""
        who = roles_with(step.permission)
        waits.append(f"{office}{who}办“{step.words}”" if who else f"系统自动办“{step.words}”")
    return "，或者".join(waits)


def barred_by_four_eyes(flow: Flow, subject: Any, actor: Actor) -> bool:
    """Whether the actor's post would allow a next step, but they have already acted in this case."""
    allowed = any(_post_allows(step, subject, actor) for step in flow.waits_for(subject))
    return allowed and not any(step.primary for step in flow.open_to(subject, actor))


def _post_allows(step: Step, subject: Any, actor: Actor) -> bool:
    return any(
        subject.area_code.startswith(post.area_prefix) and (not step.own_agency or post.agency_id == subject.agency_id)
        for post in actor.posts_with(step.permission)
    )


def takes_remark(step: Step) -> bool:
    """Whether a step invites an optional remark: those where somebody judges another's work."""
    return step.duty in (Duty.REVIEW, Duty.APPROVE, Duty.VERIFY, Duty.RELEASE)
