"""Addresses of the site's own pages."""

from django.urls import path

from . import web, web_desk, web_exports, web_stop

urlpatterns = [
    path("", web_desk.inbox, name="inbox"),
    path("views/", web_desk.save_view, name="save-view"),
    path("views/<int:view_id>/drop/", web_desk.drop_view, name="drop-view"),
    path("done/", web_desk.done, name="done"),
    path("begun/", web_desk.begun, name="begun"),
    path("watched/", web_desk.watched, name="watched"),
    path("watch/", web_desk.watch, name="watch"),
    path("messages/", web_desk.mail, name="messages"),
    path("sections/<slug:slug>/", web_desk.section, name="section"),
    path("search/", web_desk.search, name="search"),
    path("keys/", web_desk.keys, name="keys"),
    path("login/", web.SignIn.as_view(), name="login"),
    path("logout/", web.SignOut.as_view(), name="logout"),
    path("tasks/", web.my_tasks, name="tasks"),
    path("tasks/<int:task_id>/", web.task, name="task"),
    path("tasks/<int:task_id>/cancel/", web.cancel_task, name="task-cancel"),
    path("exports/", web_exports.exports, name="exports"),
    path("exports/<int:run_id>/", web_exports.export, name="export"),
    path("print/", web_exports.printed, name="print"),
    path("trail/", web.trail, name="trail"),
    path("officials/", web.officials, name="officials"),
    path("book/", web.book, name="book"),
    path("stop/", web_stop.stop, name="stop"),
    path("stop/<int:stop_id>/lift/", web_stop.lift, name="stop-lift"),
    path("book/verify/", web.verify, name="verify"),
]
