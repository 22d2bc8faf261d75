"""The file format of a lesson, from which the JSON Schema for editors is written.

Write the schema anew after a change here: ``python -m lessons.format > lessons/schema.json``
"""

import json
import sys
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticKnownError

from lessons.faults import OF_LESSONS, OF_QUESTIONS, Fault
from lessons.model import Lesson, Option, Question, Section
from lessons.problems import Place
from lessons.slugs import LONGEST_SLUG
from lessons.splitting import units

LONGEST_TITLE = 80
LONGEST_SUMMARY = 150
LONGEST_CATEGORY = 40
LONGEST_SECTION = 12_000
LONGEST_KEY_IDEA = 600
LONGEST_STEM = 400
LONGEST_OPTION = 200
LONGEST_FEEDBACK = 400
LONGEST_EXPLANATION = 900
LONGEST_QUESTION_ID = 60
LONGEST_SOURCE = 300
LONGEST_REASON = 200

MOST_SECTIONS = 12
MOST_QUESTIONS = 40
MOST_REQUIRED = 8
MOST_SOURCES = 10
MOST_MINUTES = 90
LOWEST_RATING = 100
HIGHEST_RATING = 3500
FEWEST_OPTIONS = 2
MOST_OPTIONS = 5

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ONE_LINE = r"^\s*\S[^\n]*\s*$"

Slug = Annotated[str, Field(min_length=1, max_length=LONGEST_SLUG, pattern=SLUG)]


def _without_null(described: JsonDict) -> None:
    """An optional text may be left out, but what is written is a text: pydantic's null is for the program only."""
    del described["default"]
    either = described.pop("anyOf")
    if isinstance(either, list) and isinstance(either[0], dict):
        described.update(either[0])


def _within(longest: int) -> AfterValidator:
    """Discord counts UTF-16 code units, in which an emoji is two; the schema can only count characters."""

    def check(text: str) -> str:
        if units(text) > longest:
            raise PydanticKnownError("string_too_long", {"max_length": longest})
        return text

    return AfterValidator(check)


def _line(longest: int) -> object:
    return Field(min_length=1, max_length=longest, pattern=ONE_LINE)


def _text(longest: int) -> object:
    return Field(min_length=1, max_length=longest)


Reason = Annotated[str, _line(LONGEST_REASON), _within(LONGEST_REASON)]
"""Why a warning of the checker does not apply."""


def _allowing(faults: Mapping[Fault, str]) -> JsonDict:
    """For editors: the codes that may be allowed here, each with what it warns of."""
    reason: JsonDict = {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON, "pattern": ONE_LINE}
    return {
        "additionalProperties": False,
        "properties": {
            fault.value: {**reason, "description": f"Why this does not matter here: {told}."}
            for fault, told in faults.items()
        },
    }


class WrittenOption(BaseModel):
    """One possible answer."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, title="Option")

    text: Annotated[str, _line(LONGEST_OPTION), _within(LONGEST_OPTION)] = Field(
        description="What the option says, on one line, different from every other option: the right answer, or "
        "what somebody would choose who thinks in a plausible wrong way.",
        examples=["About 9%"],
    )
    correct: bool = Field(
        default=False, description="true on exactly one option of a question.", examples=[True]
    )
    feedback: Annotated[str, _text(LONGEST_FEEDBACK), _within(LONGEST_FEEDBACK)] | None = Field(
        default=None,
        description="What to tell whoever chose this option: what it gets wrong, and what would set it right.",
        examples=["That is the share of good parts that pass."],
        json_schema_extra=_without_null,
    )
    repairs: Slug | None = Field(
        default=None,
        description="The id of the section of this lesson that repairs the mistake behind this option.",
        examples=["counting"],
        json_schema_extra=_without_null,
    )


class WrittenQuestion(BaseModel):
    """A check-yourself question."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, title="Question")

    id: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION_ID, pattern=SLUG)] = Field(
        description="Unique in the whole library, beginning with the lesson's slug. Once published it never changes "
        "meaning: a corrected question gets a new id.",
        examples=["rlhf-reward-model-predicts"],
    )
    stem: Annotated[str, _text(LONGEST_STEM), _within(LONGEST_STEM)] = Field(
        description="What is asked, in Discord's Markdown: one question, complete without its options, that asks "
        "for understanding.",
        examples=["What is the reward model in RLHF trained to predict?"],
    )
    options: Annotated[
        list[WrittenOption],
        Field(
            min_length=FEWEST_OPTIONS,
            max_length=MOST_OPTIONS,
            json_schema_extra={
                "contains": {"properties": {"correct": {"const": True}}, "required": ["correct"]},
                "minContains": 1,
                "maxContains": 1,
            },
        ),
    ] = Field(
        description="Two to five possible answers, exactly one of them correct. They are shown in another order to "
        "everybody who checks themselves.",
        examples=[[{"text": "About 9%", "correct": True}, {"text": "About 98%"}]],
    )
    explanation: Annotated[str, _text(LONGEST_EXPLANATION), _within(LONGEST_EXPLANATION)] = Field(
        description="Why the correct option is correct and what makes the others wrong, shown to everyone after "
        "the answer.",
        examples=["Of 11 flagged parts 1 is faulty, about 9%."],
    )
    allow: Annotated[dict[str, Reason], Field(json_schema_extra=_allowing(OF_QUESTIONS))] = Field(
        default={},
        description="Warnings of the checker that do not apply to this question: the code, and the reason.",
        examples=[{"absolutes": "“Never” is what this misconception says."}],
    )


class WrittenSection(BaseModel):
    """A headed part of the lesson."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, title="Section")

    id: Slug = Field(description="Unique in this lesson; options name it in `repairs`.", examples=["why"])
    title: Annotated[str, _line(LONGEST_TITLE), _within(LONGEST_TITLE)] = Field(
        description="The heading, on one line.", examples=["Count people instead"]
    )
    text: Annotated[str, _text(LONGEST_SECTION), _within(LONGEST_SECTION)] = Field(
        description="Prose, bullets and code blocks in Discord's Markdown; a long text is split into pages. "
        "Tables and formulas in TeX are not drawn.",
        examples=["Percentages of different groups are hard to juggle. Whole people are easy."],
    )


class WrittenLesson(BaseModel):
    """One lesson of Rung; the name of its file is its slug, the name of its folder its category's slug."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, title="Lesson")

    title: Annotated[str, _line(LONGEST_TITLE), _within(LONGEST_TITLE)] = Field(
        description="The name of the lesson, unique in the library, on one line.", examples=["RLHF Basics"]
    )
    summary: Annotated[str, _line(LONGEST_SUMMARY), _within(LONGEST_SUMMARY)] = Field(
        description="What one knows after reading it, on one line.",
        examples=["How human preferences turn a text predictor into an assistant."],
    )
    category: Annotated[str, _line(LONGEST_CATEGORY), _within(LONGEST_CATEGORY)] = Field(
        description="The category, spelled the same in all its lessons; the folder is its slug.",
        examples=["Machine Learning"],
    )
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] = Field(
        description="The minutes it takes to read: its words by 180.", examples=[6]
    )
    rating: Annotated[int, Field(ge=LOWEST_RATING, le=HIGHEST_RATING)] = Field(
        description="How difficult the questions are, in rating points: whoever has this rating gets some six of ten "
        "right, of four options each.",
        examples=[1880],
    )
    requires: Annotated[
        list[Slug], Field(max_length=MOST_REQUIRED, json_schema_extra={"uniqueItems": True})
    ] = Field(
        default=[],
        description="The slugs of the lessons of the library that this one builds on, which come before it on the path.",
        examples=[["base-rates"]],
    )
    sections: Annotated[list[WrittenSection], Field(min_length=1, max_length=MOST_SECTIONS)] = Field(
        description="The parts of the lesson, in the order of reading, each one step of the thought.",
        examples=[[{"id": "counting", "title": "Count people instead", "text": "Imagine 2,000 of them."}]],
    )
    key_idea: Annotated[str, _text(LONGEST_KEY_IDEA), _within(LONGEST_KEY_IDEA)] = Field(
        description="The one thing to remember, shown at the end of the lesson.",
        examples=["Count people instead of juggling percentages."],
    )
    sources: Annotated[
        list[Annotated[str, _line(LONGEST_SOURCE), _within(LONGEST_SOURCE)]], Field(max_length=MOST_SOURCES)
    ] = Field(
        default=[],
        description="Where this can be read up, a line each, shown small at the end of the lesson.",
        examples=[
            ["Ouyang et al., Training language models to follow instructions (2022), arXiv:2203.02155"]
        ],
    )
    questions: Annotated[list[WrittenQuestion], Field(min_length=1, max_length=MOST_QUESTIONS)] = Field(
        description="The questions under Check yourself, six or more.",
        examples=[
            [
                {
                    "id": "base-rates-scanner",
                    "stem": "How likely is a flagged part to be faulty?",
                    "options": [{"text": "About 9%", "correct": True}, {"text": "About 98%"}],
                    "explanation": "Of 11 flagged parts 1 is faulty.",
                }
            ]
        ],
    )
    allow: Annotated[dict[str, Reason], Field(json_schema_extra=_allowing(OF_LESSONS))] = Field(
        default={},
        description="Warnings of the checker that do not apply to this lesson: the code, and the reason.",
        examples=[{"minutes": "The proof in the middle takes time."}],
    )

    def as_lesson(self, slug: str, owner: str) -> Lesson:
        """The lesson as the rest of the program knows it; its questions have exactly one key by now."""
        return Lesson(
            owner=owner,
            slug=slug,
            title=self.title,
            summary=self.summary,
            category=self.category,
            minutes=self.minutes,
            rating=self.rating,
            sections=tuple(Section(part.id, part.title, part.text) for part in self.sections),
            key_idea=self.key_idea,
            questions=tuple(
                Question(
                    owner,
                    asked.id,
                    asked.stem,
                    tuple(
                        Option(option.text, option.correct, option.feedback, option.repairs)
                        for option in asked.options
                    ),
                    asked.explanation,
                )
                for asked in self.questions
            ),
            requires=tuple(self.requires),
            sources=tuple(self.sources),
        )


_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): WrittenLesson,
    ("sections",): WrittenSection,
    ("questions",): WrittenQuestion,
    ("questions", "options"): WrittenOption,
}


def keys_at(place: Place) -> tuple[str, ...]:
    """The keys that the format knows at this place of a file."""
    return tuple(_MODELS[tuple(step for step in place if isinstance(step, str))].model_fields)


def schema() -> str:
    """The JSON Schema (2020-12) of a lesson file, as the text of ``lessons/schema.json``."""
    described = {"$schema": GenerateJsonSchema.schema_dialect, **WrittenLesson.model_json_schema()}
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
