"""The staging tables, which are UNLOGGED and so not Django's to make."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

STAGING = Path(__file__).resolve().parent.parent / "sql" / "tables" / "staging.sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("banking", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(STAGING.read_text(encoding="utf-8"), "DROP TABLE banking_reportrow, banking_statementrow"),
    ]
