"""Pages where people decide what no machine may: clearances, uploaded statements."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from yikatong.core import slots, workflow
from yikatong.core.doors import StaffRequest, digest, door, refusals_shown_to, version
from yikatong.core.listing import listed
from yikatong.core.permissions import P

from . import actions, hand_queries, lists, queries
from .forms import ClearanceForm, UploadForm
from .states import CLEARANCE, UPLOAD

CLEARS = {"approve": actions.clearing.approve, "decline": actions.clearing.decline}
UPLOADS = {"confirm": actions.uploading.confirm, "decline": actions.uploading.decline}


@door(P.BANK_EXCHANGE)
def clear(request: StaffRequest, message_id: str) -> HttpResponse:
    """人工查清: the bank's operator prepares."""
    instruction = queries.instruction_for(request.actor, message_id)
    is_void = queries.stands(instruction) == "void"
    form = ClearanceForm(request.POST or None, request.FILES or None, is_void=is_void)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with refusals_shown_to(request):
            made = actions.clearing.prepare(
                instruction=instruction, verdict=told["verdict"], proof_name=told["proof"].name,
                proof=told["proof"].file, note=told["note"], by=request.actor, at=request.at,
            )  # fmt: skip
            return redirect("banking:clearance", made.pk)
    return render(request, "banking/clear.html", {"instruction": instruction, "form": form, "is_void": is_void})


@door(P.BANK_EXCHANGE, P.CLEARANCE_APPROVE)
def clearance(request: StaffRequest, clearance_id: int) -> HttpResponse:
    """One clearance: what was found out, and finance's word."""
    found = hand_queries.clearance_for(request.actor, clearance_id)
    if request.method == "POST" and (take := CLEARS.get(request.POST.get("verb", ""))):
        with refusals_shown_to(request):
            take(
                clearance=found, by=request.actor, at=request.at, seen_version=version(request),
                seen_digest=digest(request), reason=request.POST.get("reason", "").strip(),
            )  # fmt: skip
        return redirect("banking:clearance", clearance_id)
    context = {"clearance": found, "flow": CLEARANCE, "decisions": workflow.trail(CLEARANCE, found.pk)}
    context["stages"] = slots.stages(batch_id=found.instruction.request.batch_id)
    return render(request, "banking/clearance.html", context)


@door(P.BANK_EXCHANGE, P.CLEARANCE_APPROVE)
def proof(request: StaffRequest, clearance_id: int) -> HttpResponse:
    """The signed statement, downloaded and never shown in the page."""
    found = hand_queries.clearance_for(request.actor, clearance_id)
    content = actions.clearing.opened_proof(clearance=found, by=request.actor, at=request.at)
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="proof-{found.pk}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@door(P.BANK_EXCHANGE, P.STATEMENT_CONFIRM)
@listed(lists.UPLOADS)
def uploads(request: StaffRequest) -> HttpResponse:
    """手工上传的对账单."""
    providers = hand_queries.providers_for(request.actor)
    form = UploadForm(request.POST or None, request.FILES or None, providers=providers)
    may_upload = request.actor.may(P.BANK_EXCHANGE)
    if request.method == "POST" and may_upload and form.is_valid():
        told = form.cleaned_data
        with refusals_shown_to(request):
            made = actions.uploading.upload(
                provider=told["provider"], name=told["file"].name, content=told["file"].file, note=told["note"],
                by=request.actor, at=request.at,
            )  # fmt: skip
            return redirect("banking:upload", made.pk)
    context = {
        "form": form,
        "may_upload": may_upload,
        "uploads": hand_queries.uploads_for(request.actor),
        "flow": UPLOAD,
    }
    return render(request, "banking/uploads.html", context)


@door(P.BANK_EXCHANGE, P.STATEMENT_CONFIRM)
def upload(request: StaffRequest, upload_id: int) -> HttpResponse:
    """One uploaded statement: its difference to what is known, and the second person's word."""
    found = hand_queries.upload_for(request.actor, upload_id)
    if request.method == "POST" and (take := UPLOADS.get(request.POST.get("verb", ""))):
        with refusals_shown_to(request):
            take(
                upload=found, by=request.actor, at=request.at, seen_version=version(request),
                seen_digest=digest(request), reason=request.POST.get("reason", "").strip(),
            )  # fmt: skip
        return redirect("banking:upload", upload_id)
    context = {"upload": found, "flow": UPLOAD, "decisions": workflow.trail(UPLOAD, found.pk)}
    return render(request, "banking/upload.html", context)
