"""Addresses of this room."""

from django.urls import path

from . import web

app_name = "batches"
urlpatterns = [
    path("", web.listing, name="list"),
    path("rosters/", web.sealed, name="sealed"),
    path("rosters/<int:roster_id>/", web.roster, name="roster"),
    path("rosters/<int:roster_id>/accept/", web.accept, name="accept"),
    path("rosters/<int:roster_id>/send-back/", web.send_back, name="send-back"),
    path("assemble/<str:cycle_no>/", web.assemble, name="assemble"),
    path("<str:no>/", web.detail, name="detail"),
    path("<str:no>/sample/", web.sample, name="sample"),
    path("<str:no>/decide/", web.decide, name="decide"),
    path("<str:no>/send-out/<int:roster_id>/", web.send_out, name="send-out"),
    path("<str:no>/one-back/<int:roster_id>/", web.send_one_back, name="send-one-back"),
    path("<str:no>/rest/", web.assemble_rest, name="assemble-rest"),
]
