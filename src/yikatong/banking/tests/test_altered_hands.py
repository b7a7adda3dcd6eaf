"""``yikatong verify`` notices any altered, deleted or doubled row of what people decide by hand, and of the restore mode."""

from typing import Any

import pytest

from tests.anomalies.altering import REFUSED, behind_its_back
from yikatong.banking import actions, examining, overdue, restoring
from yikatong.core import proofs, sql

from .test_restore import leave
from .test_uploading import confirm, messages, upload
from .test_voiding import decided, lost, prepared, send
from .world import World, as_owner

TABLES = (
    "banking_clearance", "banking_inquiry", "banking_restoration", "banking_restorationend", "banking_restorationfile",
    "banking_restorationnote", "banking_restorationvisit", "banking_statementupload",
)  # fmt: skip
# Numbers of a row's own that nothing refers to, and the machine's clock beside a business moment that is checked.
HARMLESS = {
    "banking_clearance.applied_at", "banking_inquiry.id", "banking_restorationend.id", "banking_restorationfile.id",
    "banking_restorationnote.id", "banking_restorationvisit.id",
}  # fmt: skip


def lived(world: World) -> None:
    """A file cleared by two people, a bank asked, a statement brought by hand, a restore mode gone through."""
    (anew,) = decided(world, prepared(world, lost(world, dedupes_forever=False), "not_received"))
    assert send(world, anew) == "acknowledged"
    overdue.ask(instruction=anew, by=world.system, at=world.at)
    world.days(1)
    confirm(world, upload(world, messages(world)["camt.053.001.08"]))
    restoration = restoring.enter(reason="磁盘坏了", by=world.system, at=world.at)
    examining.examine(restoration=restoration, by=world.system, at=world.at)
    sql.call("banking_find_file", world.provider.pk, "YK-LOST", "report", world.at)
    restoring.explain(message_id="YK-LOST", note="银行已撤销", by=world.as_("auditor"), at=world.at)
    actions.restoring.missing()
    leave(world, "auditor", "finance_approver")


@pytest.mark.tampers
def test_any_altered_row_of_what_people_decide_by_hand_is_noticed(world: World) -> None:
    lived(world)
    assert [finding for finding in proofs.verify() if finding.check.startswith("banking/")] == []
    unnoticed: list[Any] = []
    with as_owner(world.owner_url), behind_its_back(list(TABLES)) as hand:
        for table in TABLES:
            answers = [*hand.delete(table), *hand.double(table)]
            assert answers, f"nothing is left in {table}"
            for column in hand.columns(table):
                if f"{table}.{column.name}" not in HARMLESS and column.name != "recorded_at":
                    answers += hand.alter(column)
            unnoticed += [what for what, answer in answers if answer is None]
            assert any(answer not in (None, REFUSED) for _, answer in answers), table
    assert unnoticed == [], "\n".join(unnoticed)
