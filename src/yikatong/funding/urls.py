"""Addresses of this room."""

from django.urls import path

from . import web, web_allotments

app_name = "funding"
urlpatterns = [
    path("plans/", web.plans, name="plans"),
    path("plans/apply/<str:batch_no>/", web.apply, name="apply"),
    path("plans/<int:plan_id>/", web.plan, name="plan"),
    path("plans/<int:plan_id>/decide/", web.decide, name="decide"),
    path("plans/<int:plan_id>/sample/", web.sample, name="sample"),
    path("plans/<int:plan_id>/draw-down/", web.draw_down, name="draw-down"),
    path("allotments/", web_allotments.allotments, name="allotments"),
    path("allotments/record/", web_allotments.record, name="record-allotment"),
    path("allotments/<int:allotment_id>/", web_allotments.allotment, name="allotment"),
    path("allotments/<int:allotment_id>/decide/", web_allotments.decide, name="decide-allotment"),
]
