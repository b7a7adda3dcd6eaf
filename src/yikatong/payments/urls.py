"""Addresses of this room."""

from django.urls import path

from . import web, web_back, web_recovery, web_stuck

app_name = "payments"
urlpatterns = [
    path("", web.listing, name="list"),
    path("file/<str:batch_no>/", web.file, name="file"),
    path("stuck/", web_stuck.listing, name="stuck"),
    path("stuck/<str:batch_no>/", web_stuck.batch, name="stuck-batch"),
    path("stuck/<str:batch_no>/reissue/", web_stuck.reissue, name="reissue"),
    path("stuck/<str:batch_no>/accept/", web_stuck.accept, name="accept"),
    path("stuck/<str:batch_no>/refund/", web_stuck.prepare_refund, name="prepare-refund"),
    path("refunds/", web_stuck.refunds, name="refunds"),
    path("refunds/<str:no>/", web_stuck.refund, name="refund"),
    path("refunds/<str:no>/decide/", web_stuck.decide_refund, name="decide-refund"),
    path("recoveries/", web_recovery.listing, name="recoveries"),
    path("recoveries/new/<str:batch_no>/", web_recovery.prepare, name="prepare-recovery"),
    path("recoveries/give-back/<str:batch_no>/", web_recovery.give_back, name="give-back"),
    path("recoveries/<str:no>/", web_recovery.detail, name="recovery"),
    path("recoveries/<str:no>/decide/", web_recovery.decide, name="decide-recovery"),
    path("recoveries/<str:no>/receipts/", web_recovery.record_receipt, name="record-receipt"),
    path("receipts/<int:receipt_id>/decide/", web_recovery.decide_receipt, name="decide-receipt"),
    path("ageing/", web_back.ageing, name="ageing"),
    path("year-end/", web_back.year_end, name="year-end"),
    path("owed/", web_back.owed, name="owed"),
    path("owed/<int:fiscal_year>/<int:cycle_id>/", web_back.assemble_late, name="assemble-late"),
    path("month-ends/", web_back.month_ends, name="month-ends"),
    path("month-ends/new/", web_back.prepare_month_end, name="prepare-month-end"),
    path("month-ends/<int:month_end_id>/", web_back.month_end, name="month-end"),
    path("month-ends/<int:month_end_id>/decide/", web_back.decide_month_end, name="decide-month-end"),
    path("exceptions/", web.exceptions, name="exceptions"),
    path("exceptions/<int:exception_id>/", web.exception, name="exception"),
    path("exceptions/<int:exception_id>/decide/", web.decide_exception, name="decide-exception"),
    path("requests/<str:no>/", web.detail, name="detail"),
    path("requests/<str:no>/sample/", web.sample, name="sample"),
    path("requests/<str:no>/decide/", web.decide, name="decide"),
]
