"""Addresses of banking's pages."""

from django.urls import path

from . import web, web_books

app_name = "banking"
urlpatterns = [
    path("instructions/", web.instructions, name="instructions"),
    path("instructions/seal/<int:request_id>/", web.seal, name="seal"),
    path("instructions/<str:message_id>/", web.instruction, name="instruction"),
    path("reports/", web.reports, name="reports"),
    path("exchange/", web.exchange, name="exchange"),
    path("reconciliation/", web.reconciliation, name="reconciliation"),
    path("books/", web_books.overview, name="books"),
    path("books/export.xlsx", web_books.workbook, name="books-workbook"),
    path("books/<int:agreement_id>/<str:day>/", web_books.day, name="book-day"),
    path("breaks/<int:break_id>/lines.xlsx", web_books.break_workbook, name="break-workbook"),
    path("statements/<int:statement_id>/", web.statement, name="statement"),
    path("breaks/<int:break_id>/", web.difference, name="break"),
    path("providers/", web.providers, name="providers"),
]
