"""Lesson files as moderators hand them in."""


def own_file(
    name: str = "house-rules",
    *,
    title: str = "House Rules",
    category: str = "Our Server",
    rating: int = 1500,
    ids: tuple[str, ...] = ("first", "second", "third"),
    stems: str = "What about",
    explanation: str = "Because it is so.",
    requires: tuple[str, ...] = (),
    text: str = "Be kind.",
) -> bytes:
    """A lesson with a question for each of these endings of ids; A is always right."""
    questions = "".join(
        f"""
  - id: {name}-{id}
    stem: {stems} {id}?
    options:
      - text: the right one of {id}
        correct: true
      - text: a wrong one of {id}
        feedback: That is not it.
        repairs: only
      - text: another wrong one of {id}
    explanation: {explanation}"""
        for id in ids
    )
    needed = "".join(f"\n  - {slug}" for slug in requires)
    return f"""title: {title}
summary: What everybody here ought to know.
category: {category}
minutes: 1
rating: {rating}{f"{chr(10)}requires:{needed}" if requires else ""}
sections:
  - id: only
    title: All of it
    text: |
      {text}
key_idea: Be kind.
questions:{questions}
""".encode()
