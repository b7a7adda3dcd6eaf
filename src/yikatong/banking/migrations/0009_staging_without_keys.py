"""Staged rows are read by their report and never one by one: a key of their own is an index for nobody."""

from django.db import migrations

TABLES = ("banking_reportrow", "banking_statementrow")


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0008_protocol"),
    ]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey", f"ALTER TABLE {table} ADD PRIMARY KEY (id)"
        )
        for table in TABLES
    ]
