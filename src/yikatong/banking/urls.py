"""Addresses of banking's pages."""

from django.urls import path

from . import web, web_books, web_hands, web_service

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
    path("books/", web_books.overview, name="books"),
    path("books/<int:agreement_id>/<str:day>/", web_books.day, name="book-day"),
    path("statements/<int:statement_id>/", web.statement, name="statement"),
    path("breaks/<int:break_id>/", web.difference, name="break"),
    path("providers/", web_service.providers, name="providers"),
    path("agreements/<int:agreement_id>/", web_service.agreement, name="agreement"),
    path("service/", web_service.levels, name="service"),
    path("people-cards-money/", web_service.people_cards_money, name="people-cards-money"),
    path("people-cards-money/count/", web_service.count_years, name="count-years"),
    path("complaints/", web_service.complaints, name="complaints"),
    path("complaints/record/", web_service.record, name="record-complaint"),
    path("complaints/<int:complaint_id>/", web_service.complaint, name="complaint"),
]
