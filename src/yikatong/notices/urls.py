"""Addresses of the notice pages."""

from django.urls import path

from . import web

app_name = "notices"
urlpatterns = [
    path("", web.listing, name="list"),
    path("new/<str:no>/", web.prepare, name="prepare"),
    path("objections/<int:objection_id>/", web.objection, name="objection"),
    path("<int:notice_id>/", web.detail, name="detail"),
    path("<int:notice_id>/decide/", web.decide, name="decide"),
    path("<int:notice_id>/print/", web.print_township, name="print"),
    path("<int:notice_id>/proofs/", web.prove, name="prove"),
    path("<int:notice_id>/proofs/<int:proof_id>/", web.proof, name="proof"),
    path("<int:notice_id>/villages/<str:village_code>/", web.village, name="village"),
    path("<int:notice_id>/villages/<str:village_code>/print/", web.print_village, name="print-village"),
    path("<int:notice_id>/rows/<str:row_key>/objection/", web.object_to, name="object"),
]
