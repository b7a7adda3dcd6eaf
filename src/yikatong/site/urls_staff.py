"""Addresses of the site's own pages."""

from django.urls import path

from . import web, web_stop

urlpatterns = [
    path("", web.inbox, name="inbox"),
    path("login/", web.SignIn.as_view(), name="login"),
    path("logout/", web.SignOut.as_view(), name="logout"),
    path("tasks/", web.my_tasks, name="tasks"),
    path("tasks/<int:task_id>/", web.task, name="task"),
    path("tasks/<int:task_id>/cancel/", web.cancel_task, name="task-cancel"),
    path("trail/", web.trail, name="trail"),
    path("officials/", web.officials, name="officials"),
    path("book/", web.book, name="book"),
    path("stop/", web_stop.stop, name="stop"),
    path("stop/<int:stop_id>/lift/", web_stop.lift, name="stop-lift"),
    path("book/verify/", web.verify, name="verify"),
]
