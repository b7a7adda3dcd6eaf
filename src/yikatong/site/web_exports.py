"""Doors of lists that leave the screen: 导出 Excel on every list, fetching a long one when it is made, and 打印."""

import tempfile

from django.contrib import messages
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yikatong.core.doors import StaffRequest, door
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound, Refused
from yikatong.kit.workbooks import CONTENT_TYPE

from . import exporting, printing


@require_POST
@door(P.SIGNED_IN)
def exports(request: StaffRequest) -> HttpResponseBase:
    """导出 Excel: the lists of the posted page, as a file at once or, when they are long, in the background."""
    page = _own(request.POST.get("page", ""))
    try:
        found = exporting.wanted(page, by=request.actor, at=request.at)
    except NotFound:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("inbox")
    if found.count > exporting.ROWS_AT_ONCE:
        return redirect("task", exporting.start(page, wanted=found, by=request.actor, at=request.at).pk)
    # The answer closes the file when it is sent, and the file is then gone.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    exporting.write(found, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=found.filename, content_type=CONTENT_TYPE)


@door(P.SIGNED_IN)
def export(request: StaffRequest, run_id: int) -> HttpResponseBase:
    """下载: a long list that was made in the background, by whoever asked for it alone."""
    try:
        found, content = exporting.fetch(run_id, by=request.actor, at=request.at)
    except NotFound:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("tasks")
    answer = StreamingHttpResponse(content, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer["Content-Length"] = str(found.size)
    return answer


@door(P.SIGNED_IN)
def printed(request: StaffRequest) -> HttpResponseBase:
    """打印: the lists of the page that the address names, as A4 sheets."""
    page = _own(request.GET.get("of", ""))
    try:
        found, papers = printing.printed(page, by=request.actor, at=request.at)
    except NotFound:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(page if refused.code == "too_long" else "inbox")
    context = {
        "listing": found.listing, "papers": papers, "page": page, "filters": found.listing.filters(found.asked),
        "at": request.at, "agency": request.actor.posts[0].agency_name if request.actor.posts else "",
    }  # fmt: skip
    return render(request, "site/printed.html", context)


def _own(page: str) -> str:
    """An address within this site. Raises NotFound for any other."""
    if not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        raise NotFound
    return page
