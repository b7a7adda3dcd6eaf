"""Addresses of this room."""

from django.urls import path

from . import web, web_stuck

app_name = "payments"
urlpatterns = [
    path("", web.listing, name="list"),
    path("file/<str:batch_no>/", web.file, name="file"),
    path("stuck/", web_stuck.listing, name="stuck"),
    path("stuck/<str:batch_no>/", web_stuck.batch, name="stuck-batch"),
    path("stuck/<str:batch_no>/reissue/", web_stuck.reissue, name="reissue"),
    path("stuck/<str:batch_no>/refund/", web_stuck.prepare_refund, name="prepare-refund"),
    path("refunds/", web_stuck.refunds, name="refunds"),
    path("refunds/<str:no>/", web_stuck.refund, name="refund"),
    path("refunds/<str:no>/decide/", web_stuck.decide_refund, name="decide-refund"),
    path("exceptions/", web.exceptions, name="exceptions"),
    path("exceptions/<int:exception_id>/", web.exception, name="exception"),
    path("exceptions/<int:exception_id>/decide/", web.decide_exception, name="decide-exception"),
    path("requests/<str:no>/", web.detail, name="detail"),
    path("requests/<str:no>/decide/", web.decide, name="decide"),
]
