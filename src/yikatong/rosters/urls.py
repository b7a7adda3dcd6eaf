"""Addresses of the roster pages."""

from django.urls import path

from . import web, web_desk

app_name = "rosters"
urlpatterns = [
    path("", web.listing, name="list"),
    path("upload/", web.upload, name="upload"),
    path("copy/", web_desk.copy, name="copy"),
    path("template/<str:cycle_no>.xlsx", web_desk.template, name="template"),
    path("<str:no>/", web.detail, name="detail"),
    path("<str:no>/file/", web.replace, name="replace"),
    path("<str:no>/annotated.xlsx", web.annotated_copy, name="annotated-copy"),
    path("<str:no>/mapping/", web.mapping, name="mapping"),
    path("<str:no>/rows/<str:row_key>/", web.correct, name="correct"),
    path("<str:no>/rows/<str:row_key>/drop/", web.drop, name="drop"),
    path("<str:no>/mend/", web_desk.mend, name="mend"),
    path("<str:no>/undo/", web_desk.undo, name="undo"),
    path("<str:no>/difference/", web_desk.difference, name="difference"),
    path("<str:no>/confirm/", web.confirm, name="confirm"),
    path("<str:no>/decide/", web.decide, name="decide"),
    path("<str:no>/lines/", web.lines, name="lines"),
    path("<str:no>/chase/", web.chase, name="chase"),
]
