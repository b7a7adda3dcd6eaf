"""A further kind of entitlement: what is paid after all, from a later year's money (K3)."""

from typing import ClassVar

from django.db import migrations

FORWARD = """
ALTER TABLE batches_entitlement
    DROP CONSTRAINT entitlement_kind_is_known,
    ADD CONSTRAINT entitlement_kind_is_known CHECK (kind IN ('regular', 'arrears', 'late'));
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("batches", "0003_held_by_the_set")]

    operations: ClassVar = [migrations.RunSQL(FORWARD)]
