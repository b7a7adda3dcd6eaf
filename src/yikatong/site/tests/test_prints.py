"""打印: a list as A4 sheets, for whoever sees its page, recorded."""

import re

import pytest
from django.test import Client

from yikatong.core.models import AuditEvent, Official
from yikatong.registry.models import Person
from yikatong.site import printing

pytestmark = pytest.mark.django_db
OFFICE, BANK = "liuhe.jingban", "yinhang"
VILLAGE = "519999100201"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Official.objects.get(username=username))
    return client


@pytest.fixture
def people() -> None:
    """Seventy people of one village who have no card."""
    Person.objects.bulk_create(
        Person(no=f"P{place:06}", name=f"李{place}", name_key=f"李{place}", village_code=VILLAGE, group_no="一组")
        for place in range(70)
    )


def test_a_printed_list_has_all_rows_its_heads_on_each_sheet_and_a_digest(people: None) -> None:
    client = signed_in(OFFICE)
    (link,) = re.findall(r'href="(/print/\?of=[^"]+)"', client.get("/registry/unpayable/").content.decode())
    page = client.get(link).content.decode()
    sheets = page.split('<section class="he-sheet')[1:]
    assert len(sheets) > 1 and all("<thead>" in sheet and "怎么办" in sheet for sheet in sheets)
    assert [f"第 {number} 页，共 {len(sheets)} 页" in sheet for number, sheet in enumerate(sheets, start=1)] == [
        True
    ] * len(sheets)
    assert re.findall(r"<tr><td>(\d+)</td>", page) == [str(number) for number in range(1, 71)]
    assert "共 70 行" in sheets[-1] and 'class="he-qr"' in sheets[-1] and "复核" in sheets[-1]
    (digest,) = set(re.findall(r"\b[0-9a-f]{64}\b", page))
    assert AuditEvent.objects.get(name="list.printed").detail["count"] == 70
    again = signed_in(OFFICE).get(link).content.decode()
    assert digest in again, "the same words have the same digest"


def test_a_list_is_printed_as_it_was_narrowed(people: None) -> None:
    page = signed_in(OFFICE).get("/print/?of=/registry/unpayable/%3Fwhy%3Dlost").content.decode()
    assert "共 0 行" in page and "原因：" in page


def test_a_list_that_is_too_long_is_not_printed(people: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "ROWS_MAX", 69)
    answer = signed_in(OFFICE).get("/print/?of=/registry/unpayable/", follow=True)
    assert answer.redirect_chain == [("/registry/unpayable/", 302)] and "导出 Excel" in answer.content.decode()
    assert "最多能打印 69 行" in answer.content.decode()


def test_nobody_prints_what_they_may_not_see() -> None:
    bank = signed_in(BANK)
    for page in ("/registry/unpayable/", "/nowhere/", "https://elsewhere.example/", "//elsewhere.example/", ""):
        assert bank.get("/print/", {"of": page}).status_code == 404, page
    assert bank.get("/print/", {"of": "/tasks/"}).status_code == 302
    assert not AuditEvent.objects.filter(name="list.printed").exists()
