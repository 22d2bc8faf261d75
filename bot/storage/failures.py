"""What a database can do to its callers: be out of reach, or not do what was asked."""


class DatabaseUnavailable(Exception):
    """The database could not be reached or would not do what was asked; nothing was recorded, but for `OutcomeUnknown`."""


class DatabaseUnreachable(DatabaseUnavailable):
    """No unit of work could even begin, so nothing that was to be done in it is to blame."""


class OutcomeUnknown(DatabaseUnavailable):
    """The connection broke while a unit was being committed, so that all of it may be recorded, or nothing."""


def reason(error: Exception) -> str:
    """The first line of what the database itself said."""
    cause = getattr(error, "orig", None) or error
    return str(cause).partition("\n")[0] or type(cause).__name__
