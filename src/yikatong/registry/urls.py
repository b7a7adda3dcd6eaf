"""Addresses of the registry."""

from django.urls import path

from . import web

app_name = "registry"

urlpatterns = [
    path("people/", web.people, name="people"),
    path("people/<int:person_id>/", web.person, name="person"),
    path("people/<int:person_id>/propose/", web.propose, name="propose"),
    path("changes/", web.changes, name="changes"),
    path("changes/<int:change_id>/", web.change, name="change"),
    path("changes/<int:change_id>/decide/", web.decide_change, name="decide-change"),
    path("unpayable/", web.unpayable, name="unpayable"),
    path("cards/", web.loads, name="loads"),
]
