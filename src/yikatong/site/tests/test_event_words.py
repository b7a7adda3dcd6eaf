"""Every event that any room records is told in Chinese on the audit page."""

import re
from pathlib import Path

from yikatong.banking.models import InstructionEvent
from yikatong.core.workflow import FLOWS
from yikatong.ledger.rules import KINDS
from yikatong.site.event_words import EVENTS, event_words

ROOMS = Path(__file__).resolve().parents[2]
RECORDED = re.compile(r"(?:\brecord|core_record)\(\s*[\"']([a-z_]+\.)([a-z_]*)[\"'](?!\s*::)")
# What the names that are put together at run time end with.
ENDINGS = {"instruction.": {str(kind) for kind in InstructionEvent.Kind}, "ledger.": set(KINDS)}


def recorded() -> set[str]:
    """The names in the sources, tests and the step function left out (its steps have the words of their flow)."""
    found = set()
    for path in ROOMS.rglob("*"):
        if path.suffix in (".py", ".sql") and not {"tests", "migrations"} & set(path.parts):
            for first, last in RECORDED.findall(path.read_text(encoding="utf-8")):
                found |= {first + last} if last else {first + ending for ending in ENDINGS[first]}
    return found


def test_every_event_has_chinese_words() -> None:
    steps = {f"{flow.name}.{step.verb}" for flow in FLOWS.values() for step in flow.steps}
    names = recorded()
    assert len(names) > 40 and len(steps) > 40
    without = sorted(name for name in names | steps if not re.search("[一-鿿]", event_words(name)))
    assert without == []


def test_no_words_are_kept_for_what_nobody_records() -> None:
    assert set(EVENTS) - recorded() == set()
