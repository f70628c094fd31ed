"""Names that a language model suggests, where a district has one and asks for it. Off by default; nothing is ever applied.

The model is any server that speaks OpenAI's chat API, on this computer. Public words would leave the computer with another address:
that is refused unless it is allowed in the settings. Nothing that is sent or answered is logged.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from synthesis.errors import InputError, NamerUnavailable, RuleError
from synthesis.model import Verb
from synthesis.published import PublishedRun
from synthesis.store.database import connection
from synthesis.store.events import read_events
from synthesis.store.runs import read_run
from synthesis.themes import edits, suggesting

_AT_MOST = 40
_LETTERS = 400
_ANSWER = 2**20


@dataclass(frozen=True, slots=True)
class Namer:
    """Where a language model answers: the address of its API (``http://127.0.0.1:11434/v1``) and the model's name there."""

    url: str
    model: str
    allow_remote: bool = False
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that a model suggests for a theme, with the ideas that it cites, or why it is refused.

    `refused` is empty where a person may take the name, by a rename of their own; `n_sent` ideas were sent.
    """

    theme_id: str
    present: str
    name: str
    ideas: tuple[str, ...]
    refused: tuple[str, ...]
    n_sent: int


def suggest_names(
    theme_ids: Sequence[str], *, namer: Namer, data_dir: Path, database_url: str | None = None
) -> Iterator[Suggestion]:
    """Yield a suggestion for each theme named (all where none is), as they come.

    Raises InputError for an unknown theme or an address that is none, RuleError for one on another computer, and NamerUnavailable where
    the model cannot be reached, is too slow or fails: what had come before then stands.
    """
    if not namer.url or not namer.model:
        raise InputError("No language model is set.", do="Set namer_url and namer_model (docs/operations.md).")
    run = read_run(data_dir)
    with connection(data_dir, database_url) as opened:
        renamed = edits.fold(read_events(opened, (*edits.EDITS, Verb.UNDO_EDIT))).names
    names = {str(theme.theme_id): renamed.get(theme.theme_id, theme.name) for theme in run.themes}
    unknown = [theme_id for theme_id in theme_ids if theme_id not in names]
    if unknown:
        raise InputError(f"There is no theme {unknown[0]!r}.", do="Look the themes up: synthesis themes.")
    server = _Server(namer)
    for theme_id in theme_ids or list(names):
        said = _said(run, theme_id)
        others = [name for other, name in names.items() if other != theme_id]
        if len({one.speaker for one in said}) < suggesting.MIN_CITED:
            few = "Too few people's words may be quoted: nothing was sent."
            yield Suggestion(theme_id, names[theme_id], "", (), (few,), 0)
            continue
        found = suggesting.check(server.answer(suggesting.messages(said, others)), said, others)
        yield Suggestion(theme_id, names[theme_id], found.name, found.ideas, found.refused, len(said))


def _said(run: PublishedRun, theme_id: str) -> list[suggesting.Said]:
    """Return what is sent of a theme: the firmest ideas, one a person, in public text that waits for nobody; no letters of campaigns."""
    comments = run.contributions
    comments = comments[comments["hold"].eq("") & comments["duplicate_of"].eq("") & comments["campaign_id"].eq("")]
    inside = run.assignments[run.assignments["theme_id"].eq(theme_id) & ~run.assignments["unclear"]]
    own = inside.merge(run.ideas, on="idea_id").merge(
        comments[["contribution_id", "participant_key"]], on="contribution_id"
    )
    own = own.sort_values(["strength", "idea_id"], ascending=[False, True]).drop_duplicates("participant_key")
    rows = own[["idea_id", "text", "participant_key"]].head(_AT_MOST).itertuples(index=False)
    return [suggesting.Said(str(idea), str(text)[:_LETTERS], str(speaker)) for idea, text, speaker in rows]


class _Server:
    """The server of a namer. It is asked at the address that was checked; proxies and redirections are not followed."""

    def __init__(self, namer: Namer) -> None:
        parts = urlsplit(namer.url)
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            port = 0
        if parts.scheme not in ("http", "https") or not parts.hostname or not port or parts.username:
            raise InputError(
                "The address of the namer is none that can be asked.",
                expected="http://127.0.0.1:PORT/v1",
                do="Correct namer_url in the settings.",
            )
        self._namer, self._host, self._port = namer, parts.hostname, port
        self._secure = parts.scheme == "https"
        self._path = f"{parts.path.rstrip('/').removesuffix('/chat/completions')}/chat/completions"
        self._address = self._checked()

    def _checked(self) -> str:
        """Return the address to ask. Raises RuleError where the host's name leads to another computer."""
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except OSError:
            raise NamerUnavailable(
                f"The namer's host {self._host!r} is not known.", do="Correct namer_url in the settings."
            ) from None
        addresses = [str(entry[4][0]) for entry in found]
        away = [address for address in addresses if not ipaddress.ip_address(address.split("%")[0]).is_loopback]
        if away and not self._namer.allow_remote:
            raise RuleError(
                f"The namer's address {self._host} is on another computer: words of the public would leave this one.",
                expected="an address of this computer, such as http://127.0.0.1:11434/v1",
                do="Name one, or set namer_allow_remote where your district has agreed to it.",
            )
        return addresses[0]

    def answer(self, told: list[dict[str, str]]) -> str:
        """Return what the model answers. Raises NamerUnavailable; nothing is tried twice."""
        body = json.dumps(
            {
                "model": self._namer.model,
                "messages": told,
                "temperature": 0,
                "max_tokens": 400,
                "response_format": {"type": "json_object"},
                "stream": False,
            }
        ).encode()
        try:
            status, data = self._post(body)
        except TimeoutError:
            raise NamerUnavailable(
                f"The namer did not answer within {self._namer.seconds:g} seconds.",
                do="See whether it runs, or allow it more time (namer_seconds).",
            ) from None
        except (OSError, http.client.HTTPException) as error:
            raise NamerUnavailable(
                f"The namer cannot be asked ({type(error).__name__}).", do="See whether it runs, and where (namer_url)."
            ) from None
        if status != http.HTTPStatus.OK:
            raise NamerUnavailable(
                f"The namer answered with status {status}.",
                do="See its own messages, and whether namer_model is one of its models.",
            )
        try:
            return str(json.loads(data)["choices"][0]["message"]["content"])
        except (ValueError, LookupError, TypeError, RecursionError):
            raise NamerUnavailable(
                "The namer's answer is not that of a chat API.",
                expected="choices[0].message.content",
                do="Name the address of an OpenAI-compatible API in namer_url (it mostly ends in /v1).",
            ) from None

    def _post(self, body: bytes) -> tuple[int, bytes]:
        """Return the status and the body, read until the time is up."""
        until = time.monotonic() + self._namer.seconds
        link = socket.create_connection((self._address, self._port), timeout=self._namer.seconds)
        with link:
            line: socket.socket = link
            if self._secure:
                line = ssl.create_default_context().wrap_socket(link, server_hostname=self._host)
            asked = http.client.HTTPConnection(self._host, self._port)
            asked.sock = line
            line.settimeout(max(until - time.monotonic(), 0.01))
            asked.request("POST", self._path, body, {"Content-Type": "application/json", "Connection": "close"})
            answer = asked.getresponse()
            parts, size = [], 0
            while piece := answer.read1(2**16):
                parts.append(piece)
                size += len(piece)
                left = until - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                if size > _ANSWER:
                    raise http.client.HTTPException
                line.settimeout(left)
            return answer.status, b"".join(parts)
