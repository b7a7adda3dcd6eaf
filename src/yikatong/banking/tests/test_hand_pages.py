"""The pages where people decide by hand: what they show, whom they let decide, and what then stands in the database."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yikatong.banking.models import BankStatement, Clearance, StatementUpload
from yikatong.core import clock, slots

from .test_exchange import kinds
from .test_pages import signed_in
from .test_uploading import messages
from .test_voiding import lost
from .world import World


def test_an_unknown_file_is_cleared_on_two_pages(world: World) -> None:
    instruction = lost(world, dedupes_forever=False)
    operator, approver = signed_in(world, "bank_operator"), signed_in(world, "finance_approver")
    told = operator.get(reverse("banking:instruction", args=[instruction.message_id])).content.decode()
    assert "人工查清" in told and "两个人查清后再办" in told
    page = reverse("banking:clear", args=[instruction.message_id])
    assert "银行到底收到没有" in operator.get(page).content.decode()
    given: dict[str, Any] = {"verdict": "received", "note": "柜台查到了"}
    assert operator.post(page, given).status_code == 200 and not Clearance.objects.exists()
    operator.post(page, given | {"proof": SimpleUploadedFile("日终.pdf", b"%PDF-1.7 stamped")})
    clearance = Clearance.objects.get()
    url = reverse("banking:clearance", args=[clearance.pk])
    assert url in {item.url for item in slots.inbox(world.as_("finance_approver"), world.at)}
    assert "柜台查到了" in approver.get(url).content.decode()
    proof = approver.get(reverse("banking:proof", args=[clearance.pk]))
    assert proof.content == b"%PDF-1.7 stamped" and proof["Content-Disposition"].startswith("attachment")
    approver.post(url, {"verb": "approve", "version": clearance.version, "digest": clearance.digest})
    assert kinds(instruction)[-1] == "acknowledged"
    assert signed_in(world, "department_clerk").get(url).status_code == 404


def test_an_uploaded_statement_shows_its_difference_and_needs_another_person(world: World) -> None:
    world.went()
    world.days(1)
    body = messages(world)["camt.053.001.08"]
    operator, reviewer = signed_in(world, "bank_operator"), signed_in(world, "finance_reviewer")
    page = reverse("banking:uploads")
    given: dict[str, Any] = {"provider": world.provider.pk, "note": "专线中断"}
    operator.post(page, given | {"file": SimpleUploadedFile("对账单.xml", body)})
    uploaded = StatementUpload.objects.get()
    url = reverse("banking:upload", args=[uploaded.pk])
    assert url in {item.url for item in slots.inbox(world.as_("finance_reviewer"), world.at)}
    told = reviewer.get(url).content.decode()
    assert (
        "对账单有付款，回盘没有到账" in told and "1 类差异" in told and world.end_to_end_id(_request(world), 0) in told
    )
    decision = {"verb": "confirm", "version": uploaded.version, "digest": uploaded.digest}
    operator.post(url, decision)
    assert not BankStatement.objects.exists()
    reviewer.post(url, decision)
    statement = BankStatement.objects.get()
    told = reviewer.get(reverse("banking:statement", args=[statement.pk])).content.decode()
    assert "手工上传的对账单" in told and "手工上传" in reviewer.get(reverse("banking:reconciliation")).content.decode()
    assert signed_in(world, "township_clerk").get(page).status_code == 404


def test_overdue_lines_are_a_list_of_their_own(world: World) -> None:
    instruction = world.went()
    clock.step_forward(days=4)
    told = signed_in(world, "bank_operator").get(reverse("banking:instructions")).content.decode()
    assert "银行超期没有给结果" in told and instruction.message_id in told


def _request(world: World) -> Any:
    return world.provider.instructions.get().request
