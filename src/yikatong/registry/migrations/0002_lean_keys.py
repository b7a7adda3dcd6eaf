"""Fewer indexes and row-by-row keys, payee cards as a table kept by triggers, and staging tables made anew by install.

The table of payee cards comes filled and with its triggers, so that nothing said meanwhile is missed.
"""

from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

STATEMENTS = Path(__file__).resolve().parent.parent / "sql"
STAGING = "registry_incominghousehold, registry_incomingperson, registry_incomingcard"


def _text(name: str) -> str:
    return (STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(f"DROP TABLE IF EXISTS {STAGING}", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="cardstatus",
            name="a_load_says_a_status_once",
        ),
        migrations.AlterField(
            model_name="card",
            name="bank",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cards",
                to="registry.bank",
            ),
        ),
        migrations.AlterField(
            model_name="card",
            name="holder_id_index",
            field=models.BinaryField(),
        ),
        migrations.AlterField(
            model_name="card",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cards",
                to="registry.person",
            ),
        ),
        migrations.AlterField(
            model_name="cardstatus",
            name="card",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statuses",
                to="registry.card",
            ),
        ),
        migrations.AlterField(
            model_name="cardstatus",
            name="load",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statuses",
                to="registry.cardload",
            ),
        ),
        migrations.AlterField(
            model_name="household",
            name="head",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
                verbose_name="户主",
            ),
        ),
        migrations.AlterField(
            model_name="household",
            name="no",
            field=models.CharField(max_length=24, verbose_name="户编号"),
        ),
        migrations.AlterField(
            model_name="person",
            name="custodian",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
                verbose_name="代管人",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="guardian",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
                verbose_name="监护人",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="household",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="registry.household",
                verbose_name="户",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="no",
            field=models.CharField(max_length=24, verbose_name="人员编号"),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                condition=models.Q(("person", None)), fields=["holder_id_index"], name="card_waits_for_its_holder"
            ),
        ),
        migrations.AddConstraint(
            model_name="cardstatus",
            constraint=models.UniqueConstraint(fields=("load", "card"), name="a_load_says_a_status_once"),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.UniqueConstraint(fields=("no",), name="household_no_is_its_own"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(fields=("no",), name="person_no_is_its_own"),
        ),
        migrations.RunSQL(_text("tables/payee_card"), "DROP TABLE registry_payeecard"),
        migrations.RunSQL(_text("install/022_payee_cards"), migrations.RunSQL.noop),
    ]
