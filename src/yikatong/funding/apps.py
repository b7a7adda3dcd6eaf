"""Registers funding with Django."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "yikatong.funding"
    label = "funding"
    verbose_name = "用款计划"
