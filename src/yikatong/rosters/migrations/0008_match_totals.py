"""What each round of matching found is added up once, by result and village; who is to be chased is found by an index."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rosters", "0007_uploads"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="linematch",
            index=models.Index(
                condition=models.Q(("result", "matched"), _negated=True),
                fields=["roster", "round_no"],
                name="line_not_matched",
            ),
        ),
        migrations.CreateModel(
            name="MatchTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round_no", models.IntegerField()),
                ("result", models.CharField(max_length=16)),
                ("village_code", models.CharField(max_length=12)),
                ("count", models.BigIntegerField()),
                ("total_fen", models.BigIntegerField()),
                ("first_match_id", models.BigIntegerField()),
                ("last_match_id", models.BigIntegerField()),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="match_totals", to="rosters.roster"
                    ),
                ),
            ],
            options={
                "ordering": ("roster", "round_no", "result", "village_code"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("roster", "round_no", "result", "village_code"), name="result_is_totaled_once_a_round"
                    )
                ],
            },
        ),
    ]
