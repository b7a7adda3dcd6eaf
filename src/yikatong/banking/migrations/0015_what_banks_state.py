"""Another account's payment on a statement is named; and a bank may state accounts where others state cards."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("banking", "0014_year_counts")]

    operations = [
        migrations.AlterField(
            model_name="break",
            name="kind",
            field=models.CharField(
                choices=[
                    ("gap", "期末余额与逐笔不符"),
                    ("chain", "期初余额接不上前一天"),
                    ("unknown_debit", "付款不是这个账户的指令"),
                    ("booked_not_reported", "对账单有付款，回盘没有到账"),
                    ("reported_not_booked", "回盘已到账，对账单没有付款"),
                    ("amount", "回盘与对账单金额不同"),
                    ("other_card", "对账单写的卡不是指令的卡"),
                    ("other_name", "银行写的收款人不是指令的人"),
                    ("reference", "回盘与对账单流水号不同"),
                    ("twice", "对账单上付了两次"),
                    ("return_not_reported", "对账单有退回，没有收到退票"),
                    ("return_not_booked", "收到退票，对账单没有退回"),
                    ("other_statement", "同一天来了内容不同的对账单"),
                    ("altered_report", "同一编号的回盘内容不同"),
                    ("unsigned_report", "回盘没有签名或者签名不对"),
                    ("unknown_message", "回盘的指令不是本系统的"),
                    ("report_gap", "回盘缺号，等银行补发"),
                    ("paid_though_void", "作废的指令银行付了款"),
                    ("swapped", "合计相同，几笔的金额互换了"),
                    ("fee", "扣款不是发放（疑似收费）"),
                    ("statement_missing", "有发放的日子没有对账单"),
                    ("statement_late", "对账单来晚了"),
                    ("result_not_posted", "回盘已登记，资金账没有记"),
                    ("posted_otherwise", "资金账与回盘金额不同"),
                    ("posted_without_result", "资金账有到账，没有回盘"),
                    ("lines_otherwise", "系统明细与指令文件的合计不同"),
                    ("published_otherwise", "公示的到账与实际到账不同"),
                ],
                max_length=24,
                verbose_name="差异",
            ),
        ),
        migrations.AddField(
            model_name="paymentprovider",
            name="payee_named_by",
            field=models.CharField(
                choices=[("card", "收款卡号"), ("account", "卡后面的账号")],
                default="card",
                max_length=8,
                verbose_name="回盘写的收款号码",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentprovider",
            constraint=models.CheckConstraint(
                condition=models.Q(("payee_named_by__in", ("card", "account"))), name="payee_number_is_known"
            ),
        ),
        migrations.RunSQL(
            "CREATE UNLOGGED TABLE banking_namerow (report_id bigint NOT NULL, end_to_end_id varchar(80) NOT NULL,"
            " amount_fen bigint NOT NULL, name_key text NOT NULL);"
            " CREATE INDEX name_row_by_report ON banking_namerow (report_id)",
            "DROP TABLE banking_namerow",
        ),
    ]
