"""Addresses of the demo."""

from django.urls import path

from . import web

app_name = "demo"
urlpatterns = [path("step/", web.step, name="step")]
