"""Addresses of banking's pages."""

from django.urls import path

from . import web

app_name = "banking"
urlpatterns = [
    path("instructions/", web.instructions, name="instructions"),
    path("instructions/seal/<int:request_id>/", web.seal, name="seal"),
    path("instructions/<str:message_id>/", web.instruction, name="instruction"),
    path("reports/", web.reports, name="reports"),
    path("exchange/", web.exchange, name="exchange"),
    path("reconciliation/", web.reconciliation, name="reconciliation"),
    path("statements/<int:statement_id>/", web.statement, name="statement"),
    path("breaks/<int:break_id>/", web.difference, name="break"),
    path("providers/", web.providers, name="providers"),
]
