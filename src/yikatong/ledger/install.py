"""Writes the kinds of transfer where the database finds them."""

from . import rules
from .models import TransferRule


def write_rules() -> None:
    """Write the registered kinds; runs as the owner at migration."""
    TransferRule.objects.all().delete()
    TransferRule.objects.bulk_create(
        TransferRule(
            kind=kind.name,
            source_kind=kind.source_kind,
            destination_kind=kind.destination_kind,
            ground=kind.ground,
        )
        for kind in rules.KINDS.values()
    )
