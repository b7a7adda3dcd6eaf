"""A void file that the bank paid after all may count; what was told of it is applied once more then."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0007_words"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE payments_reportedline ADD COLUMN repeats_void boolean NOT NULL DEFAULT false",
            "ALTER TABLE payments_reportedline DROP COLUMN repeats_void",
        ),
        migrations.CreateModel(
            name="Reinstatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_payment_id", models.BigIntegerField()),
                ("last_payment_id", models.BigIntegerField()),
                ("last_exception_id", models.BigIntegerField()),
                ("ground", models.CharField(max_length=40, unique=True)),
                ("decided_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="appliedreport",
            name="a_report_is_applied_once",
        ),
        migrations.AlterField(
            model_name="paymentexception",
            name="kind",
            field=models.CharField(
                choices=[
                    ("unknown", "没有这笔发放"),
                    ("other_request", "是别的发放申请的"),
                    ("twice", "同一份回盘里出现两次"),
                    ("other_amount", "金额不一样"),
                    ("other_reference", "同一笔有两个银行流水号"),
                    ("contradiction", "与先前的结果矛盾"),
                    ("return_without_credit", "没有到账却报退票"),
                    ("paid_though_void", "作废的文件银行付了款"),
                    ("perhaps_paid", "银行说已经付过，可能是按作废的文件付的"),
                    ("unknown_result", "结果看不懂"),
                ],
                max_length=24,
                verbose_name="不符之处",
            ),
        ),
        migrations.AddField(
            model_name="reinstatement",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reinstatements", to="payments.paymentrequest"
            ),
        ),
        migrations.AddField(
            model_name="appliedreport",
            name="reinstatement",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.reinstatement"
            ),
        ),
        migrations.AddConstraint(
            model_name="appliedreport",
            constraint=models.UniqueConstraint(
                fields=("request", "report_id", "reinstatement"), name="a_report_is_applied_once", nulls_distinct=False
            ),
        ),
    ]
