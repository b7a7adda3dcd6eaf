"""A clearance may find that a void file was the one the bank paid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0010_words"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE banking_reportrow ADD COLUMN is_repeat boolean NOT NULL DEFAULT false",
            "ALTER TABLE banking_reportrow DROP COLUMN is_repeat",
        ),
        migrations.AlterField(
            model_name="clearance",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("received", "银行已收到，等结果"),
                    ("not_received", "银行没有收到，作废后换编号重发"),
                    ("reinstated", "作废的这份才是银行办理的，换编号的那份没有付、今后也不会付"),
                ],
                max_length=16,
                verbose_name="查实的结果",
            ),
        ),
    ]
