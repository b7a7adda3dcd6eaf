"""Plays the run, and says where the money is."""

from collections.abc import Callable

from django.db import transaction

from yikatong.core import audit, clock, proofs
from yikatong.ledger import queries as ledger

from .models import PlayedStep
from .story import Step

PLACES = {
    "available_fen": "可用指标",
    "planned_fen": "已批用款计划",
    "drawn_fen": "零余额账户",
    "in_transit_fen": "银行在途",
    "credited_fen": "已到卡",
    "suspense_fen": "待处理",
    "treasury_fen": "已退国库",
}


def play(all_steps: list[Step], say: Callable[[str], None]) -> None:
    """Take the steps that are not yet taken, in order. Cut off at any moment, it goes on where it stopped."""
    played = set(PlayedStep.objects.values_list("key", flat=True))
    for number, step in enumerate(all_steps, start=1):
        if step.key in played:
            continue
        say(f"[{number:2}/{len(all_steps)}] {step.title}")
        if step.commits_itself:
            step.take()
            _note(step)
            continue
        with transaction.atomic():
            step.take()
            _note(step)


def _note(step: Step) -> None:
    PlayedStep.objects.create(key=step.key, played_at=clock.now())


def yuan(fen: int) -> str:
    """Fen as 1,234.56."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def prove(say: Callable[[str], None]) -> bool:
    """Print the balance proof per batch and for the whole, then verify everything; whether all of it holds."""
    lines = ledger.proof()
    holds = True
    for line in [*lines, ledger.whole(lines)]:
        title = line.case_no or f"{line.program_code} {line.fiscal_year} 未列入计划"
        holds &= line.allotted_fen >= 0 and not any(getattr(line, place) < 0 for place in PLACES)
        say(f"{title}")
        say("    " + "，".join(f"{words} {yuan(getattr(line, place))}" for place, words in PLACES.items()))
    total = ledger.whole(lines)
    agrees = total.allotted_fen == total.placed_fen
    say(f"下达 {yuan(total.allotted_fen)} 元 {'=' if agrees else '≠'} 各处合计 {yuan(total.placed_fen)} 元")
    audit.seal()
    findings = proofs.verify()
    for check in proofs.checks():
        say(f"{'✗' if any(found.check == check.name for found in findings) else '✓'} {check.words}")
    for found in findings:
        say(f"    {found.check} {found.subject}：应为 {found.expected}，实为 {found.found}")
    return holds and agrees and not findings
