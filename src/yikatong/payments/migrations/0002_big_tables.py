"""The big tables, by fiscal year, and the staging tables, which Django's own operations cannot make."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

STATEMENTS = Path(__file__).resolve().parent.parent / "sql" / "tables"


def _text(name: str) -> str:
    return (STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("payments", "0001_initial"),
        ("batches", "0002_entitlements"),
        ("registry", "0001_initial"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(_text("payment"), "DROP TABLE payments_payment"),
        migrations.RunSQL(_text("paymentoutcome"), "DROP TABLE payments_paymentoutcome CASCADE"),
        migrations.RunSQL(_text("outcomeclaim"), "DROP TABLE payments_outcomeclaim"),
        migrations.RunSQL(_text("staging"), "DROP TABLE payments_reportedline, payments_statementitem"),
    ]
