"""Doors of the cash plan: apply, verify and approve on one page, draw down."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yikatong.batches import queries as batches
from yikatong.core import slots
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.core.workflow import trail
from yikatong.kit import money

from . import actions, lists, queries, words
from .forms import ApplyForm, DrawdownForm
from .models import CashPlan
from .states import PLAN


@door(P.BATCH_SEE)
@listed(lists.PLANS)
def plans(request: StaffRequest) -> HttpResponse:
    """用款计划: all plans the actor may see."""
    to_apply = queries.batches_without_plan(request.actor) if request.actor.may(P.PLAN_APPLY) else []
    context = {"plans": queries.plans_for(request.actor), "flow": PLAN, "to_apply": to_apply}
    return render(request, "funding/plans.html", context)


@door(P.PLAN_APPLY)
def apply(request: StaffRequest, batch_no: str) -> HttpResponse:
    """申请用款: the clerk types the amount of the department's own books."""
    batch = batches.batch_for(request.actor, batch_no)
    form = ApplyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_shown_to(request):
            plan = actions.apply_for_plan(
                batch_id=batch.pk,
                declared_fen=form.cleaned_data["declared"],
                by=request.actor,
                at=request.at,
                seen_digest=digest(request),
            )
            messages.success(request, words.APPLIED.format(no=plan.no))
            return redirect("funding:plan", plan.pk)
    context = {
        "batch": batch,
        "form": form,
        "lines": batches.township_lines(batch.pk),
        "stages": slots.stages(batch_id=batch.pk),
        "one_back": queries.one_sent_back(batch.pk),
    }
    return render(request, "funding/apply.html", context)


@door(P.BATCH_SEE)
def plan(request: StaffRequest, plan_id: int) -> HttpResponse:
    """One plan: three-way check, decision, drawdown."""
    return _page(request, queries.plan_for(request.actor, plan_id))


@require_POST
@door(P.PLAN_VERIFY, P.PLAN_APPROVE)
def decide(request: StaffRequest, plan_id: int) -> HttpResponse:
    """Take the posted step; one that sends back may name the one roster that is wrong."""
    found = queries.plan_for(request.actor, plan_id)
    step = next((one for one in PLAN.steps if one.verb == request.POST.get("verb")), None)
    if step is None:
        raise NotFound
    roster = request.POST.get("roster", "")
    decided = partial(actions.send_one_back, roster_id=int(roster)) if roster.isdecimal() else actions.decide_plan
    with refusals_shown_to(request):
        decided(
            step.verb,
            plan=found,
            by=request.actor,
            at=request.at,
            seen_version=version(request),
            seen_digest=digest(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, words.TAKEN.format(what=found.no, step=step.words))
    return redirect("funding:plan", plan_id)


@require_POST
@door(P.BATCH_SEE)
def sample(request: StaffRequest, plan_id: int) -> HttpResponse:
    """替您随机抽 3 户: shown on the plan's page, recorded."""
    found = queries.plan_for(request.actor, plan_id)
    drawn = actions.look_at_some(plan=found, by=request.actor, at=request.at)
    return _page(request, found, drawn=drawn)


@require_POST
@door(P.DRAWDOWN_MAKE)
def draw_down(request: StaffRequest, plan_id: int) -> HttpResponse:
    """拨付到零余额账户."""
    found = queries.plan_for(request.actor, plan_id)
    form = DrawdownForm(request.POST)
    if not form.is_valid():
        return _page(request, found, drawdown_form=form)
    with refusals_shown_to(request):
        made = actions.draw_down(
            plan=found,
            voucher_no=form.cleaned_data["voucher_no"],
            by=request.actor,
            at=request.at,
            seen_digest=digest(request),
        )
        amount = money.format_yuan(made.amount_fen)
        messages.success(request, words.DRAWN.format(amount=amount, voucher_no=made.voucher_no))
    return redirect("funding:plan", plan_id)


def _page(request: StaffRequest, plan: CashPlan, **extra: Any) -> HttpResponse:
    batch = batches.batch(plan.batch_id)
    lines = batches.township_lines(batch.pk)
    detail_fen = sum(line.frozen_fen for line in lines)
    undecided = plan.state in ("applied", "verified")
    context = {
        "plan": plan,
        "batch": batch,
        "flow": PLAN,
        "lines": lines,
        "detail_fen": detail_fen,
        "sealed_fen": sum(line.roster_fen for line in lines),
        "declared_difference_fen": plan.declared_fen - detail_fen,
        "available_fen": queries.available_fen(batch),
        "objection": queries.objection_to("funding_three_way_guard", plan.pk) if undecided else "",
        "shortfall": queries.objection_to("funding_enough_guard", plan.pk) if undecided else "",
        "trail": trail(PLAN, plan.pk),
        "stages": slots.stages(batch_id=batch.pk),
        "drawdown": queries.drawdown_of(batch.pk) if plan.state == "approved" else None,
        "drawdown_form": DrawdownForm(),
        "sending_back": next((one for one in PLAN.open_to(plan, request.actor) if one.target == "sent_back"), None),
        "rosters": batches.batch_rosters(batch.pk),
        "may_draw": plan.state == "approved" and request.actor.may(P.DRAWDOWN_MAKE),
        **extra,
    }
    return render(request, "funding/plan.html", context)
