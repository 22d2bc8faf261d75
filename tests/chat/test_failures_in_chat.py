"""What people are told when something breaks that should not, and what the operator finds in the log."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from chat_stage import Stage, buttons, prose, seen
from simcord import InteractionResult
from sqlalchemy.engine import URL

from bot.storage import Database, DatabaseUnavailable, Unit
from lessons.catalogue import Catalogue
from lessons.model import Lesson


class TornCatalogue(Catalogue):
    """A library whose books fall apart when somebody opens them."""

    torn = False

    def path(self, category_slug: str) -> tuple[Lesson, ...]:
        self._hold_together()
        return super().path(category_slug)

    def search(self, *args: Any, **kwargs: Any) -> tuple[Lesson, ...]:
        self._hold_together()
        return super().search(*args, **kwargs)

    def find(self, slug: str) -> Lesson | None:
        self._hold_together()
        return super().find(slug)

    def _hold_together(self) -> None:
        if type(self).torn:
            raise RuntimeError("a book fell apart")


class VanishingDatabase(Database):
    """A database whose server is not there at times."""

    gone = False

    @asynccontextmanager
    async def unit(self, *, alone: bool = False) -> AsyncGenerator[Unit]:
        self._be_there()
        async with super().unit(alone=alone) as unit:
            yield unit

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Unit]:
        self._be_there()
        async with super().reading() as unit:
            yield unit

    def _be_there(self) -> None:
        if self.gone:
            raise DatabaseUnavailable("connection refused")


def reference_in(result: InteractionResult, log: pytest.LogCaptureFixture) -> str:
    """The reference that the person was given, which the log must know too."""
    assert result.acknowledged
    assert "Something went wrong here, and it is not your fault." in seen(result)
    assert "a book fell apart" not in seen(result)
    found = re.search(r"this reference: `([0-9a-f]{8})`", seen(result))
    assert found is not None
    record = next(one for one in log.records if found[1] in one.getMessage())
    assert record.levelname == "ERROR"
    assert record.exc_info is not None
    assert "a book fell apart" in str(record.exc_info[1])
    return found[1]


class TestAProgramError:
    @pytest.fixture
    def catalogue(self, curated: Catalogue) -> Any:
        yield TornCatalogue(curated.lessons)
        TornCatalogue.torn = False

    async def test_in_a_command_gives_the_person_a_reference_that_the_log_knows(
        self, stage: Stage, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        TornCatalogue.torn = True
        result = await stage.members[0].slash(stage.quiz, "lesson")
        assert result.ephemeral
        first = reference_in(result, failures_expected)
        second = reference_in(await stage.members[0].slash(stage.quiz, "lesson"), failures_expected)
        assert first != second

    async def test_in_a_button_leaves_the_message_as_it_was(
        self, stage: Stage, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        reader = stage.members[0]
        page = stage.looked_at(await reader.slash(stage.quiz, "lesson", lesson="rlhf-basics"))
        before = prose(page)
        TornCatalogue.torn = True
        result = await reader.click(page, label="Next")
        assert result.ephemeral
        reference_in(result, failures_expected)
        assert prose(stage.now_shown(page)) == before
        TornCatalogue.torn = False
        assert "Page 2 of" in prose(await stage.press(reader, page, "Next"))

    async def test_in_a_select_is_answered_too(
        self, stage: Stage, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        reader = stage.members[0]
        shelf = stage.looked_at(await reader.slash(stage.quiz, "lesson"))
        TornCatalogue.torn = True
        result = await reader.select(shelf, ["databases"], custom_id="shelf1c:read:c.-:-:0")
        reference_in(result, failures_expected)

    async def test_in_a_form_is_answered_too(
        self, stage: Stage, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        reader = stage.members[0]
        shelf = stage.looked_at(await reader.slash(stage.quiz, "lesson"))
        form = await reader.click(shelf, label="Search")
        assert form.modal is not None
        TornCatalogue.torn = True
        field = form.modal["components"][0]["component"]["custom_id"]
        reference_in(await reader.submit_modal(form, {field: "anything"}), failures_expected)

    async def test_while_typing_offers_nothing_is_logged_and_harms_nobody(
        self, stage: Stage, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        TornCatalogue.torn = True
        assert await stage.members[0].autocomplete(stage.quiz, "lesson", "lesson", "rl") == []
        assert "a book fell apart" in failures_expected.text
        TornCatalogue.torn = False
        assert await stage.members[0].autocomplete(stage.quiz, "lesson", "lesson", "rl") != []

    async def test_after_the_answer_was_deferred_still_reaches_the_person(
        self, stage: Stage, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        TornCatalogue.torn = True
        result = await stage.moderator.slash(stage.quiz, "poll", lesson="RLHF Basics")
        assert result.ephemeral
        reference_in(result, failures_expected)
        TornCatalogue.torn = False
        assert "A" in buttons(await stage.poll())


class TestADatabaseThatIsGone:
    @pytest.fixture
    async def database(self, url: URL) -> AsyncGenerator[VanishingDatabase]:
        opened = VanishingDatabase(url)
        yield opened
        opened.gone = False
        await opened.close()

    def told(self, result: InteractionResult, log: pytest.LogCaptureFixture) -> None:
        assert result.ephemeral
        assert "The database cannot be reached just now, so nothing was recorded." in seen(result)
        assert "Please try again in a minute." in seen(result)
        assert "connection refused" in log.text
        assert "connection refused" not in seen(result)

    async def test_says_that_nothing_was_recorded_and_keeps_its_word(
        self, stage: Stage, database: VanishingDatabase, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        message = await stage.poll()
        ben = stage.members[0]
        database.gone = True
        self.told(await ben.click(message, label="A"), failures_expected)
        database.gone = False
        assert "Recorded, and final: **B**" in seen(await ben.click(message, label="B"))

    @pytest.mark.parametrize("command", ["quiz", "ladder", "rank"])
    async def test_is_told_by_every_command_that_needs_it(
        self,
        stage: Stage,
        database: VanishingDatabase,
        failures_expected: pytest.LogCaptureFixture,
        command: str,
    ) -> None:
        database.gone = True
        options = {"lesson": "rlhf-basics"} if command == "quiz" else {}
        self.told(await stage.members[0].slash(stage.quiz, command, **options), failures_expected)

    async def test_posts_no_poll(
        self, stage: Stage, database: VanishingDatabase, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        database.gone = True
        result = await stage.moderator.slash(stage.quiz, "poll", lesson="rlhf-basics")
        self.told(result, failures_expected)
        assert stage.requests("POST", f"/channels/{stage.quiz.id}/messages") == []

    @pytest.mark.usefixtures("failures_expected")
    async def test_does_not_keep_people_from_reading(self, stage: Stage, database: VanishingDatabase) -> None:
        database.gone = True
        reader = stage.members[0]
        page = stage.looked_at(await reader.slash(stage.quiz, "lesson", lesson="rlhf-basics"))
        assert "Page 2 of" in prose(await stage.press(reader, page, "Next"))

    async def test_delays_a_close_until_it_is_back(
        self, stage: Stage, database: VanishingDatabase, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        message = await stage.poll(duration="1m")
        database.gone = True
        await stage.env.advance_time(70)
        assert "📊" not in prose(stage.now_shown(message))
        database.gone = False
        await stage.env.advance_time(3)
        assert "📊 Result" in prose(stage.now_shown(message))
        assert "Closing polls failed and will be tried again" in failures_expected.text
