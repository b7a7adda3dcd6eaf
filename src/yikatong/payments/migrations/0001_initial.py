import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("batches", "0002_entitlements"),
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutcomeClaim",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "fiscal_year", "outcome_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fiscal_year", models.SmallIntegerField()),
                ("outcome_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "payments_outcomeclaim",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "fiscal_year", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fiscal_year", models.SmallIntegerField()),
                ("id", models.BigIntegerField()),
                ("county_code", models.CharField(max_length=12)),
                ("entitlement_id", models.BigIntegerField()),
                ("attempt", models.SmallIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("end_to_end_id", models.CharField(max_length=35)),
                ("retries_outcome_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "payments_payment",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PaymentOutcome",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "fiscal_year", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fiscal_year", models.SmallIntegerField()),
                ("id", models.BigIntegerField()),
                ("payment_id", models.BigIntegerField()),
                ("sequence", models.SmallIntegerField()),
                (
                    "result",
                    models.CharField(
                        choices=[("credited", "已到账"), ("failed", "发放失败"), ("returned", "银行退票")], max_length=8
                    ),
                ),
                ("reason_code", models.CharField(max_length=16)),
                ("action", models.CharField(max_length=16)),
                ("reason_words", models.CharField(max_length=200)),
                ("amount_fen", models.BigIntegerField()),
                ("bank_reference", models.CharField(max_length=80)),
                ("booked_on", models.DateField()),
                ("reported_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "payments_paymentoutcome",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ReportedLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report_id", models.BigIntegerField()),
                ("request_id", models.BigIntegerField(null=True)),
                ("line_no", models.BigIntegerField()),
                ("end_to_end_id", models.CharField(max_length=80)),
                ("result", models.CharField(max_length=16)),
                ("reason_code", models.CharField(default="", max_length=16)),
                ("action", models.CharField(default="", max_length=16)),
                ("reason_words", models.CharField(default="", max_length=200)),
                ("amount_fen", models.BigIntegerField()),
                ("bank_reference", models.CharField(default="", max_length=80)),
                ("booked_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "payments_reportedline",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="StatementItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement_id", models.BigIntegerField()),
                ("request_id", models.BigIntegerField()),
                ("end_to_end_id", models.CharField(max_length=80)),
                ("amount_fen", models.BigIntegerField()),
            ],
            options={
                "db_table": "payments_statementitem",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="AppliedReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report_id", models.BigIntegerField()),
                ("line_count", models.BigIntegerField()),
                ("same_count", models.BigIntegerField()),
                ("exception_count", models.BigIntegerField()),
                ("credited_count", models.BigIntegerField()),
                ("credited_fen", models.BigIntegerField()),
                ("failed_count", models.BigIntegerField()),
                ("failed_fen", models.BigIntegerField()),
                ("returned_count", models.BigIntegerField()),
                ("returned_fen", models.BigIntegerField()),
                ("applied_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="PaymentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=80, unique=True, verbose_name="申请编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("first", "首次发放"), ("reissue", "重新发放")], max_length=8, verbose_name="种类"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("department", "主管部门发放"), ("finance", "财政部门发放")],
                        max_length=10,
                        verbose_name="发放方式",
                    ),
                ),
                ("fiscal_year", models.SmallIntegerField(verbose_name="年度")),
                ("count", models.BigIntegerField(verbose_name="笔数")),
                ("total_fen", models.BigIntegerField(verbose_name="金额")),
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
            name="PaymentException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fiscal_year", models.SmallIntegerField(null=True)),
                ("payment_id", models.BigIntegerField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("unknown", "没有这笔发放"),
                            ("other_request", "是别的发放申请的"),
                            ("twice", "同一份回单里出现两次"),
                            ("other_amount", "金额不一样"),
                            ("other_reference", "同一笔有两个银行流水号"),
                            ("contradiction", "与先前的结果矛盾"),
                            ("return_without_credit", "没有到账却报退票"),
                            ("unknown_result", "结果看不懂"),
                        ],
                        max_length=24,
                        verbose_name="不符之处",
                    ),
                ),
                ("end_to_end_id", models.CharField(max_length=80)),
                ("seen_result", models.CharField(max_length=16)),
                ("seen_reason_code", models.CharField(max_length=16)),
                ("seen_amount_fen", models.BigIntegerField()),
                ("seen_bank_reference", models.CharField(max_length=80)),
                ("recorded_at", models.DateTimeField()),
                ("state", models.CharField(default="raised", max_length=24, verbose_name="状态")),
                ("version", models.IntegerField(default=0)),
                ("digest", models.CharField(max_length=64)),
                ("case_no", models.CharField(max_length=60)),
                ("area_code", models.CharField(max_length=12)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.agency"),
                ),
                (
                    "applied_report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="payments.appliedreport",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="payments.paymentrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="appliedreport",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applied_reports",
                to="payments.paymentrequest",
            ),
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=80, unique=True, verbose_name="退回编号")),
                (
                    "cause",
                    models.CharField(
                        choices=[("not_entitled", "不符合领取条件"), ("uncorrectable", "当年无法纠错")],
                        max_length=16,
                        verbose_name="原因",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="应退回日")),
                ("voucher_no", models.CharField(max_length=60, verbose_name="缴款书号")),
                ("fiscal_year", models.SmallIntegerField(verbose_name="年度")),
                ("count", models.BigIntegerField(verbose_name="笔数")),
                ("total_fen", models.BigIntegerField(verbose_name="金额")),
                ("state", models.CharField(default="drafted", max_length=24, verbose_name="状态")),
                ("version", models.IntegerField(default=0)),
                ("digest", models.CharField(max_length=64, verbose_name="指纹")),
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
            name="RefundLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fiscal_year", models.SmallIntegerField()),
                ("outcome_id", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                (
                    "refund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="payments.refund"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="StatementMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement_id", models.BigIntegerField()),
                ("debit_count", models.BigIntegerField()),
                ("debit_fen", models.BigIntegerField()),
                ("matched_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement_match",
                        to="payments.paymentrequest",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="paymentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gt", 0), ("total_fen__gt", 0)), name="request_pays_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("first", "reissue"))), name="request_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ("department", "finance"))), name="request_mode_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "first")), fields=("batch",), name="a_batch_is_requested_once"
            ),
        ),
        migrations.AddIndex(
            model_name="paymentexception",
            index=models.Index(fields=["fiscal_year", "payment_id"], name="exception_by_payment"),
        ),
        migrations.AddConstraint(
            model_name="appliedreport",
            constraint=models.UniqueConstraint(fields=("request", "report_id"), name="a_report_is_applied_once"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gt", 0), ("total_fen__gt", 0)), name="refund_returns_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ("not_entitled", "uncorrectable"))), name="refund_cause_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("voucher_no", ""), _negated=True), name="refund_names_its_voucher"
            ),
        ),
        migrations.AddConstraint(
            model_name="refundline",
            constraint=models.UniqueConstraint(
                fields=("refund", "fiscal_year", "outcome_id"), name="refund_line_stands_once"
            ),
        ),
    ]
