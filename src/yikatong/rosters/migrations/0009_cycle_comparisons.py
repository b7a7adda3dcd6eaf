"""The difference of long rosters to the cycle before is compared once, in the background."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rosters", "0008_match_totals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CycleComparison",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round_no", models.IntegerField()),
                ("previous_round_no", models.IntegerField()),
                ("compared_at", models.DateTimeField(verbose_name="比对时间")),
                (
                    "compared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rosters.roster"
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comparisons", to="rosters.roster"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="ChangedPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8, verbose_name="变化")),
                ("place", models.IntegerField()),
                ("beneficiary_id", models.BigIntegerField()),
                ("match_id", models.BigIntegerField()),
                ("before_quantity", models.BigIntegerField(null=True, verbose_name="上期数量")),
                ("after_quantity", models.BigIntegerField(null=True, verbose_name="这期数量")),
                ("before_fen", models.BigIntegerField(null=True, verbose_name="上期金额")),
                ("after_fen", models.BigIntegerField(null=True, verbose_name="这期金额")),
                ("card_changed", models.BooleanField(verbose_name="换了卡")),
                (
                    "comparison",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="rosters.cyclecomparison"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="CycleDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8, verbose_name="变化")),
                ("count", models.BigIntegerField(verbose_name="人数")),
                ("before_fen", models.BigIntegerField(verbose_name="上期金额")),
                ("after_fen", models.BigIntegerField(verbose_name="这期金额")),
                (
                    "comparison",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="rosters.cyclecomparison",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddConstraint(
            model_name="cyclecomparison",
            constraint=models.UniqueConstraint(
                fields=("roster", "round_no", "previous", "previous_round_no"), name="rounds_are_compared_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="changedperson",
            constraint=models.UniqueConstraint(fields=("comparison", "kind", "place"), name="changed_in_one_place"),
        ),
        migrations.AddConstraint(
            model_name="cycledifference",
            constraint=models.UniqueConstraint(fields=("comparison", "kind"), name="difference_is_counted_once"),
        ),
    ]
