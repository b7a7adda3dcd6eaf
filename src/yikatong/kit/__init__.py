"""Pure Python that every room may use: money, ID and card numbers, sheets, columns, problems. No Django, no clock."""
