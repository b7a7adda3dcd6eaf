"""The site's own pages as the browser gets them."""

import re
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.cast import Cast
from yikatong.core import audit, clock
from yikatong.core.models import Official, TaskRun
from yikatong.rosters.tests import desk
from yikatong.site import web

pytestmark = pytest.mark.django_db

AUDITOR = "shenji"
CLERK = "nongye.jingban"
TREASURER = "fang.guoku"
ADMINISTRATOR = "xitong"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Official.objects.get(username=username))
    return client


def task_run(username: str, state: str) -> TaskRun:
    return TaskRun.objects.create(
        name="rosters.read",
        title="读柳河镇花名册",
        subject="roster:7",
        state=state,
        done_count=8420,
        total_count=20_000,
        started_by=Official.objects.get(username=username),
        queued_at=clock.now(),
    )


@pytest.mark.parametrize(
    ("username", "opened", "closed"),
    [
        (CLERK, {"inbox", "tasks"}, {"trail", "officials", "book"}),
        (TREASURER, {"inbox", "tasks", "book"}, {"trail", "officials"}),
        (AUDITOR, {"inbox", "tasks", "book", "trail"}, {"officials"}),
        (ADMINISTRATOR, {"inbox", "tasks", "officials"}, {"trail", "book"}),
    ],
)
def test_each_official_sees_their_pages_and_their_menu(username: str, opened: set[str], closed: set[str]) -> None:
    client = signed_in(username)
    menu = client.get("/").content.decode()
    for page in opened:
        assert client.get(reverse(page)).status_code == 200
        assert f'href="{reverse(page)}"' in menu
    for page in closed:
        assert client.get(reverse(page)).status_code == 404
        assert f'href="{reverse(page)}"' not in menu


def test_a_stranger_is_asked_to_sign_in() -> None:
    answer = Client().get("/tasks/")
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=/tasks/"


def test_signing_in_with_a_wrong_password_says_so_in_chinese() -> None:
    answer = Client().post("/login/", {"username": CLERK, "password": "wrong"})
    assert "用户名或密码不对" in answer.content.decode()


def test_pages_allow_nothing_inline_and_are_not_kept() -> None:
    answer = signed_in(CLERK).get("/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"


def test_pages_travel_compressed_where_the_browser_can() -> None:
    client = signed_in(AUDITOR)
    assert client.get("/", headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/")


def test_polling_stops_when_the_work_has_ended() -> None:
    client = signed_in(CLERK)
    running, done = task_run(CLERK, "running"), task_run(CLERK, "done")
    polled = client.get(reverse("task", args=[running.pk]), headers={"HX-Request": "true"})
    shown = polled.content.decode()
    assert polled.status_code == 200 and "8,420 / 20,000" in shown and "hx-trigger" in shown
    polled = client.get(reverse("task", args=[done.pk]), headers={"HX-Request": "true"})
    assert polled.status_code == 286 and "hx-trigger" not in polled.content.decode()


def test_the_page_that_waited_for_the_work_is_shown_anew() -> None:
    client, done, running = signed_in(CLERK), task_run(CLERK, "done"), task_run(CLERK, "running")
    TaskRun.objects.filter(pk__in=(done.pk, running.pk)).update(url="/rosters/R-1/")

    def asked(run: TaskRun, page: str) -> str:
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
        return client.get(reverse("task", args=[run.pk]), headers=headers).get("HX-Refresh", "")

    assert asked(done, "/rosters/R-1/?page=2") == "true"
    assert asked(done, "/tasks/") == asked(running, "/rosters/R-1/") == ""


def test_work_is_canceled_by_its_owner_and_by_nobody_else() -> None:
    run = task_run(CLERK, "running")
    assert signed_in(TREASURER).post(reverse("task-cancel", args=[run.pk])).status_code == 404
    signed_in(CLERK).post(reverse("task-cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == TaskRun.State.CANCELED


def test_the_trail_masks_numbers(cast: Cast) -> None:
    audit.record("card.seen", subject="card:3", by=cast[CLERK], at=clock.now(), seen="519999196803124731")
    shown = signed_in(AUDITOR).get("/trail/?subject=card:3").content.decode()
    assert "519***********4731" in shown and "519999196803124731" not in shown


def test_the_trail_is_found_by_the_number_that_people_know(cast: Cast, at: Any) -> None:
    desk.ground(cast, at)
    roster = desk.receive(cast, at, desk.sheet(desk.LI_ROW))
    for asked in (roster.no, f"roster:{roster.pk}"):
        shown = signed_in(AUDITOR).get("/trail/", {"subject": asked}).content.decode()
        assert "上传花名册" in shown and roster.no in shown and reverse("rosters:detail", args=[roster.no]) in shown
    assert "没有找到留痕" in signed_in(AUDITOR).get("/trail/", {"subject": "R-0"}).content.decode()


def test_appointments_are_listed_with_whether_they_are_in_force() -> None:
    shown = signed_in(ADMINISTRATOR).get("/officials/").content.decode()
    assert "在任" in shown and CLERK in shown and "部门经办" in shown


def test_the_whole_proof_can_be_recomputed_on_the_page() -> None:
    shown = signed_in(AUDITOR).post("/book/verify/").content.decode()
    assert "项核验全部成立" in shown and "ledger/balances" in shown


def test_a_missing_page_answers_in_chinese() -> None:
    answer = signed_in(CLERK).get("/tasks/999999/")
    assert answer.status_code == 404 and "没有找到" in answer.content.decode()


def test_polling_after_the_session_has_ended_leads_to_the_sign_in_page() -> None:
    answer = Client().get("/tasks/7/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/login/?next=/tasks/7/" and answer.content == b""


def test_an_answer_that_failed_has_a_number_that_stands_in_the_log(
    settings: Any, caplog: pytest.LogCaptureFixture, rf: RequestFactory
) -> None:
    settings.YIKATONG_PHONE = "0800-000001"
    answer = web.failed(rf.get("/batches/"))
    said = answer.content.decode()
    (number,) = re.findall(r"answer ([0-9A-F]{4}) failed: GET /batches/", caplog.text)
    assert answer.status_code == 500 and number in said and "0800-000001" in said and "青禾县一卡通" in said


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "500.html"])
def test_refusal_pages_need_nothing_to_be_drawn(name: str) -> None:
    # Django draws 500 and the CSRF refusal without a request, when perhaps not even the database answers.
    assert "回首页" in get_template(name).render()
