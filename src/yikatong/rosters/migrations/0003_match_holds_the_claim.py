"""A match holds the claim of its line, and references of lines and matches are held by the set (docs/adr/0006)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Matches are append-only, also for their owner; what they now hold is their lines' own.
FILL = """
ALTER TABLE rosters_linematch DROP CONSTRAINT IF EXISTS match_pays_the_payees_own_card;
ALTER TABLE rosters_linematch DISABLE TRIGGER USER;
UPDATE rosters_linematch AS found
SET name = line.name, group_no = line.group_no, quantity_micro = line.quantity_micro, rate_fen = line.rate_fen,
    amount_fen = line.amount_fen, occasion = line.occasion
FROM rosters_rosterline AS line WHERE line.id = found.line_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE rosters_linematch ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0001_initial"),
        ("rosters", "0002_numbers_stand_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="linematch",
            name="amount_fen",
            field=models.BigIntegerField(default=0, verbose_name="金额"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="linematch",
            name="group_no",
            field=models.CharField(default="", max_length=40, verbose_name="组"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="linematch",
            name="name",
            field=models.CharField(default="", max_length=120, verbose_name="姓名"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="linematch",
            name="occasion",
            field=models.CharField(default="", max_length=60, verbose_name="机具／次"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="linematch",
            name="quantity_micro",
            field=models.BigIntegerField(null=True, verbose_name="数量"),
        ),
        migrations.AddField(
            model_name="linematch",
            name="rate_fen",
            field=models.BigIntegerField(null=True, verbose_name="标准"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="linematch",
            name="beneficiary",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
            ),
        ),
        migrations.AlterField(
            model_name="linematch",
            name="card",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.card",
            ),
        ),
        migrations.AlterField(
            model_name="linematch",
            name="line",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matches",
                to="rosters.rosterline",
            ),
        ),
        migrations.AlterField(
            model_name="linematch",
            name="payee",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
            ),
        ),
        migrations.AlterField(
            model_name="linematch",
            name="roster",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matches",
                to="rosters.roster",
            ),
        ),
        migrations.AlterField(
            model_name="rosterline",
            name="roster",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="rosters.roster",
            ),
        ),
        migrations.AlterField(
            model_name="rosterline",
            name="written_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
