"""What was really paid is added up by village, when it is recorded."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0003_both_ways"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaidVillage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("township_code", models.CharField(max_length=12)),
                ("village_code", models.CharField(max_length=12)),
                ("count", models.BigIntegerField(verbose_name="到账笔数")),
                ("total_fen", models.BigIntegerField(verbose_name="到账金额")),
                ("first_entitlement_id", models.BigIntegerField()),
                ("last_entitlement_id", models.BigIntegerField()),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="villages", to="disclosure.paidnotice"
                    ),
                ),
            ],
            options={
                "ordering": ("notice", "township_code", "village_code"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("notice", "township_code", "village_code"), name="village_is_told_once"
                    )
                ],
            },
        ),
    ]
