"""Registers demo with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "yikatong.demo"
    label = "demo"
    verbose_name = "演示县"
