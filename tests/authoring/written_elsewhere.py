"""Questions as other programs would write them, to be read again."""

import csv
import html
import io
import json
import re

Drawn = list[tuple[str, list[tuple[str, str | None]], int, str | None]]
"""Questions: stem, options with feedback, a number that gives the key, and an explanation."""


def as_gift(drawn: Drawn) -> str:
    def escaped(text: str) -> str:
        return re.sub(r"([~=#{}:\\])", r"\\\1", text)

    blocks: list[str] = []
    for stem, options, key, explanation in drawn:
        answers = [
            f"{'=' if place == key % len(options) else '~'}{escaped(text)}"
            + (f"#{escaped(told)}" if told else "")
            for place, (text, told) in enumerate(options)
        ]
        general = f"####{escaped(explanation)}" if explanation else "####none"
        blocks.append(f"{escaped(stem)} {{\n" + "\n".join([*answers, general]) + "\n}")
    return "\n\n".join(blocks)


def as_aiken(drawn: Drawn) -> str:
    blocks: list[str] = []
    for stem, options, key, _ in drawn:
        lines = [f"{'ABCDE'[place]}) {text}" for place, (text, _) in enumerate(options)]
        blocks.append("\n".join([f"Q {stem}", *lines, f"ANSWER: {'ABCDE'[key % len(options)]}"]))
    return "\n".join(blocks)


def as_csv(drawn: Drawn) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    letters = "abcde"
    writer.writerow(
        ["question", *letters, "correct", "explanation", *(f"feedback_{letter}" for letter in letters)]
    )
    for stem, options, key, explanation in drawn:
        empty = [""] * (5 - len(options))
        texts, told = [text for text, _ in options], [told or "" for _, told in options]
        writer.writerow(
            [stem, *texts, *empty, options[key % len(options)][0], explanation or "", *told, *empty]
        )
    return out.getvalue()


def as_opentdb(drawn: Drawn) -> str:
    results = [
        {
            "category": "Rivers",
            "question": html.escape(stem),
            "correct_answer": html.escape(options[key % len(options)][0]),
            "incorrect_answers": [
                html.escape(text) for place, (text, _) in enumerate(options) if place != key % len(options)
            ],
        }
        for stem, options, key, _ in drawn
    ]
    return json.dumps({"response_code": 0, "results": results}, indent=1)
