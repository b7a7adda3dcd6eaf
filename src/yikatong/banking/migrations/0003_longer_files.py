from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("banking", "0002_staging"),
    ]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name="paymentprovider",
            name="instruction_has_a_bounded_length",
        ),
        migrations.AlterField(
            model_name="paymentprovider",
            name="file_lines_max",
            field=models.IntegerField(default=100000, verbose_name="单个文件最多笔数"),
        ),
        migrations.AddConstraint(
            model_name="paymentprovider",
            constraint=models.CheckConstraint(
                condition=models.Q(("file_lines_max__range", (1, 100000))), name="instruction_has_a_bounded_length"
            ),
        ),
    ]
