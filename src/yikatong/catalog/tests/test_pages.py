"""The catalog in the browser's eyes: each official's pages open, and signing goes through them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yikatong.catalog.models import CatalogList, Cycle, Program
from yikatong.core.models import Official

from .county import COUNTY, FARM, HEADER, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    """Sign in as somebody of the cast."""

    def sign_in(username):
        client.force_login(Official.objects.get(username=username))
        return client

    return sign_in


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_everybody_reads_the_public_list_without_signing_in(client, cast, at):
    published(
        cast, at, FARM + ",否", FARM.replace("P01", "P30").replace("耕地", "密地") + ",是", header=HEADER + ",涉密"
    )
    page = text(client.get(reverse("catalog:public")))
    assert "耕地地力保护补贴资金" in page
    assert "95.30" in page
    assert "密地" not in page


def test_a_list_goes_from_file_to_publication_through_the_pages(signed_in):
    file = SimpleUploadedFile("catalog.csv", (COUNTY / "catalog.csv").read_bytes())
    begun = signed_in("luo.yusuan").post(reverse("catalog:lists"), {"file": file})
    found = CatalogList.objects.get()
    assert begun["location"] == reverse("catalog:list", args=[found.no])
    for username, verb in (("he.yusuan", "verify"), ("shen.zhengfu", "approve")):
        client = signed_in(username)
        assert found.title in text(client.get("/"))
        assert "耕地地力保护补贴资金" in text(client.get(reverse("catalog:list", args=[found.no])))
        told = {"verb": verb, "version": found.version, "digest": found.digest}
        client.post(reverse("catalog:decide-list", args=[found.no]), told)
        found.refresh_from_db()
    assert (found.state, Program.objects.count()) == ("published", 35)


def test_a_bad_file_is_told_cell_by_cell(signed_in):
    file = SimpleUploadedFile("catalog.csv", f"{HEADER}\n{FARM.replace('95.30', '多')}".encode())
    page = text(signed_in("luo.yusuan").post(reverse("catalog:lists"), {"file": file}))
    assert "第 2 行“补贴标准（元）”列" in page
    assert "请选择清单文件" in text(signed_in("luo.yusuan").post(reverse("catalog:lists"), {}))
    huge = SimpleUploadedFile("catalog.csv", b"x" * (2 * 1024 * 1024 + 1))
    assert "超过 2 MB" in text(signed_in("luo.yusuan").post(reverse("catalog:lists"), {"file": huge}))


def test_a_cycle_is_opened_and_closed_through_the_pages(signed_in, cast, at):
    published(cast, at, FARM)
    client = signed_in("nongye.jingban")
    assert "P01 耕地地力" in text(client.get(reverse("catalog:open-cycle")))
    told = {"program": "P01", "label": str(at.year), "roster_due_on": at.date(), "pay_due_on": at.date()}
    assert "太早" in text(client.post(reverse("catalog:open-cycle"), told))
    client.post(reverse("catalog:open-cycle"), told | {"pay_due_on": at.date() + timedelta(30)})
    cycle = Cycle.objects.get()
    assert cycle.no in text(client.get(reverse("catalog:cycles")))
    assert "发放期限" in text(client.get(reverse("catalog:cycle", args=[cycle.no])))
    client.post(reverse("catalog:decide-cycle", args=[cycle.no]), {"version": 1, "reason": "办完了"})
    cycle.refresh_from_db()
    assert cycle.state == "closed"


def test_pages_are_for_those_whom_they_concern(signed_in, cast, at):
    published(cast, at, FARM)
    client = signed_in("liuhe.jingban")
    assert "耕地地力" in text(client.get(reverse("catalog:programs")))
    assert "元/亩" in text(client.get(reverse("catalog:program", args=["P01"])))
    for address in (reverse("catalog:lists"), reverse("catalog:open-cycle"), reverse("catalog:program", args=["P99"])):
        assert client.get(address).status_code == 404
