"""Registers rosters with Django."""

from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "yikatong.rosters"
    label = "rosters"
    verbose_name = "花名册"

    def ready(self) -> None:
        from . import states  # noqa: F401
