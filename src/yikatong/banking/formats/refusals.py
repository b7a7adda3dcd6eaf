"""The ways a bank file and its description can be refused. ``str(error)`` is the Chinese sentence to show."""


class UnreadableBankFile(Exception):
    """A file from a bank that must not be taken in, not even the rows that were yielded before."""


class UnwritableInstruction(Exception):
    """An instruction that must not be sent. What was written so far is no file and must be thrown away."""


class UnknownFormat(Exception):
    """No such form of bank files, or its description is wrong."""
