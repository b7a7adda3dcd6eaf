"""Corrected rows by an index of their own: few rows have a later revision, and whether one has is asked of every row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rosters", "0003_match_holds_the_claim"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="rosterline",
            index=models.Index(
                condition=models.Q(("revision__gt", 1)),
                fields=["roster", "row_key", "revision"],
                name="roster_line_corrected",
            ),
        ),
    ]
