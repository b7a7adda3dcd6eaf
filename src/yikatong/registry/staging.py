"""How statements over freshly staged rows are planned."""

from yikatong.core import sql


def plan_for_many() -> None:
    """Let this transaction join by hashing. Staged rows have no statistics, and the application may not ANALYZE: taken
    for a handful, 100,000 of them would be joined row by row, which takes hours instead of seconds."""
    sql.call("set_config", "enable_nestloop", "off", True)


def plan_as_usual() -> None:
    """The rest of the transaction is planned as always."""
    sql.call("set_config", "enable_nestloop", "on", True)
