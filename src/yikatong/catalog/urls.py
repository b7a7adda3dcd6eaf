"""Addresses of the catalog."""

from django.urls import path

from . import web

app_name = "catalog"

urlpatterns = [
    path("public/", web.public, name="public"),
    path("programs/", web.programs, name="programs"),
    path("programs/<str:code>/", web.program, name="program"),
    path("lists/", web.lists, name="lists"),
    path("lists/<str:number>/", web.one_list, name="list"),
    path("lists/<str:number>/decide/", web.decide_list, name="decide-list"),
    path("cycles/", web.cycles, name="cycles"),
    path("cycles/open/", web.open_cycle, name="open-cycle"),
    path("cycles/<str:number>/", web.cycle, name="cycle"),
    path("cycles/<str:number>/decide/", web.decide_cycle, name="decide-cycle"),
]
