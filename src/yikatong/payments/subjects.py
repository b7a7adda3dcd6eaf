"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import deciding, queries, queries_back, words
from .states import EXCEPTION, MONTH_END, RECEIPT, RECOVERY, REFUND, REQUEST

REQUESTS = subjects.SubjectKind(
    REQUEST,
    words.KIND_REQUEST,
    queries.requests_for,
    title=lambda one: words.REQUEST_TITLE.format(program=one.batch.program.name, no=one.no),
    url=lambda one: reverse("payments:detail", args=[one.no]),
)
subjects.register(REQUESTS)
REFUNDS = subjects.SubjectKind(
    REFUND,
    words.KIND_REFUND,
    queries.refunds_for,
    title=lambda one: words.REFUND_TITLE.format(program=one.batch.program.name, no=one.no),
    url=lambda one: reverse("payments:refund", args=[one.no]),
)
subjects.register(REFUNDS)
subjects.register(
    subjects.SubjectKind(
        EXCEPTION,
        words.KIND_EXCEPTION,
        queries.exceptions_for,
        title=lambda one: words.EXCEPTION_TITLE.format(no=one.request.no, kind=one.get_kind_display()),
        url=lambda one: reverse("payments:exception", args=[one.pk]),
        number_field="",
    )
)
RECOVERIES = subjects.SubjectKind(
    RECOVERY,
    words.KIND_RECOVERY,
    queries_back.recoveries_for,
    title=lambda one: words.RECOVERY_TITLE.format(program=one.batch.program.name, no=one.no),
    url=lambda one: reverse("payments:recovery", args=[one.no]),
)
subjects.register(RECOVERIES)
RECEIPTS = subjects.SubjectKind(
    RECEIPT,
    words.KIND_RECEIPT,
    queries_back.receipts_for,
    title=lambda one: words.RECEIPT_TITLE.format(
        program=one.recovery.batch.program.name, no=one.recovery.no, voucher=one.voucher_no
    ),
    url=lambda one: reverse("payments:recovery", args=[one.recovery.no]),
    number_field="voucher_no",
)
subjects.register(RECEIPTS)
subjects.register(
    subjects.SubjectKind(
        MONTH_END,
        words.KIND_MONTH_END,
        queries_back.month_ends_for,
        title=lambda one: words.MONTH_END_TITLE.format(year=one.year, month=one.month),
        url=lambda one: reverse("payments:month-end", args=[one.pk]),
        number_field="case_no",
    )
)

deciding.register(REQUESTS, REFUNDS, RECOVERIES, RECEIPTS)
