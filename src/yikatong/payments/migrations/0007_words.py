"""The word of the glossary in a label; nothing changes in the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_staging_without_keys"),
    ]

    operations = [
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
                    ("unknown_result", "结果看不懂"),
                ],
                max_length=24,
                verbose_name="不符之处",
            ),
        ),
    ]
