"""导出 Excel: short lists at once, long ones in the background, for whoever asked alone and for some days."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import exported
from tests.cast import Cast
from tests.whole_run import as_owner
from yikatong.core import audit, clock, tasks
from yikatong.core.models import AuditEvent, Official, TaskRun
from yikatong.core.refusals import NotFound, Refused
from yikatong.site import exporting
from yikatong.site.models import ListExport, ListExportPiece

AUDITOR, CLERK = "shenji", "nongye.jingban"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Official.objects.get(username=username))
    return client


def events(cast: Cast, count: int) -> None:
    for number in range(count):
        audit.record("test.happened", subject=f"test:{number % 2}", by=cast[AUDITOR], at=clock.now(), number=number)


def started(client: Client, page: str) -> TaskRun:
    answer = client.post("/exports/", {"page": page})
    assert answer.status_code == 302 and answer["Location"].startswith("/tasks/"), answer["Location"]
    return TaskRun.objects.get(pk=int(answer["Location"].split("/")[2]))


@pytest.fixture
def long_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows are a long list, so that a test need not make five thousand."""
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 3)


@pytest.mark.django_db
def test_a_short_list_comes_at_once_as_it_was_narrowed_and_says_of_itself_what_it_is(cast: Cast) -> None:
    events(cast, 5)
    client = signed_in(AUDITOR)
    assert 'action="/exports/"' in client.get("/trail/?subject=test:1").content.decode()
    found = exported.sheets(client, "/trail/?subject=test:1&page=7")
    assert [row["业务编号"] for row in found["操作留痕"]] == ["test:1"] * 2
    told = {row["项目"]: row["内容"] for row in found["导出说明"]}
    assert told["名单"] == "操作留痕" and told["业务编号"] == "test:1" and told["操作留痕：行数"] == "2"
    assert told["导出人"].startswith(Official.objects.get(username=AUDITOR).name) and told["导出时间"]
    event = AuditEvent.objects.get(name="list.exported")
    assert (
        event.subject == "list:trail" and event.detail["count"] == 2 and event.detail["filters"] == ["业务编号：test:1"]
    )
    assert "list.exported" in client.get("/trail/").content.decode()


@pytest.mark.django_db
def test_a_number_that_somebody_looked_for_stays_out_of_the_trail() -> None:
    client = signed_in(CLERK)
    exported.sheets(client, "/?q=519999197711186675")
    assert "519999197711186675" not in str(AuditEvent.objects.get(name="list.exported").detail)


@pytest.mark.django_db
def test_nobody_exports_what_they_may_not_see() -> None:
    clerk = signed_in(CLERK)
    for page in ("/trail/", "/nowhere/", "https://elsewhere.example/trail/", "", "//elsewhere.example/trail/"):
        assert clerk.post("/exports/", {"page": page}).status_code == 404, page
    assert clerk.post("/exports/", {"page": "/keys/"}, follow=True).redirect_chain == [("/", 302)]
    assert clerk.get("/exports/").status_code == 405
    assert Client().post("/exports/", {"page": "/"}).status_code == 302
    assert not AuditEvent.objects.filter(name="list.exported").exists()


def test_a_long_list_is_made_in_the_background_and_fetched_by_whoever_asked(
    fresh_database: Any, cast: Cast, long_lists: None
) -> None:
    events(cast, 8)
    client = signed_in(AUDITOR)
    run = started(client, "/trail/")
    assert started(client, "/trail/").pk == run.pk, "the same list is not begun twice"
    assert run.state == "queued" and run.url == ""
    tasks.run_waiting()
    run.refresh_from_db()
    assert run.state == "done" and run.done_count == run.total_count == 8 and "只有您能下载" in run.message
    assert run.url == reverse("export", args=[run.pk])
    assert run.title in client.get("/messages/").content.decode()
    answer = client.get(run.url)
    content = b"".join(answer)
    assert answer["Content-Disposition"].startswith("attachment") and len(content) == int(answer["Content-Length"])
    export = ListExport.objects.get()
    assert export.digest == hashlib.sha256(content).hexdigest() and export.row_count == 8
    assert len(exported.read(content)["操作留痕"]) == 8
    assert AuditEvent.objects.filter(name="list.fetched").count() == 1
    assert signed_in("fang.guoku").get(run.url).status_code == 404
    assert b"PK" not in bytes(ListExportPiece.objects.get().content)[:40]
    assert started(client, "/trail/").pk != run.pk, "once made, it may be asked for again"


def test_a_name_that_somebody_looked_for_stands_in_no_job(fresh_database: Any, cast: Cast, long_lists: None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporting, "ROWS_AT_ONCE", -1)
        run = started(signed_in("liuhe.jingban"), "/registry/people/?text=张建国")
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        jobs = str(cursor.fetchall())
    assert "page_sealed" in jobs and "张" not in jobs and "text=" not in jobs
    assert run.subject != f"export:{hashlib.sha256('/registry/people/?text=张建国'.encode()).hexdigest()[:32]}"
    tasks.run_waiting()
    run.refresh_from_db()
    assert run.state == "done" and ListExport.objects.get().row_count == 0


def test_a_canceled_export_leaves_nothing(fresh_database: Any, cast: Cast, long_lists: None) -> None:
    events(cast, 8)
    client = signed_in(AUDITOR)
    run = started(client, "/trail/")
    client.post(reverse("task-cancel", args=[run.pk]))
    tasks.run_waiting()
    run.refresh_from_db()
    assert (
        run.state == "canceled"
        and not ListExport.objects.exists()
        and client.get(f"/exports/{run.pk}/").status_code == 404
    )
    # Pressed while it is being written, it stops at the next report.
    again = started(client, "/trail/")

    def pressed(done: int) -> None:
        raise tasks.Canceled("已按您的要求停下。")

    with pytest.raises(tasks.Canceled):
        found = exporting.wanted("/trail/", by=cast[AUDITOR], at=clock.now())
        _stopped(found, pressed)
    assert again.pk != run.pk and not AuditEvent.objects.filter(name="list.exported").exists()


def _stopped(found: exporting.Wanted, pressed: Any) -> None:
    import io

    from yikatong.kit import workbooks

    before, workbooks.REPORT_ROWS = workbooks.REPORT_ROWS, 2
    try:
        exporting.write(found, io.BytesIO(), report=pressed)
    finally:
        workbooks.REPORT_ROWS = before


def test_a_file_goes_when_its_days_are_over(fresh_database: Any, cast: Cast, long_lists: None) -> None:
    events(cast, 8)
    run = started(signed_in(AUDITOR), "/trail/")
    tasks.run_waiting()
    actor, later = cast[AUDITOR], clock.now() + timedelta(days=exporting.KEPT_DAYS, minutes=1)
    assert exporting.drop_expired(at=clock.now()) == 0 and ListExportPiece.objects.exists()
    with pytest.raises(Refused) as gone:
        exporting.fetch(run.pk, by=actor, at=later)
    assert gone.value.code == "expired" and str(gone.value).endswith("。")
    assert exporting.drop_expired(at=later) == 1 and not ListExportPiece.objects.exists()
    assert ListExport.objects.count() == 1, "that it was exported stays known"
    with pytest.raises(NotFound):
        exporting.fetch(run.pk, by=cast[CLERK], at=clock.now())


def test_whoever_lost_the_post_meanwhile_gets_nothing(fresh_database: Any, cast: Cast, long_lists: None) -> None:
    events(cast, 8)
    run = started(signed_in(AUDITOR), "/trail/")
    with as_owner(fresh_database.owner_url):
        Official.objects.filter(username=AUDITOR).update(is_active=False)
    tasks.run_waiting()
    run.refresh_from_db()
    assert run.state == "refused" and not ListExport.objects.exists()
