"""A request to a bank with text files of its own and back: sealed, answered, compared with the statement, closed."""

import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yikatong.banking import actions, adapting, building, sending
from yikatong.banking.formats.refusals import UnreadableBankFile
from yikatong.banking.formats.registry import PACKAGED
from yikatong.banking.models import BankReport, BankStatement, Break, PaymentInstruction
from yikatong.core import files, tasks
from yikatong.core.models import Official
from yikatong.core.refusals import Refused
from yikatong.payments.models import PaymentOutcome, PaymentRequest
from yikatong.payments.tests.world import AMOUNTS

from . import flat_files
from .flat_files import BAR, FIXED, Answer, Paid
from .world import OPENING_FEN, World, as_owner

TOTAL = sum(AMOUNTS)


def sealed(world: World, code: str) -> tuple[PaymentInstruction, bytes]:
    """A released request as a file in the provider's form, with the bytes that would be sent."""
    world.register(format_code=code)
    instruction = world.sealed()
    with files.opened(instruction.body, purpose="a test looks", by=world.system, at=world.at) as body:
        return instruction, body.read()


def sent(world: World, instruction: PaymentInstruction) -> None:
    """Sending has begun and the bank has it: its transport is not what is tested here."""
    sending._begin(instruction=instruction, by=world.system, at=world.at).close()


def received(world: World, name: str, body: bytes) -> BankReport:
    return actions.receive(provider=world.provider, report_no=name, body=io.BytesIO(body), by=world.system, at=world.at)


def answers(paid: list[Paid], good: str, bad: dict[int, str]) -> list[Answer]:
    return [
        Answer(one.end_to_end_id, one.amount_fen, bad.get(place, good), "" if place in bad else f"R{place}")
        for place, one in enumerate(paid)
    ]


def results(request_id: int) -> list[tuple[str, str, str]]:
    found = PaymentOutcome.objects.filter(request_id=request_id).order_by("payment_id", "sequence")
    return [(one.result, one.reason_code, one.action) for one in found]


def account(world: World) -> str:
    return str(world.provider.agreements.get().statement_account)


def test_a_bar_separated_bank_pays_fails_one_and_closes(world: World) -> None:
    instruction, body = sealed(world, BAR)
    assert instruction.body.name == f"DF_{world.at:%Y%m%d}_{instruction.message_id}.txt"
    head, paid = flat_files.bar_instruction(body)
    assert head[:3] == ["6", flat_files.yuan(TOTAL), instruction.message_id] and len(paid) == 6
    assert {one.card_number for one in paid} == {world.card_number(place) for place in range(6)}
    sent(world, instruction)
    day = f"{world.at:%Y%m%d}"
    told = answers(paid, "0000", {2: "2002"})
    first = received(world, "HP_1.txt", flat_files.bar_results(told[:4], instruction.message_id, day=day))
    assert (first.standing, first.kind, first.row_count) == ("applied", "qinghe-bar:results", 4)
    received(world, "HP_2.txt", flat_files.bar_results(told[4:], instruction.message_id, day=day))
    booked = [one for one in told if one.code == "0000"]
    statement = flat_files.bar_statement(booked, OPENING_FEN, day=day, account=account(world))
    assert received(world, "DZ_1.txt", statement).standing == "statement"
    assert actions.reconcile(provider=world.provider, by=world.system, at=world.at).closed == [instruction.request_id]
    assert results(instruction.request_id)[2] == ("failed", "2002", "fix-card")
    assert PaymentRequest.objects.get(pk=instruction.request_id).state == "closed"
    assert world.balance("credited") == TOTAL - AMOUNTS[2] and world.balance("suspense") == AMOUNTS[2]
    assert not Break.objects.exists()
    words = PaymentOutcome.objects.get(result="failed").reason_words
    assert (
        words
        == "收款账户已经销户。请本人带身份证和现在用的社保卡，到乡镇财政所登记换卡。换卡经复核后按程序重新发放，不用另外申请。"
    )
    assert BankStatement.objects.get().gap_fen == 0


def test_a_fixed_width_bank_pays_and_returns_one_later(world: World) -> None:
    instruction, body = sealed(world, FIXED)
    head, paid, (count, total, card_hash) = flat_files.fixed_instruction(body)
    assert instruction.message_id.encode() in head and (count, total) == (6, TOTAL)
    assert card_hash == sum(int(one.card_number[-8:]) for one in paid)
    sent(world, instruction)
    day = f"{world.at:%Y%m%d}"
    told = answers(paid, "00", {})
    received(world, "1", flat_files.fixed_results(told, instruction.message_id, day=day))
    received(world, "2", flat_files.fixed_statement(told, OPENING_FEN, day=day, account=account(world)))
    assert actions.reconcile(provider=world.provider, by=world.system, at=world.at).closed == [instruction.request_id]
    assert results(instruction.request_id) == [("credited", "", "")] * 6
    received(world, "3", flat_files.fixed_returns([told[1]._replace(code="14")], day=day))
    assert ("returned", "14", "ask-person") in results(instruction.request_id)
    assert world.balance("suspense") == AMOUNTS[1]


def test_swapped_amounts_are_caught_by_the_comparison_of_sets(world: World) -> None:
    """C11: count and sum of the file are right; the payments' own amounts are not."""
    instruction, body = sealed(world, BAR)
    paid = flat_files.bar_instruction(body)[1]
    sent(world, instruction)
    told = answers(paid, "0000", {})
    told[0], told[1] = (
        told[0]._replace(amount_fen=told[1].amount_fen), told[1]._replace(amount_fen=told[0].amount_fen),
    )  # fmt: skip
    received(world, "HP_1", flat_files.bar_results(told, instruction.message_id, day=f"{world.at:%Y%m%d}"))
    assert len(results(instruction.request_id)) == 4 and world.balance("credited") == TOTAL - sum(AMOUNTS[:2])


def test_an_unreadable_file_is_kept_with_its_line_and_changes_nothing(world: World) -> None:
    instruction, body = sealed(world, BAR)
    sent(world, instruction)
    paid = flat_files.bar_instruction(body)[1]
    whole = flat_files.bar_results(answers(paid, "0000", {}), instruction.message_id)
    report = received(world, "HP_1", whole[:-9])
    assert report.standing == "unreadable" and "行" in report.sentence and report.file is not None
    assert results(instruction.request_id) == [] and world.balance("in_transit") == TOTAL
    with pytest.raises(UnreadableBankFile):
        adapting.named(BAR).open(io.BytesIO(whole), name="unknown")


def test_a_bank_that_refuses_all_of_it_fails_all_of_it(world: World) -> None:
    instruction, _ = sealed(world, BAR)
    sent(world, instruction)
    body = flat_files.bar_results([], instruction.message_id, file_code="9001", day=f"{world.at:%Y%m%d}")
    assert received(world, "HP_1", body).standing == "applied"
    assert results(instruction.request_id) == [("failed", "9001", "investigate")] * 6


def test_what_a_bank_cannot_encode_seals_nothing_and_lists_everybody(world: World) -> None:
    """A13, C20: never a question mark; nothing is opened, sealed or sent, and the worklist keeps the request."""
    world.register(format_code=FIXED)
    request = world.released()
    renamed = {world.people[1]: "张䶮", world.people[4]: "王㐂"}
    with as_owner(world.owner_url):
        for person, name in renamed.items():
            world.run("UPDATE registry_person SET name = %s WHERE id = %s", name, person)
    with pytest.raises(building.Unwritable) as refused:
        actions.seal(request_id=request.pk, by=world.system, at=world.at)
    told = str(refused.value)
    assert "有 2 笔款项" in told and "“䶮”（U+4DAE）" in told and "“㐂”（U+3402）" in told
    numbers = [world.end_to_end_id(request, place) for place in (1, 4)]
    assert all(number in told for number in numbers)
    assert not re.search(r"\d{12,}", re.sub("|".join(numbers), "", told)), "no card and no ID number"
    tasks.run_waiting()
    assert not PaymentInstruction.objects.exists() and world.balance("in_transit") == 0
    client = Client()
    client.force_login(Official.objects.get(pk=world.as_("bank_operator").official_id))
    page = client.get(reverse("banking:instructions")).content.decode()
    assert "U+4DAE" in page and numbers[1] in page and "重新生成指令" in page
    # The same names go to a bank with GB18030, and to one with ISO 20022.
    world.register(format_code=BAR)
    (instruction,) = actions.seal(request_id=request.pk, by=world.system, at=world.at)
    with files.opened(instruction.body, purpose="a test looks", by=world.system, at=world.at) as body:
        assert [one.name for one in flat_files.bar_instruction(body.read())[1]][1] == "张䶮"


@pytest.mark.parametrize("code, words", [("nobody", "没有叫“nobody”的银行文件格式"), ("Nobody!", "没有叫")])
def test_a_provider_with_a_form_that_does_not_exist_is_not_registered(world: World, code: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        world.register(format_code=code)
    assert world.provider.format_code == "iso20022"


def test_a_countys_own_form_is_found_in_its_folder(world: World, tmp_path: Any, settings: Any) -> None:
    settings.STATE_DIR = tmp_path
    folder = tmp_path / "banks"
    folder.mkdir()
    text = (PACKAGED / "qinghe-bar.toml").read_text(encoding="utf-8")
    (folder / "baishui.toml").write_text(text.replace("青禾农商银行", "白水农商银行"), encoding="utf-8")
    world.register(format_code="baishui")
    assert adapting.adapter(world.provider).title.startswith("白水农商银行")
    assert adapting.codes() == ["iso20022", "baishui", "qinghe-bar", "qinghe-fixed"]
    (folder / "baishui.toml").write_text(text.replace('"yuan"', '"jiao"'), encoding="utf-8")
    with pytest.raises(Refused, match=r"baishui.toml 第 \d+ 行 amount：要是 fen、yuan 之一"):
        adapting.adapter(world.provider)
