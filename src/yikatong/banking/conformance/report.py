"""The report of a run of the suite: whom it was with, what became of each check, whether the bank is fit."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from yikatong.banking.models import PaymentProvider
from yikatong.core import clock

from .checks import Judgment, Verdict
from .trial import Trial


def head_of(trial: Trial, provider: PaymentProvider, *, began_at: datetime, ended_at: datetime) -> Iterator[str]:
    """What stands over the report, so that bank and county can find the run's files again."""
    began, ended = (at.astimezone(clock.SHANGHAI) for at in (began_at, ended_at))
    terms = trial.terms
    yield "联调测试报告"
    yield f"代发机构：{provider.name}（行号 {provider.bank_code}）"
    yield f"通道：{provider.get_transport_display()}，{provider.transport_url}"
    yield f"文件格式：{trial.adapter.title}（{provider.format_code}）"
    yield f"测试账户：{terms.debtor_name} {terms.debtor_account}，测试卡 {len(terms.cards)} 张"
    yield f"时间：{began:%Y-%m-%d %H:%M:%S} 至 {ended:%Y-%m-%d %H:%M:%S}（北京时间）"
    yield f"文件编号：都以 {trial.stamp} 开头"
    yield ""


def lines_of(judgments: list[Judgment]) -> Iterator[str]:
    """What became of each check."""
    for place, one in enumerate(judgments, start=1):
        note = "" if one.is_required else "（建议项）"
        yield f"{place:>2}. 【{one.verdict}】{one.title}{note}"
        yield f"      发送：{one.sent}"
        yield f"      收到：{one.came}"
        if one.verdict is not Verdict.PASSED:
            yield f"      整改：{one.mend}"
    counts = Counter(one.verdict for one in judgments)
    told = "，".join(f"{verdict} {counts[verdict]} 项" for verdict in Verdict)
    yield f"合计 {len(judgments)} 项：{told}。{_closing(judgments)}"


def is_fit(judgments: list[Judgment]) -> bool:
    """Whether no required check failed."""
    return not any(one.is_required and one.verdict is Verdict.FAILED for one in judgments)


def _closing(judgments: list[Judgment]) -> str:
    if not is_fit(judgments):
        return "必备项没有全部通过，不能上线。"
    if any(one.is_required and one.verdict is Verdict.UNDECIDED for one in judgments):
        return "没有不通过的必备项；未能判断的请补测。"
    return "必备项全部通过。"
