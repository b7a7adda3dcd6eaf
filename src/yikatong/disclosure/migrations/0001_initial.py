import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("payments", "0002_big_tables"),
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaidNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.BigIntegerField(verbose_name="到账笔数")),
                ("total_fen", models.BigIntegerField(verbose_name="到账金额")),
                ("paid_from", models.DateField(verbose_name="最早到账日")),
                ("paid_to", models.DateField(verbose_name="最晚到账日")),
                ("due_on", models.DateField(verbose_name="应公开日")),
                ("digest", models.CharField(max_length=64, verbose_name="指纹")),
                ("area_code", models.CharField(max_length=12)),
                ("facts_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.agency"),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.paymentrequest"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="SmsMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fiscal_year", models.SmallIntegerField()),
                ("payment_id", models.BigIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="disclosure.paidnotice"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="SmsDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sender", models.CharField(max_length=40)),
                (
                    "result",
                    models.CharField(choices=[("written", "已发出"), ("no_mobile", "没有手机号")], max_length=12),
                ),
                ("delivered_at", models.DateTimeField()),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delivery", to="disclosure.smsmessage"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddConstraint(
            model_name="paidnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gt", 0), ("total_fen__gt", 0)), name="paid_notice_paid_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="paidnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("paid_to__gte", models.F("paid_from"))), name="paid_days_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="smsmessage",
            constraint=models.UniqueConstraint(
                fields=("fiscal_year", "payment_id"), name="one_message_a_credited_payment"
            ),
        ),
        migrations.AddConstraint(
            model_name="smsdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ("written", "no_mobile"))), name="delivery_is_known"
            ),
        ),
    ]
