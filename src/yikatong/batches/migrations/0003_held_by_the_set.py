"""References of entitlements and claims are held by the set, and fewer keys cover the same ground (docs/adr/0006).

A person twice in a batch is refused by the claims, which stand beside the entitlements one to one.
"""

from typing import ClassVar

from django.db import migrations

FORWARD = """
ALTER TABLE batches_entitlement
    DROP CONSTRAINT entitlement_of_batch,
    DROP CONSTRAINT entitlement_of_beneficiary,
    DROP CONSTRAINT entitlement_goes_to_the_payees_own_card,
    DROP CONSTRAINT entitlement_is_in_a_batch_once,
    DROP CONSTRAINT line_is_due_in_a_batch_once,
    ADD CONSTRAINT line_is_due_in_a_batch_once UNIQUE (fiscal_year, batch_id, line_id);
ALTER TABLE batches_claim DROP CONSTRAINT claim_of_batch;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("batches", "0002_entitlements")]

    operations: ClassVar = [migrations.RunSQL(FORWARD)]
