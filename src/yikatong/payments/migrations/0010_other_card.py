"""What the bank says of the card that it paid is compared with the one that it was told to pay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0009_days_of_a_report"),
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
                    ("other_card", "入账的卡不是指令的卡"),
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
        migrations.RunSQL(
            "ALTER TABLE payments_reportedline ADD COLUMN card_mark bytea",
            "ALTER TABLE payments_reportedline DROP COLUMN card_mark",
        ),
    ]
