"""Why something asked for was not done, in words for whoever asked."""

from bot.words import _


class Refusal(Exception):
    """Not an error of the program: the person is told the sentence, and what to do instead.

    The message is a marked one (``N_``) and is translated when it is shown, to whoever it is shown to.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return _(self.message, **self.values)


class NotAllowed(Refusal):
    """Somebody pressed what is not theirs to press."""
