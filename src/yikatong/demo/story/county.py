"""At the county: entitlements, cash plan, drawdown, request, release."""

from collections.abc import Iterator
from functools import partial

from yikatong.batches import actions as batches
from yikatong.batches import queries as batch_queries
from yikatong.funding import actions as funding
from yikatong.funding import queries as funding_queries
from yikatong.payments import actions as payments

from .plot import CYCLE_NO, Plot, Step

ALLOTTED_FEN = 50_000_000


def steps(plot: Plot) -> Iterator[Step]:
    """Review chain (F3–F10), cash plan and drawdown (I5–I9), request and second check (I10, I11), release (J6)."""
    yield Step("accept", "农业农村局逐乡验收花名册", lambda: _accept(plot))
    yield Step("batch.assemble", "汇总成发放批次", lambda: _assemble(plot))
    yield Step("batch.review", "农业农村局复核", partial(_take_batch, plot, "review", "nongye.fuhe"))
    yield Step("batch.approve", "农业农村局审批", partial(_take_batch, plot, "approve", "nongye.shenpi"))
    yield Step("allotment.record", "财政局登记预算指标", lambda: _record_allotment(plot))
    yield Step("allotment.confirm", "财政局确认指标到位", lambda: _confirm_allotment(plot))
    yield Step("plan.apply", "农业农村局申报用款计划", lambda: _apply(plot))
    yield Step("plan.verify", "财政局三方核对", partial(_decide_plan, plot, "verify", "zheng.fuhe"))
    yield Step("plan.approve", "财政局批准用款计划", partial(_decide_plan, plot, "approve", "wang.caizheng"))
    yield Step("drawdown", "国库拨付到零余额账户", lambda: _draw_down(plot))
    yield Step("request.file", "农业农村局再次比对金额，提交发放申请", lambda: _file(plot))
    yield Step("request.verify", "财政局第二次复核", lambda: verify_request(plot))


def _accept(plot: Plot) -> None:
    by = plot.actor("nongye.jingban")
    for roster in batch_queries.sealed_rosters_for(by, cycle_no=CYCLE_NO):
        batches.accept(roster=roster, by=by, at=plot.at(), seen_digest=roster.digest)


def _assemble(plot: Plot) -> None:
    by = plot.actor("nongye.jingban")
    accepted = batch_queries.sealed_rosters_for(by, cycle_no=CYCLE_NO)
    batches.assemble(
        cycle_id=plot.cycle().pk, roster_ids=[roster.roster_id for roster in accepted], by=by, at=plot.at()
    )


def _take_batch(plot: Plot, verb: str, username: str) -> None:
    batch = plot.batch()
    batches.take(
        verb,
        batch=batch,
        by=plot.actor(username),
        at=plot.at(),
        seen_version=batch.version,
        seen_digest=batch.digest,
    )


def _record_allotment(plot: Plot) -> None:
    funding.record_allotment(
        program_id=plot.batch().program_id,
        fiscal_year=plot.batch().fiscal_year,
        source="central",
        document_no="青财农〔2026〕12号",
        amount_fen=ALLOTTED_FEN,
        by=plot.actor("luo.yusuan"),
        at=plot.at(),
    )


def _confirm_allotment(plot: Plot) -> None:
    by = plot.actor("xie.caizheng")
    allotment = funding_queries.allotments_for(by).latest("id")
    funding.decide_allotment(
        "confirm",
        allotment=allotment,
        by=by,
        at=plot.at(),
        seen_version=allotment.version,
        seen_digest=allotment.digest,
    )


def _apply(plot: Plot) -> None:
    batch = plot.batch()
    funding.apply_for_plan(
        batch_id=batch.pk,
        declared_fen=batch.total_fen,
        by=plot.actor("nongye.jingban"),
        at=plot.at(),
        seen_digest=batch.digest,
    )


def _decide_plan(plot: Plot, verb: str, username: str) -> None:
    by = plot.actor(username)
    plan = funding_queries.plans_for(by).latest("id")
    funding.decide_plan(verb, plan=plan, by=by, at=plot.at(), seen_version=plan.version, seen_digest=plan.digest)


def _draw_down(plot: Plot) -> None:
    by = plot.actor("fang.guoku")
    plan = funding_queries.plans_for(by).latest("id")
    funding.draw_down(plan=plan, voucher_no=f"ZF-{plot.batch().no}", by=by, at=plot.at(), seen_digest=plan.digest)


def _file(plot: Plot) -> None:
    batch = plot.batch()
    payments.file(batch_id=batch.pk, by=plot.actor("nongye.jingban"), at=plot.at(), seen_digest=batch.digest)


def verify_request(plot: Plot) -> None:
    """Finance checks the newest request a second time."""
    request = plot.request()
    payments.take(
        "verify",
        request=request,
        by=plot.actor("tan.fuhe"),
        at=plot.at(),
        seen_version=request.version,
        seen_digest=request.digest,
    )


def release_request(plot: Plot) -> None:
    """Whoever pays by the cycle's mode releases the newest request."""
    request = plot.request()
    payments.release(
        request=request,
        by=plot.actor("nongye.fafang" if request.mode == "department" else "fang.guoku"),
        at=plot.at(),
        seen_version=request.version,
        seen_digest=request.digest,
    )
