"""Addresses of this room."""

from django.urls import path

from . import web

app_name = "disclosure"
urlpatterns = [
    path("", web.listing, name="list"),
    path("both-ways/", web.both_ways, name="both-ways"),
    path("<str:no>/verify/", web.verify, name="verify"),
    path("<str:no>/", web.detail, name="detail"),
    path("<str:no>/villages/<str:village_code>/", web.village, name="village"),
    path("<str:no>/sms/", web.sms, name="sms"),
]
