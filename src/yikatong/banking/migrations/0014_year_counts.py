"""People, cards and money of a year are counted in the background and kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0013_other_card"),
        ("catalog", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="YearCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("county_code", models.CharField(max_length=12, verbose_name="县")),
                ("fiscal_year", models.SmallIntegerField(verbose_name="年度")),
                ("mark", models.CharField(max_length=80)),
                ("counted_at", models.DateTimeField(verbose_name="统计时间")),
                (
                    "counted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="YearCountLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("township_code", models.CharField(max_length=12)),
                ("person_count", models.BigIntegerField(verbose_name="人数")),
                ("card_count", models.BigIntegerField(verbose_name="卡数")),
                ("line_count", models.BigIntegerField(verbose_name="笔数")),
                ("due_fen", models.BigIntegerField(verbose_name="应发")),
                ("credited_fen", models.BigIntegerField(verbose_name="到账")),
                (
                    "program",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.program"
                    ),
                ),
                (
                    "year_count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="banking.yearcount"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddIndex(
            model_name="yearcount",
            index=models.Index(fields=["county_code", "fiscal_year", "-id"], name="year_count_newest"),
        ),
        migrations.AddConstraint(
            model_name="yearcountline",
            constraint=models.UniqueConstraint(
                fields=("year_count", "program", "township_code"), name="year_line_stands_once", nulls_distinct=False
            ),
        ),
    ]
