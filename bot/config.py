"""The process's configuration: what an operator decides, as against a server's moderators."""

import re
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_DATABASE = "sqlite:///rung.sqlite3"

_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}")


class Misconfigured(Exception):
    """The configuration cannot be used; the message says what to do about it."""


class Config(BaseSettings):
    """Read from the environment, or from a file ``.env`` in the folder where the program is started."""

    model_config = SettingsConfigDict(env_prefix="RUNG_", env_file=".env", extra="ignore")

    token: SecretStr | None = Field(None, description="The bot's token from Discord")
    database_url: str = Field(DEFAULT_DATABASE, description="Where everything is kept")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged")

    def require_token(self) -> str:
        """The token; raises `Misconfigured` if there is none, or if it cannot be one."""
        token = self.token.get_secret_value().strip() if self.token else ""
        if not token:
            raise Misconfigured(
                "No token: create an application at https://discord.com/developers/applications, copy its bot token, "
                "and set RUNG_TOKEN in the environment or in a file .env; to try the bot without one, use `rung try`."
            )
        if not _TOKEN.fullmatch(token):
            raise Misconfigured(
                "RUNG_TOKEN does not look like a bot token (three parts joined by dots): copy it again from the "
                "Bot page of your application at https://discord.com/developers/applications."
            )
        return token


def read_config() -> Config:
    """The configuration of this process; raises `Misconfigured` naming what cannot be used."""
    try:
        return Config()  # pyright: ignore[reportCallIssue]
    except ValidationError as invalid:
        wrong = "; ".join(
            f"RUNG_{'_'.join(str(part) for part in error['loc']).upper()}: {error['msg']}"
            for error in invalid.errors()
        )
        raise Misconfigured(f"The configuration cannot be used: {wrong}") from None
    except UnicodeDecodeError:
        raise Misconfigured("The file .env is not UTF-8 text; save it as UTF-8.") from None
