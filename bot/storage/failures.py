"""What a database can do to its callers: be out of reach, or not do what was asked."""


class DatabaseUnavailable(Exception):
    """The database could not be reached or would not do what was asked; nothing was recorded."""


class DatabaseUnreachable(DatabaseUnavailable):
    """No unit of work could even begin, so nothing that was to be done in it is to blame."""


def reason(error: Exception) -> str:
    """The first line of what the database itself said."""
    cause = getattr(error, "orig", None) or error
    return str(cause).partition("\n")[0] or type(cause).__name__
