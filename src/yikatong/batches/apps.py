"""Registers batches with Django."""

from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "yikatong.batches"
    label = "batches"
    verbose_name = "发放批次"
