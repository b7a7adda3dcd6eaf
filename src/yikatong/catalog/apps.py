"""Registers catalog with Django."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "yikatong.catalog"
    label = "catalog"
    verbose_name = "补贴政策清单"
