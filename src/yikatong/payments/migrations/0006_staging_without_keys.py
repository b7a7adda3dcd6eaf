"""Staged lines are read by their report and never one by one: a key of their own is an index for nobody."""

from django.db import migrations

TABLES = ("payments_reportedline", "payments_statementitem")


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0005_ways_back"),
    ]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey", f"ALTER TABLE {table} ADD PRIMARY KEY (id)"
        )
        for table in TABLES
    ]
