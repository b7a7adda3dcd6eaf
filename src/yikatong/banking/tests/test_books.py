"""Our lines, the ledger, the bank's results and its statement, held against each other; each difference has a name."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from yikatong.banking import actions, books, queries
from yikatong.banking.models import BookedTotal, Break, BreakLine, ReportedTotal
from yikatong.core import slots
from yikatong.core.refusals import Refused
from yikatong.payments.tests.world import AMOUNTS

from .test_pages import signed_in
from .world import World

TOTAL = sum(AMOUNTS)


def days(world: World) -> list[books.DayBooks]:
    found = books.days_for(world.as_("finance_reviewer"), month=world.at.date().replace(day=1))
    earlier = (world.at.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    return found + books.days_for(world.as_("finance_reviewer"), month=earlier)


def test_all_four_books_say_the_same_by_day_and_by_file(world: World) -> None:
    world.bank.control.open_card(world.card_number(2), "closed-account")
    instruction = world.went()
    world.visit()
    world.days(1)
    world.visit()
    (day,) = [one for one in days(world) if one.movement == "payment"]
    arrived = TOTAL - AMOUNTS[2]
    assert (day.line_fen, day.posted_fen, day.reported_fen, day.booked_fen) == (arrived,) * 4
    assert (day.line_count, day.booked_count, day.standing) == (5, 5, "agree")
    (file,) = books.files_for(world.as_("auditor"), month=instruction.sealed_at.date().replace(day=1))
    assert (file.sent_fen, file.line_fen, file.booked_fen, file.failed_count) == (TOTAL, arrived, arrived, 1)
    assert file.standing == "agree" and file.open_count == 0
    (one,) = books.day_for(world.as_("bank_operator"), agreement_id=day.agreement_id, day=day.day)
    assert one.message_id == instruction.message_id and one.agree
    assert actions.check_books(by=world.system, at=world.at) == 0 and not Break.objects.exists()
    before = ReportedTotal.objects.count(), BookedTotal.objects.count()
    assert actions.tally(by=world.system, at=world.at) == 0
    assert (ReportedTotal.objects.count(), BookedTotal.objects.count()) == before
