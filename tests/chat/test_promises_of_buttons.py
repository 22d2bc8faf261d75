"""Buttons outlive the process: what their ids look like, that each is registered, and that none is lost."""

import importlib
import pkgutil
import re
from collections import Counter
from typing import Any

import discord
import pytest
from chat_stage import Stage, buttons, prose, seen
from discord import ui

import bot.chat
from bot.chat import (
    audit_settings,
    channel_settings,
    choosing,
    handing_in,
    health_settings,
    lesson_previews,
    lesson_settings,
    order_questions,
    order_settings,
    own_figures,
    own_lesson_pages,
    panel,
    panel_lists,
    poll_settings,
    role_settings,
    schedule_edits,
    schedule_settings,
    scheduled_screens,
    shared_cards,
    shared_lessons,
    time_settings,
)
from bot.chat.announcement_settings import NoTitlesButton, TitlesChannelSelect
from bot.chat.ballots import BallotButton, OpenBallotButton
from bot.chat.client import ITEMS
from bot.chat.duels import AcceptButton, DeclineButton, PlayButton, WithdrawButton
from bot.chat.greeting import DailyButton, FirstButton, HomeSelect
from bot.chat.ladder_settings import CompeteButton, OpenLadderButton
from bot.chat.ladders import (
    BoardButton,
    FirstLadderSelect,
    FirstMineButton,
    FirstRankButton,
    ForeignButton,
    LadderSelect,
    MineButton,
    RankButton,
    SeasonSelect,
    TopButton,
    TurnButton,
)
from bot.chat.lessons import JumpSelect, PageButton, StudyButton
from bot.chat.lessons import OpenButton as OpenLessonButton
from bot.chat.me import BackToMeButton, DuelsButton, HourSelect, RemindersButton, StopRemindersButton
from bot.chat.panel import BackButton, PageSelect
from bot.chat.poll_cards import AnswerButton
from bot.chat.poll_controls import (
    BackToControlsButton,
    CancelButton,
    CancelNowButton,
    CloseButton,
    ExtendNowButton,
    ExtendSelect,
    ManageButton,
)
from bot.chat.poll_controls import EndButton as AskToCloseButton
from bot.chat.poll_controls import EndNowButton as ClosePollButton
from bot.chat.poll_drafts import (
    ChangeButton,
    ChoiceSelect,
    DropButton,
    Plan,
    PostButton,
    PreviewButton,
    SampleButton,
)
from bot.chat.poll_results import OwnResultButton
from bot.chat.poll_settings import UsualBallotButton
from bot.chat.pressing import Pressable
from bot.chat.privacy import DeleteButton, ExportButton, HideButton, ShowButton
from bot.chat.quizzes import (
    CheckButton,
    InsteadButton,
    KeepButton,
    NextButton,
    PlaceButton,
    VersusButton,
)
from bot.chat.ranks import AgainstButton, CardButton, HistoryButton, OtherSelect, WhyButton
from bot.chat.report_settings import (
    DismissButton,
    MendButton,
    ReportSelect,
    TellButton,
    VoidButton,
    VoidNowButton,
)
from bot.chat.reports import ReportButton
from bot.chat.reviews import GoOnButton, RecallButton
from bot.chat.screens import Screen, card, row, text
from bot.chat.season_settings import (
    EndButton,
    EndNowButton,
    LengthenButton,
    RenameButton,
    RepeatButton,
    StartButton,
    StartMonthlyButton,
)
from bot.chat.series_drafts import (
    BeginButton,
    ChangeSeriesButton,
    SeriesPlan,
    SeriesPreviewButton,
    SeriesSelect,
)
from bot.chat.series_screens import SkipButton, SkipNowButton, StopNowButton, SummaryLessonButton
from bot.chat.series_screens import StopButton as StopSeriesButton
from bot.chat.sharing import OpenButton, OwnButton, ShareButton, StopButton
from bot.chat.shelves import (
    CategorySelect,
    EntryButton,
    LevelSelect,
    SearchButton,
    ShelfButton,
    View,
)
from bot.chat.why import ReasonButton, ReviewReasonButton
from ladder.tiers import Level
from lessons.format import LONGEST_QUESTION_ID, LONGEST_SLUG
from lessons.owned import LONGEST_NAME

SLUG = "s" * LONGEST_SLUG
NAME = "n" * LONGEST_NAME
"""Of the file of a server's own lesson."""
ID = 2**63
LONGEST_IDENTITY = f"{ID}:" + "q" * LONGEST_QUESTION_ID
"""Of a question in a server's own lesson."""
VIEWS = [
    View().encode(),
    View("check", SLUG, level=Level.INTERMEDIATE, number=9_999).encode(),
    View("check", query="a" * 80, level=Level.INTERMEDIATE, number=9_999).encode(),
    View("versus", query="a" * 80, level=Level.INTERMEDIATE, number=9_999).encode(),
    View("read", query="🦜" * 80, level=Level.INTERMEDIATE, number=9_999).encode(),
]
SCOPES = ("server", "world", "season", f"season:{10**17}", "seasons", "xp", "servers", f"category:{SLUG}")
PLANS = [
    Plan("curated:a", 30, "direct", spoiler=False).encode(),
    Plan("curated:" + "q" * LONGEST_QUESTION_ID, 604_800, "private", spoiler=True).encode(),
]
SERIES_PLANS = [
    SeriesPlan("a", 30, "direct", spoiler=False, peer=False).encode(),
    SeriesPlan(SLUG, 604_800, "private", spoiler=True, peer=True).encode(),
]
SAMPLES: list[ui.DynamicItem[Any]] = [
    PageButton("a", 0),
    PageButton(SLUG, ID),
    StudyButton("a"),
    StudyButton(SLUG, ID),
    JumpSelect("a"),
    JumpSelect(SLUG),
    OpenLessonButton("a"),
    OpenLessonButton(SLUG),
    shared_lessons.ShareButton("a", 1),
    shared_lessons.ShareButton(SLUG, ID),
    shared_lessons.OwnJumpSelect("a"),
    shared_lessons.OwnJumpSelect(SLUG),
    shared_lessons.OwnCheckButton("a"),
    shared_lessons.OwnCheckButton(SLUG),
    shared_lessons.OwnShelfButton(),
    EntryButton("read", "a"),
    EntryButton("check", SLUG),
    EntryButton("versus", SLUG),
    *(item(view) for view in VIEWS for item in (ShelfButton, CategorySelect, LevelSelect, SearchButton)),
    CheckButton("a"),
    CheckButton(SLUG),
    NextButton(1),
    NextButton(ID),
    PlaceButton(1, 0, 0),
    PlaceButton(ID, 40, 4),
    VersusButton("a"),
    VersusButton(SLUG),
    InsteadButton(1, "c", "a"),
    InsteadButton(ID, "v", SLUG),
    KeepButton(ID),
    *(item(ID) for item in (AcceptButton, DeclineButton, PlayButton, WithdrawButton)),
    ReasonButton("quiz:1:0"),
    ReasonButton(f"quiz:{ID}:40"),
    ReasonButton(f"poll:{ID}"),
    AnswerButton(1, 0),
    AnswerButton(ID, 4),
    *(item(ID) for item in (CloseButton, ManageButton, BackToControlsButton, ExtendSelect, AskToCloseButton)),
    *(item(ID) for item in (ClosePollButton, CancelButton, CancelNowButton, OpenBallotButton)),
    ExtendNowButton(ID, 604_800, 10**11),
    BallotButton(1, 0),
    BallotButton(ID, 4),
    *(item(plan) for plan in PLANS for item in (PostButton, ChangeButton, PreviewButton)),
    *(item(plan) for plan in SERIES_PLANS for item in (BeginButton, ChangeSeriesButton, SeriesPreviewButton)),
    *(SeriesSelect(what, plan) for plan in SERIES_PLANS for what in "tbsp"),
    *(ChoiceSelect(what, plan) for plan in PLANS for what in "qtbs"),
    DropButton(),
    SampleButton(4),
    UsualBallotButton("direct"),
    UsualBallotButton("private"),
    OwnResultButton(ID),
    SkipButton(ID),
    SkipNowButton(ID, ID),
    StopSeriesButton(ID),
    SummaryLessonButton(ID, SLUG),
    StopNowButton(ID, ID),
    BoardButton("server", -1),
    BoardButton("world", 0),
    BoardButton(f"category:{SLUG}", ID),
    *(
        item(scope)
        for scope in ("server", "world", f"category:{SLUG}")
        for item in (FirstMineButton, FirstRankButton, FirstLadderSelect)
    ),
    *(
        item(scope)
        for scope in SCOPES
        for item in (TopButton, MineButton, RankButton, LadderSelect, OpenButton, OwnButton, StopButton)
    ),
    *(item(scope, page) for scope in SCOPES for page in (-1, ID) for item in (TurnButton, ShareButton)),
    SeasonSelect(),
    CardButton(1),
    CardButton(ID),
    HistoryButton(ID),
    AgainstButton(ID),
    OtherSelect(ID),
    WhyButton(1, -1),
    WhyButton(ID, ID),
    HideButton(),
    ShowButton(),
    ExportButton(),
    DeleteButton(),
    PageSelect("ladder"),
    BackButton("ladder"),
    CompeteButton("on"),
    CompeteButton("off"),
    OpenLadderButton("on"),
    OpenLadderButton("off"),
    ForeignButton(1, -1),
    ForeignButton(ID, ID),
    StartButton(),
    StartMonthlyButton(),
    *(item(ID) for item in (RenameButton, LengthenButton, EndButton, EndNowButton)),
    RepeatButton(ID, "on"),
    RepeatButton(ID, "off"),
    RecallButton("0.1.0", 1, 0, "curated:a"),
    RecallButton("10.10.10", 999, 4, LONGEST_IDENTITY),
    GoOnButton("0.0.0"),
    GoOnButton("10.10.10"),
    ReviewReasonButton(1, "curated:a"),
    ReviewReasonButton(999, LONGEST_IDENTITY),
    BackToMeButton(),
    RemindersButton(),
    StopRemindersButton(),
    HourSelect(),
    DuelsButton("refuse"),
    DuelsButton("take"),
    ReportButton("curated:a"),
    ReportButton(LONGEST_IDENTITY),
    ReportSelect(),
    *(
        item(one)
        for one in ("curated:a", LONGEST_IDENTITY)
        for item in (DismissButton, VoidButton, VoidNowButton, MendButton)
    ),
    *(TellButton(to, LONGEST_IDENTITY) for to in ("on", "off")),
    *(panel.PageButton(word) for word in ("ladder", "nonsense")),
    *(item("audit", ID) for item in (panel.UndoButton, panel.UndoNowButton)),
    audit_settings.LogPageButton(-1),
    audit_settings.LogPageButton(ID),
    audit_settings.ExportButton(),
    *(choosing.ListSelect(name) for name in choosing.LISTS),
    *(panel_lists.TurnButton(word, number) for word, number in (("excluded", -1), ("reports", 999_999))),
    order_questions.FindButton(),
    order_questions.OpenPollsButton(),
    order_questions.PollSelect(),
    order_questions.VoidButton(LONGEST_IDENTITY),
    order_questions.VoidSelect(),
    order_settings.ExcludeSelect(),
    order_settings.ReadmitSelect(),
    order_settings.ResetAllButton(),
    order_settings.ResetMemberSelect(),
    handing_in.AgainButton(),
    health_settings.TryAgainButton(),
    lesson_settings.DownloadButton(ID),
    lesson_settings.HandInButton(),
    lesson_settings.OwnListButton(-1),
    lesson_settings.OwnListButton(ID),
    lesson_settings.ServedSelect(),
    own_lesson_pages.OwnLessonSelect(),
    *(lesson_previews.PublishButton(NAME, ID, digest) for digest in ("-", "f" * 12)),
    *(lesson_previews.PreviewQuestionButton(NAME, ID, 40, where=where) for where in ("page", "row", "told")),
    lesson_previews.PreviewPageButton(NAME, ID, 99),
    lesson_previews.EditionButton(NAME, ID),
    lesson_previews.DiscardButton(NAME),
    own_figures.FiguresButton(NAME, 10),
    own_figures.ProposedButton(NAME),
    own_lesson_pages.EditionSelect(NAME),
    own_lesson_pages.OwnLessonButton(NAME),
    own_lesson_pages.RetireButton(NAME),
    role_settings.NoRoleButton(1200),
    role_settings.RolesAgainButton(),
    role_settings.TierRoleSelect(1200),
    role_settings.TierSelect(),
    *(schedule_edits.ChoiceSelect(ID, name) for name in ("kind", "weekdays", "fresh_days")),
    *(schedule_edits.EditButton(ID, side) for side in ("when", "what")),
    *(
        item(ID)
        for item in (
            schedule_edits.ChannelSelect,
            schedule_edits.MentionSelect,
            schedule_edits.TimeButton,
            schedule_settings.LookButton,
            schedule_settings.RemoveButton,
            schedule_settings.SkipButton,
            scheduled_screens.RecapLadderButton,
        )
    ),
    schedule_settings.AddButton("recap"),
    schedule_settings.NewChannelSelect("question"),
    schedule_settings.OpenSelect(),
    *(schedule_settings.PauseButton(ID, to) for to in ("on", "off")),
    scheduled_screens.ReadButton(ID, SLUG),
    *(
        item(name)
        for name in ("share_channels", "poll_channels")
        for item in (channel_settings.ChannelsSelect, channel_settings.NoChannelsButton)
    ),
    poll_settings.MentionSelect(),
    poll_settings.NoMentionButton(),
    time_settings.ZoneButton(),
    time_settings.ZoneSelect(),
    shared_cards.ShareButton(ID),
    shared_cards.OpenButton(ID),
    TitlesChannelSelect(),
    NoTitlesButton(),
    HomeSelect(),
    DailyButton("on"),
    DailyButton("off"),
    FirstButton(),
]


def custom_id_of(item: ui.DynamicItem[Any]) -> str:
    custom_id = item.item.custom_id  # type: ignore[union-attr]
    assert isinstance(custom_id, str)
    return custom_id


def template_of(item: Any) -> re.Pattern[str]:
    return item.__discord_ui_compiled_template__


def pressables(cls: type = Pressable) -> set[type]:
    return {one for child in cls.__subclasses__() for one in {child, *pressables(child)}}


def test_every_button_of_the_chat_is_registered() -> None:
    for module in pkgutil.iter_modules(bot.chat.__path__, "bot.chat."):
        importlib.import_module(module.name)
    ours = {one for one in pressables() if one.__module__.startswith("bot.chat.")}
    assert ours == set(ITEMS)
    assert len(ITEMS) == len(set(ITEMS))


def test_there_is_an_example_of_every_button_here() -> None:
    assert {type(one) for one in SAMPLES} == set(ITEMS)


def test_every_id_begins_with_a_word_and_a_version_of_its_own() -> None:
    beginnings = Counter(template_of(item).pattern.split(":")[0] for item in ITEMS)
    assert max(beginnings.values()) == 1, beginnings
    for beginning in beginnings:
        assert re.fullmatch(r"[a-z]+\d+[a-z]?", beginning), beginning


@pytest.mark.parametrize("sample", SAMPLES, ids=custom_id_of)
def test_an_id_is_understood_by_its_own_button_alone_and_never_too_long(sample: ui.DynamicItem[Any]) -> None:
    custom_id = custom_id_of(sample)
    assert [item for item in ITEMS if template_of(item).fullmatch(custom_id)] == [type(sample)]
    assert len(custom_id) <= 100


@pytest.mark.parametrize("sample", SAMPLES, ids=custom_id_of)
async def test_a_button_is_made_again_from_its_id(sample: Any) -> None:
    custom_id = custom_id_of(sample)
    match = template_of(sample).fullmatch(custom_id)
    assert match is not None
    again = await type(sample).from_custom_id(None, sample.item, match)
    assert custom_id_of(again) == custom_id


@pytest.mark.parametrize("query", ["強化学習" * 10, "🦜" * 30, "é" * 60, "a" * 80, "x"])
def test_a_search_in_a_button_keeps_as_much_as_fits_and_no_broken_letters(query: str) -> None:
    kept = View.decode(View(query=query).encode()).query
    assert query.startswith(kept)
    assert kept


def ordinary() -> ui.Button[Any]:
    return ui.Button(label="ordinary", custom_id="ordinary")


@pytest.mark.parametrize(
    "items",
    [
        lambda: [row(ordinary())],
        lambda: [row(CloseButton(1), ordinary())],
        lambda: [row(CloseButton(1)), card(text("hello"), row(ordinary()))],
        lambda: [ui.Section(text("hello"), accessory=ordinary()), row(CloseButton(1))],
        lambda: [row(ui.Select(options=[discord.SelectOption(label="a")])), row(CloseButton(1))],
    ],
)
def test_a_screen_refuses_an_ordinary_button_which_would_unregister_the_others(items: Any) -> None:
    with pytest.raises(TypeError, match="not a dynamic item"):
        Screen(*items())


def test_a_link_may_stand_on_a_screen() -> None:
    Screen(row(CloseButton(1), ui.Button(label="out", url="https://example.org")))


async def test_vote_buttons_live_on_whatever_was_sent_edited_and_forgotten_meanwhile(stage: Stage) -> None:
    """A view that mixes kinds of buttons takes the template with it when it times out: ours must not."""
    message = await stage.poll(duration="2h")
    registered = dict(stage.bot._connection._view_store._dynamic_items)
    ben, cleo, dan, eve = stage.members
    for _ in range(3):
        for command in ("lesson", "quiz", "ladder", "rank", "help"):
            shown = stage.looked_at(await ben.slash(stage.quiz, command))
            for label in list(buttons(shown))[:2]:
                if label in buttons(stage.now_shown(shown)) and label not in {"Search", "Read"}:
                    await stage.press(ben, shown, label)
        opening = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson="base-rates"))
        await stage.press(ben, opening, "Start" if "Start" in buttons(opening) else "Go on")
    other = await stage.poll(lesson="base-rates", question=_first(stage))
    await cleo.click(other, label="A")
    await stage.close(stage.moderator, other)
    await stage.moderator.delete(other)
    await stage.later(1198)  # private messages are forgotten after a quarter of an hour
    store = stage.bot._connection._view_store
    assert store._dynamic_items == registered
    assert store._views == {}, "nothing piles up"
    assert store._synced_message_views == {}
    assert "Recorded, and final" in seen(await dan.click(message, label="A"))
    assert "Recorded, and final" in seen(await eve.click(message, label="B"))
    assert "📊 Result" in prose(await stage.close(stage.moderator, message))


def _first(stage: Stage) -> str:
    return stage.catalogue.lesson("base-rates").questions[0].id
