"""The Aiken format: a question, options that begin with a letter, and a line that names the right one."""

import re

from bot.authoring.drafts import Answer, Draft, Reading
from bot.authoring.markup import from_plain

_OPTION = re.compile(r"([A-Z])[.)][ \t]+(\S.*)")
_ANSWER = re.compile(r"ANSWER:\s*(.*)", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Z]", re.IGNORECASE)


def read_aiken(text: str) -> Reading:
    """The questions of an Aiken file, and a remark on each that is not whole."""
    reading = Reading()
    stem: list[str] = []
    options: dict[str, str] = {}
    first, repeated = 0, ""

    def lose(what: str, why: str) -> None:
        reading.lose(first, what, why)

    for number, line in enumerate(text.split("\n"), start=1):
        words = line.strip()
        option, answer = _OPTION.fullmatch(words), _ANSWER.fullmatch(words)
        if answer is not None:
            first = first or number
            named = _LETTERS.findall(answer[1].upper()) if len(answer[1]) < 30 else []
            if not stem:
                lose("this line answers nothing", "write the question above its options")
            elif repeated:
                lose(f"the letter {repeated} stands before two options", "give each its own")
            elif len(named) > 1:
                lose("several answers are named as right", "a question here has exactly one")
            elif not named or named[0] not in options:
                lose(
                    f"its line {number} names none of its options", f"write a letter of {', '.join(options)}"
                )
            else:
                answers = (Answer(from_plain(said), letter == named[0]) for letter, said in options.items())
                reading.drafts.append(Draft(first, from_plain("\n".join(stem)), tuple(answers)))
            stem, options, first, repeated = [], {}, 0, ""
        elif option is not None and stem:
            repeated = repeated or (option[1] if option[1] in options else "")
            options[option[1]] = option[2]
        elif words:
            if options:
                lose("no line says ANSWER below it", "add it after its options")
                stem, options, first, repeated = [], {}, 0, ""
            first = first or number
            stem.append(words)
    if stem:
        lose("no line says ANSWER below it", "add it after its options")
    return reading
