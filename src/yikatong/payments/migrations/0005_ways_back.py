"""Recoveries with their receipts, late payments, month ends; a voided reissue may be filed anew."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# One live reissue an outcome is held by its claim; a voided one leaves its payments behind.
REISSUED_ANEW = """
DROP INDEX an_outcome_is_retried_once;
CREATE UNIQUE INDEX an_outcome_is_retried_once ON payments_payment (fiscal_year, retries_outcome_id, request_id)
WHERE retries_outcome_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("batches", "0004_late"),
        ("core", "0002_file_pieces"),
        ("payments", "0004_protocol"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="refundline",
            name="outcome_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="LateClaim",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "fiscal_year", "outcome_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fiscal_year", models.SmallIntegerField()),
                ("outcome_id", models.BigIntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="batches.paymentbatch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LateLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("late_year", models.SmallIntegerField()),
                ("entitlement_id", models.BigIntegerField()),
                ("fiscal_year", models.SmallIntegerField()),
                ("outcome_id", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="batches.paymentbatch"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="MonthEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_code", models.CharField(max_length=12, verbose_name="行政区划")),
                ("year", models.SmallIntegerField(verbose_name="年")),
                ("month", models.SmallIntegerField(verbose_name="月")),
                ("count", models.BigIntegerField(verbose_name="笔数")),
                ("total_fen", models.BigIntegerField(verbose_name="金额")),
                ("ledger_fen", models.BigIntegerField(verbose_name="资金账余额")),
                ("state", models.CharField(default="drafted", max_length=24, verbose_name="状态")),
                ("version", models.IntegerField(default=0)),
                ("digest", models.CharField(default="", max_length=64, verbose_name="指纹")),
                ("case_no", models.CharField(max_length=60)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.agency"),
                ),
            ],
            options={
                "ordering": ("-year", "-month", "-id"),
            },
        ),
        migrations.CreateModel(
            name="MonthEndLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=8)),
                ("fiscal_year", models.SmallIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("cause", models.CharField(max_length=16)),
                ("reason", models.CharField(max_length=16)),
                ("due_on", models.DateField()),
                ("amount_fen", models.BigIntegerField()),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.agency"),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="batches.paymentbatch"
                    ),
                ),
                (
                    "month_end",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="payments.monthend"
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=80, unique=True, verbose_name="追缴编号")),
                ("fiscal_year", models.SmallIntegerField(verbose_name="年度")),
                ("payment_id", models.BigIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("deceased", "死亡冒领"),
                            ("duplicate", "重复领取"),
                            ("not_entitled", "不符合领取条件"),
                            ("wrong_amount", "金额发错"),
                        ],
                        max_length=16,
                        verbose_name="原因",
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="应追回")),
                ("demanded_on", models.DateField(verbose_name="追缴通知日")),
                ("due_on", models.DateField(verbose_name="限期")),
                ("reason", models.CharField(max_length=500, verbose_name="依据")),
                ("state", models.CharField(default="drafted", max_length=24, verbose_name="状态")),
                ("version", models.IntegerField(default=0)),
                ("digest", models.CharField(default="", max_length=64, verbose_name="指纹")),
                ("case_no", models.CharField(max_length=60)),
                ("area_code", models.CharField(max_length=12)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.agency"),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="batches.paymentbatch"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="RecoveryReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_fen", models.BigIntegerField(verbose_name="收回金额")),
                ("voucher_no", models.CharField(max_length=60, verbose_name="收款凭证号")),
                ("received_on", models.DateField(verbose_name="收款日")),
                ("state", models.CharField(default="drafted", max_length=24, verbose_name="状态")),
                ("version", models.IntegerField(default=0)),
                ("digest", models.CharField(default="", max_length=64, verbose_name="指纹")),
                ("case_no", models.CharField(max_length=60)),
                ("area_code", models.CharField(max_length=12)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.agency"),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="payments.recovery"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="refundline",
            name="receipt",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.recoveryreceipt"
            ),
        ),
        migrations.AddConstraint(
            model_name="refundline",
            constraint=models.UniqueConstraint(fields=("refund", "receipt"), name="refund_receipt_stands_once"),
        ),
        migrations.AddConstraint(
            model_name="refundline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome_id__isnull", True), ("receipt__isnull", False)),
                    models.Q(("outcome_id__isnull", False), ("receipt__isnull", True)),
                    _connector="OR",
                ),
                name="refund_line_is_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="lateline",
            constraint=models.UniqueConstraint(
                fields=("late_year", "entitlement_id"), name="a_late_entitlement_pays_one_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="lateline",
            constraint=models.UniqueConstraint(
                fields=("batch", "fiscal_year", "outcome_id"), name="a_refunded_line_is_in_a_batch_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lateline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="late_line_pays_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthend",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__gte", 1), ("month__lte", 12)), name="month_is_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthend",
            constraint=models.CheckConstraint(
                condition=models.Q(("total_fen", models.F("ledger_fen"))), name="month_end_equals_the_ledger"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthend",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("count", 0), ("total_fen", 0)),
                    models.Q(("count__gt", 0), ("total_fen__gt", 0)),
                    _connector="OR",
                ),
                name="month_end_counts_what_it_sums",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthend",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "sent_back"), _negated=True),
                fields=("area_code", "year", "month"),
                name="a_month_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthendline",
            constraint=models.UniqueConstraint(
                fields=("month_end", "source", "fiscal_year", "subject_id"), name="a_fen_is_listed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthendline",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ("outcome", "receipt"))), name="month_end_source_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthendline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="month_end_lines_hold_money"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthendline",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="each_fen_has_a_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="recovery",
            index=models.Index(fields=["fiscal_year", "payment_id"], name="recovery_by_payment"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="recovery_demands_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ("deceased", "duplicate", "not_entitled", "wrong_amount"))),
                name="recovery_cause_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("demanded_on"))), name="recovery_gives_its_debtor_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="recovery_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="receipt_brings_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("voucher_no", ""), _negated=True), name="receipt_names_its_voucher"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryreceipt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("recorded", "confirmed"))),
                fields=("area_code", "voucher_no"),
                name="a_voucher_brings_money_once",
            ),
        ),
        migrations.RunSQL(REISSUED_ANEW),
    ]
