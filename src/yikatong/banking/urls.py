"""Addresses of banking's pages."""

from django.urls import path

from . import web, web_hands

app_name = "banking"
urlpatterns = [
    path("instructions/", web.instructions, name="instructions"),
    path("instructions/seal/<int:request_id>/", web.seal, name="seal"),
    path("instructions/<str:message_id>/", web.instruction, name="instruction"),
    path("instructions/<str:message_id>/clear/", web_hands.clear, name="clear"),
    path("clearances/<int:clearance_id>/", web_hands.clearance, name="clearance"),
    path("clearances/<int:clearance_id>/proof/", web_hands.proof, name="proof"),
    path("uploads/", web_hands.uploads, name="uploads"),
    path("uploads/<int:upload_id>/", web_hands.upload, name="upload"),
    path("reports/", web.reports, name="reports"),
    path("exchange/", web.exchange, name="exchange"),
    path("reconciliation/", web.reconciliation, name="reconciliation"),
    path("statements/<int:statement_id>/", web.statement, name="statement"),
    path("breaks/<int:break_id>/", web.difference, name="break"),
    path("providers/", web.providers, name="providers"),
]
