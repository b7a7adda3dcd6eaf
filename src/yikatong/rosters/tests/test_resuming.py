"""A file that comes in pieces: it goes on after a break, and is received like any other."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yikatong.core import files
from yikatong.core.models import Official, StoredFile
from yikatong.core.refusals import NotFound, Refused
from yikatong.rosters import actions, queries, resuming
from yikatong.rosters.models import Roster, Upload, UploadPiece

from . import desk
from .desk import CLERK, LI_ROW, WANG_ROW

pytestmark = pytest.mark.django_db
NAME = "柳河镇2026年耕地地力保护补贴.csv"
CONTENT = desk.sheet(LI_ROW, WANG_ROW)


@pytest.fixture
def ground(cast, at):
    desk.ground(cast, at)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(resuming, "PIECE_BYTES", 100)


def sha(content):
    return hashlib.sha256(content).hexdigest()


def pieces(content):
    return [content[start : start + 100] for start in range(0, len(content), 100)]


def begin(cast, at, content=CONTENT, name=NAME, by=CLERK):
    return resuming.begin(name=name, size=len(content), head_digest=sha(pieces(content)[0]), by=cast[by], at=at)


def send(cast, at, upload, numbers, content=CONTENT):
    for number in numbers:
        piece = pieces(content)[number]
        resuming.add(upload=upload, piece_no=number, content=piece, digest=sha(piece), by=cast[CLERK], at=at)


def test_a_file_cut_in_the_middle_goes_on_and_is_received_like_any_other(cast, at, ground):
    count = len(pieces(CONTENT))
    upload = begin(cast, at)
    send(cast, at, upload, range(2))
    assert not resuming.is_whole(upload)
    with pytest.raises(Refused, match="还没有传完"):
        desk.receive(cast, at, upload)
    again = begin(cast, at + timedelta(hours=3))
    assert (again.pk, len(resuming.digests(again))) == (upload.pk, 2)
    send(cast, at, again, range(2, count))
    roster = desk.read(cast, at, desk.receive(cast, at, again))
    file = StoredFile.objects.get(kind="roster")
    assert files.content(file, purpose="test", by=cast[CLERK], at=at) == CONTENT
    assert (queries.figures(roster) or {})["row_count"] == 2
    assert (Upload.objects.count(), UploadPiece.objects.count()) == (0, 0)


def test_wrong_pieces_are_refused_and_leave_nothing(cast, at, ground):
    upload = begin(cast, at)
    first, second = pieces(CONTENT)[:2]
    common = {"upload": upload, "by": cast[CLERK], "at": at}
    wrong = (
        ("piece_order", {"piece_no": 1, "content": second, "digest": sha(second)}),
        ("piece_size", {"piece_no": 0, "content": first[:-1], "digest": sha(first[:-1])}),
        ("piece_size", {"piece_no": 0, "content": b"", "digest": sha(b"")}),
        ("piece_digest", {"piece_no": 0, "content": first, "digest": sha(second)}),
        ("piece_digest", {"piece_no": 0, "content": second, "digest": sha(second)}),
    )
    for code, piece in wrong:
        with pytest.raises(Refused) as refused:
            resuming.add(**piece, **common)
        assert refused.value.code == code
    assert UploadPiece.objects.count() == 0
    resuming.add(piece_no=0, content=first, digest=sha(first), **common)
    with pytest.raises(Refused) as refused:
        resuming.add(piece_no=0, content=second, digest=sha(second), **common)
    assert refused.value.code == "piece_differs"


def test_two_tabs_that_send_the_same_file_help_each_other(cast, at, ground):
    first, second = begin(cast, at), begin(cast, at)
    assert first.pk == second.pk
    send(cast, at, first, [0, 1])
    send(cast, at, second, [0, 1])
    send(cast, at, second, range(2, len(pieces(CONTENT))))
    assert resuming.is_whole(first)
    desk.receive(cast, at, second)
    with pytest.raises(NotFound):
        send(cast, at, first, [0])


def test_another_officials_upload_is_not_there(cast, at, ground):
    upload = begin(cast, at)
    with pytest.raises(NotFound):
        resuming.upload_for(cast["shiqiao.jingban"], upload.pk)
    with pytest.raises(NotFound):
        resuming.add(upload=upload, piece_no=0, content=b"x", digest=sha(b"x"), by=cast["shiqiao.jingban"], at=at)
    with pytest.raises(NotFound):
        begin(cast, at, by="luo.yusuan")
    assert begin(cast, at, by="shiqiao.jingban").pk != upload.pk


def test_pieces_lie_sealed(cast, at, ground):
    upload = begin(cast, at)
    send(cast, at, upload, [0])
    assert pieces(CONTENT)[0][:20] not in bytes(UploadPiece.objects.get().content)


def test_uploads_are_few_small_and_gone_after_a_day(cast, at, ground):
    with pytest.raises(Refused, match="200 MB"):
        resuming.begin(name=NAME, size=(200 << 20) + 1, head_digest=sha(b""), by=cast[CLERK], at=at)
    with pytest.raises(Refused, match="空"):
        resuming.begin(name=NAME, size=0, head_digest=sha(b""), by=cast[CLERK], at=at)
    first, *_ = [begin(cast, at, name=f"{number}.csv") for number in range(resuming.OPEN_MAX)]
    send(cast, at, first, [0])
    with pytest.raises(Refused, match="正在上传"):
        begin(cast, at + timedelta(minutes=9), name="4.csv")
    begin(cast, at + timedelta(minutes=11), name="4.csv")
    assert Upload.objects.count() == resuming.OPEN_MAX
    assert resuming.forget_old(at=at + timedelta(days=1, minutes=12)) == resuming.OPEN_MAX
    assert UploadPiece.objects.count() == 0


@pytest.fixture
def client():
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    return client


def knock(client, content=CONTENT, numbers=None):
    """What the page's script does; returns the upload's number."""
    head = sha(pieces(content)[0])
    state = client.post(reverse("rosters:upload-begin"), {"name": NAME, "size": len(content), "head": head}).json()
    for number in range(len(state["digests"]), len(pieces(content))) if numbers is None else numbers:
        piece = pieces(content)[number]
        answer = client.post(
            reverse("rosters:upload-add", args=[state["id"], number]), piece,
            content_type="application/octet-stream", headers={"X-Piece-Digest": sha(piece)},
        )  # fmt: skip
        assert answer.json() == {"count": number + 1}
    return state["id"]


def test_the_form_takes_what_came_in_pieces(cast, at, ground, client):
    fields = {"cycle": "P01-2026", "area": desk.LIUHE}
    half = knock(client, numbers=[0])
    text = client.post(reverse("rosters:upload"), fields | {"upload": half}).content.decode()
    assert "还没有传完" in text
    whole = knock(client)
    assert whole == half
    answer = client.post(reverse("rosters:upload"), fields | {"upload": whole})
    assert answer.status_code == 302
    roster = desk.read(cast, at, Roster.objects.get())
    # The same file once more: refused, but it need not be sent again.
    again = knock(client)
    text = client.post(reverse("rosters:upload"), fields | {"upload": again}).content.decode()
    assert "已经传过" in text and f"已传好：{NAME}" in text
    answer = client.post(reverse("rosters:upload"), fields | {"upload": again, "again": "on"})
    assert answer.status_code == 302
    changed = desk.sheet(LI_ROW)
    answer = client.post(
        reverse("rosters:replace", args=[roster.no]),
        {"version": desk.fresh(cast, roster).version, "upload": knock(client, changed)},
    )
    assert answer.status_code == 302
    assert StoredFile.objects.filter(kind="roster").count() == 3


def test_without_script_the_file_comes_with_its_form(ground, client):
    fields = {"cycle": "P01-2026", "area": desk.LIUHE}
    assert "请选择文件" in client.post(reverse("rosters:upload"), fields).content.decode()
    assert "请选择文件" in client.post(reverse("rosters:upload"), fields | {"upload": "0"}).content.decode()
    assert "可以不填" not in client.get(reverse("rosters:upload")).content.decode()
    file = SimpleUploadedFile(NAME, CONTENT)
    assert client.post(reverse("rosters:upload"), fields | {"file": file}).status_code == 302
    assert Roster.objects.count() == 1


def test_a_refusal_is_told_to_the_script_and_a_file_that_changed_is_given_up(cast, at, ground, client):
    upload = knock(client, numbers=[0])
    answer = client.post(
        reverse("rosters:upload-add", args=[upload, 5]), b"x", content_type="application/octet-stream",
        headers={"X-Piece-Digest": sha(b"x")},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (409, "piece_order")
    assert client.post(reverse("rosters:upload-forget", args=[upload])).json() == {}
    assert Upload.objects.count() == 0
    assert client.post(reverse("rosters:upload-forget", args=[upload])).status_code == 404


def test_a_received_file_is_the_same_whichever_way_it_came(cast, at, ground):
    desk.read(cast, at, desk.receive(cast, at, CONTENT))
    upload = begin(cast, at)
    send(cast, at, upload, range(len(pieces(CONTENT))))
    with pytest.raises(actions.AlreadyUploaded):
        desk.receive(cast, at, upload)
    assert Upload.objects.count() == 1
