"""Every page of the site: each room brings its own."""

from importlib.util import find_spec

from django.urls import include, path

ROOMS = ("catalog", "registry", "rosters", "notices", "batches", "funding", "payments", "banking", "disclosure", "demo")

handler404 = "yikatong.site.web.not_found"
handler500 = "yikatong.site.web.failed"

urlpatterns = [path("", include("yikatong.site.urls_staff"))]
urlpatterns += [
    path(f"{room}/", include(f"yikatong.{room}.urls")) for room in ROOMS if find_spec(f"yikatong.{room}.urls")
]
