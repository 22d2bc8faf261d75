"""The playground's doors: what it says when it cannot open, or cannot open where it should."""

import asyncio
import importlib.metadata
import logging
import socket
from urllib.parse import urlsplit

import pytest

from bot.playground import ACADEMY, PlaygroundUnavailable, check_requirements, requirements, serve
from tests.playground.seats import Clock
from tests.playground.toy import Memory


def pretend(monkeypatch: pytest.MonkeyPatch, installed: str | None) -> None:
    def version(name: str) -> str:
        if installed is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed

    monkeypatch.setattr(requirements, "version", version)


def test_another_simcord_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch):
    pretend(monkeypatch, "3.3.0")
    with pytest.raises(
        PlaygroundUnavailable,
        match=r"needs SimCord 3\.2\.1, and 3\.3\.0 is installed: in the project's folder, pip install",
    ):
        check_requirements()


async def test_a_missing_extra_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch):
    pretend(monkeypatch, None)
    with pytest.raises(
        PlaygroundUnavailable,
        match="needs the extra `try`, which is not installed: in the project's folder, pip install",
    ):
        await serve(Memory().create_bot, clock=Clock(), stop=asyncio.Event(), on_ready=print)


def test_a_half_installed_extra_names_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(requirements, "find_spec", lambda name: None if name == "regex" else object())
    with pytest.raises(PlaygroundUnavailable, match="regex missing"):
        check_requirements()


def test_no_two_ids_of_the_world_are_the_same():
    ids = [ACADEMY.guild.id, ACADEMY.guild.owner_id, *(channel.id for channel in ACADEMY.channels)]
    ids += [identity for member in ACADEMY.members for identity in (member.id, member.dm_id)]
    assert len(set(ids)) == len(ids)
    assert ACADEMY.guild.id == 1457659890892800000
    assert ACADEMY.member("ada").id == 1458022278758400000


async def test_a_taken_port_is_said_and_another_found(caplog: pytest.LogCaptureFixture):
    stop = asyncio.Event()
    said: list[str] = []
    addresses: list[str] = []

    def ready(address: str) -> None:
        addresses.append(address)
        stop.set()

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        await serve(Memory().create_bot, clock=Clock(), stop=stop, on_ready=ready, port=port, say=said.append)
    found = urlsplit(addresses[0]).port
    assert found != port
    assert said == [f"Port {port} is taken, so the playground is at port {found}."]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_bot_that_cannot_start_is_closed_and_its_reason_told():
    memory = Memory()

    async def refuse(world: object) -> None:
        raise RuntimeError("no lessons found")

    with pytest.raises(RuntimeError, match="no lessons found"):
        await serve(
            memory.create_bot, clock=Clock(), stop=asyncio.Event(), on_ready=print, port=0, on_started=refuse
        )
    assert memory.bots[0].closed_cleanly
