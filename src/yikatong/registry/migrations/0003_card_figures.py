"""How many cards there are by bank and status is counted once, when cards are loaded."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0002_lean_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="CardFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(max_length=10, verbose_name="状态")),
                ("card_count", models.BigIntegerField(verbose_name="张数")),
                ("holder_count", models.BigIntegerField(verbose_name="人数")),
                (
                    "bank",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.bank"
                    ),
                ),
                (
                    "load",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="figures", to="registry.cardload"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("load", "bank", "status"), name="cards_are_counted_once_a_load", nulls_distinct=False
                    )
                ],
            },
        ),
    ]
