"""Settings of one installation, from the environment (``SYNTHESIS_…``) or a ``synthesis.toml`` beside the data.

Read by cli, pipelines and app only; everything below them takes plain arguments.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Settings(BaseSettings):
    """Every setting with its default. Environment variables win over ``synthesis.toml``."""

    # An empty variable is one that is not set: as a folder it would be the working directory, vault and all.
    model_config = SettingsConfigDict(
        env_prefix="SYNTHESIS_", env_ignore_empty=True, toml_file="synthesis.toml", extra="forbid", frozen=True
    )

    data_dir: Path = Field(default=Path("data/processed"), description="where runs, vault and records live")
    raw_dir: Path = Field(default=Path("data/raw"), description="where scheduled runs look for exports")
    benchmark: Path = Field(
        default=Path("data/benchmark.toml"), description="the district's own numbers, for the page on who is missing"
    )
    database_url: str | None = Field(default=None, description="SQLAlchemy address; SQLite in data_dir when empty")
    district: str = Field(default="Larkmoor Valley School District", description="printed on briefs and in the app")
    timezone: str = Field(default="America/New_York", description="of local times in exports, and of schedules")
    languages: tuple[str, ...] = Field(default=("en", "es", "ht"), description="what language detection may answer")
    schedule_cron: str = Field(default="0 5 * * 1-5", description="when `synthesis serve` runs the flow")
    alert_command: tuple[str, ...] = Field(
        default=(), description="called when an export brings urgent items; gets counts as JSON, never words"
    )
    steward: bool = Field(default=False, description="show the app's pages on which a steward decides")
    minimum_cell: int = Field(default=10, ge=1, description="groups smaller than this are not shown on their own")
    weight_reach: float = Field(default=0.6, ge=0, description="weight of people reached in the order")
    weight_channels: float = Field(default=0.2, ge=0, description="weight of breadth over channels in the order")
    weight_roles: float = Field(default=0.2, ge=0, description="weight of breadth over roles in the order")
    channel_cap: int = Field(
        default=50, ge=0, description="people as whom a channel weighs at most in the order; 0 for no cap"
    )
    coherence_funds: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default={},
        description="what each fund has for the costs of all plans together; one that is not named has no limit",
    )
    coherence_steps_at_once: int = Field(default=3, ge=1, description="open steps that one person can carry at once")
    coherence_top_themes: int = Field(
        default=10, ge=0, description="themes up to this rank need a strategy, or a reason"
    )
    coherence_words_per_theme: int = Field(
        default=8, ge=0, description="words that people use for a theme, of which each is sought in the Direction"
    )
    coherence_word_lift: float = Field(
        default=2.0, ge=1, description="a word is a theme's where so many times the share of all people use it there"
    )
    model_dir: Path | None = Field(
        default=None, description="folder of another embedding model; the packaged one when empty"
    )
    model_sha256: str = Field(
        default="", description="checksum of its safetensors files (sha256sum where there is one)"
    )
    model_multilingual: bool = Field(default=False, description="it reads the district's other languages too")
    seed: int = Field(default=0, ge=0)
    namer_url: str = Field(
        default="", description="address of a language model on this computer that may suggest names; none when empty"
    )
    namer_model: str = Field(default="", description="what the model is called there")
    namer_allow_remote: bool = Field(
        default=False, description="the model may be on another computer: words of the public then leave this one"
    )
    namer_seconds: float = Field(default=60.0, gt=0, description="how long an answer may take")

    def weights(self) -> dict[str, float]:
        """Return how the order is made: the arguments of `Weights`."""
        return {
            "reach": self.weight_reach,
            "channels": self.weight_channels,
            "roles": self.weight_roles,
            "channel_cap": self.channel_cap,
        }

    def limits(self) -> dict[str, Any]:
        """Return from where on the plan's coherence is found wanting: the arguments of `Limits`."""
        return {
            "funds": self.coherence_funds,
            "steps_at_once": self.coherence_steps_at_once,
            "top_themes": self.coherence_top_themes,
            "words_per_theme": self.coherence_words_per_theme,
            "word_lift": self.coherence_word_lift,
            "fewest_people": self.minimum_cell,
        }

    def namer(self) -> dict[str, Any]:
        """Return where a language model answers: the arguments of `Namer`."""
        return {
            "url": self.namer_url,
            "model": self.namer_model,
            "allow_remote": self.namer_allow_remote,
            "seconds": self.namer_seconds,
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
