"""References of payments and outcomes are held by the set, in the triggers of sql/install (docs/adr/0006)."""

from typing import ClassVar

from django.db import migrations

FORWARD = """
ALTER TABLE payments_payment
    DROP CONSTRAINT payments_payment_request_id_fkey,
    DROP CONSTRAINT payment_is_for_an_entitlement,
    DROP CONSTRAINT card_is_the_payees_own,
    DROP CONSTRAINT retry_is_of_an_outcome,
    DROP CONSTRAINT an_outcome_is_retried_once;
ALTER TABLE payments_paymentoutcome
    DROP CONSTRAINT payments_paymentoutcome_applied_report_id_fkey,
    DROP CONSTRAINT outcome_is_of_its_payment;
ALTER TABLE payments_payment DROP CONSTRAINT payment_of_its_request;
-- Few payments are retries: an index of the others' NULLs would cost as much as any other key.
CREATE UNIQUE INDEX an_outcome_is_retried_once ON payments_payment (fiscal_year, retries_outcome_id)
WHERE retries_outcome_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("payments", "0002_big_tables")]

    operations: ClassVar = [migrations.RunSQL(FORWARD)]
