"""Registers banking with Django."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    name = "yikatong.banking"
    label = "banking"
    verbose_name = "银行"
