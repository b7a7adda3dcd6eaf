"""The townships of a batch are added up once, when it is frozen."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("batches", "0004_late"),
    ]

    operations = [
        migrations.CreateModel(
            name="BatchTownship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("township_code", models.CharField(max_length=12)),
                ("count", models.BigIntegerField()),
                ("village_count", models.BigIntegerField()),
                ("roster_count", models.BigIntegerField()),
                ("roster_fen", models.BigIntegerField()),
                ("frozen_fen", models.BigIntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="townships", to="batches.paymentbatch"
                    ),
                ),
            ],
            options={
                "ordering": ("batch", "township_code"),
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "township_code"), name="township_is_in_a_batch_once")
                ],
            },
        ),
    ]
