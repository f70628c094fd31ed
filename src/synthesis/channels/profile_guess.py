"""Guesses of what a column is: by its header in English or Spanish, and by what its cells look like.

Cells are looked at, never repeated: what leaves this module is counts, shapes, and the words of short lists of options
(roles, speakers, marks) that a person has to map.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from synthesis.channels.dates import day_places, parse_local
from synthesis.channels.non_answers import is_non_answer
from synthesis.channels.people import name_identity, role_of
from synthesis.channels.profiles import Use
from synthesis.channels.prompts import count_of, valence_of
from synthesis.channels.survey import looks_like_choice
from synthesis.channels.tables import fold_header
from synthesis.model import Role, SpeakerKind, Valence

SURE: Final = 0.6
"""A guess below this is left for the person: ``?``."""
_SAMPLE = 500
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SCHOOL = re.compile(
    r"\b(?:elementary|middle|high|academy|school|k-8|escuela|primaria|secundaria|preparatoria|colegio|lek[òo]l|es|ms|hs)\b",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"#[0-9a-f]{3,8}|(?:light |dark )?(?:yellow|blue|green|pink|red|orange|purple|violet|white|gr[ae]y|"
                     r"black|cyan|amarillo|azul|verde|rosa|rojo|naranja|morado|blanco|gris)", re.IGNORECASE)  # fmt: skip
_YES = frozenset("true yes y x 1 sí si ✓ ✔ test preview seed organizer organiser private confidential wi".split())
_SPEAKERS = (
    (SpeakerKind.FACILITATOR, r"facilitat|moderat|host|note"),
    (SpeakerKind.BOARD, r"board|trustee|junta|consejo"),
    (SpeakerKind.VENDOR, r"vendor|consult|proveedor"),
    (SpeakerKind.STAFF, r"staff|district|personal|superintend|distrito|empleado"),
    (
        SpeakerKind.COMMUNITY,
        r"communit|public|famil|parent|student|resident|comunidad|p[úu]blico|padre|participa|attendee|guest",
    ),
)
_HEADERS: Final[tuple[tuple[Use, str], ...]] = (
    (Use.IGNORE, r"(?:pos(?:ition)? ?)?[xyz](?: ?(?:pos(?:ition)?|coord\w*))?|(?:pos|left|top|width|height|rotation|z.?index"
     r"|ancho|alto|posici[óo]n [xy])|.*colou?r.*|.*\bfill\b.*|shape|forma|type of sticky|url|link|enlace|.*\bip\b.*|phone.*"
     r"|tel[ée]fono.*|celular.*|tags?|etiquetas?|labels?|(?:last )?(?:modified|updated)(?: .*)?|modificado.*|duration.*"
     r"|browser|device|status|estado|zip.*|c[óo]digo postal"),
    (Use.EMAIL, r".*\b(?:e-?mails?|correo|im[èe]l)\b.*"),
    (Use.TEST, r"(?:is )?(?:tests?|preview|prueba|is test)(?:\?| row| response| flag)?"),
    (Use.SEED, r"(?:is )?(?:seed|semilla)(?: .*)?|(?:written|added) by (?:organi[sz]ers?|staff)|organi[sz]er(?:'s)?(?: text)?"),
    (Use.PRIVATE, r"(?:is )?(?:private|confidential|privado|confidencial|do not (?:share|publish)|no publicar)"),
    (Use.SPEAKER, r"speaker (?:kind|type|group)|(?:is )?staff(?: or community)?|staff/community|tipo de (?:voz|hablante)"
     r"|speaker"),
    (Use.LANGUAGE, r"lang(?:uage)?|idioma|lengua|lang"),
    (Use.STARS, r".*\b(?:stars?|rating|estrellas|puntuaci[óo]n|calificaci[óo]n|score)\b.*"),
    (Use.RATERS, r".*\b(?:raters|ratings|times rated|rated by|evaluadores)\b.*"),
    (Use.DISAGREES, r".*\b(?:disagrees?|downvotes?|thumbs down|en contra|desacuerdo)\b.*"),
    (Use.AGREES, r".*\b(?:agrees?|upvotes?|thumbs up|a favor|de acuerdo)\b.*"),
    (Use.SPEAKS_FOR, r".*\b(?:speak(?:s|ing) for|head ?count|household|people|personas|adults|adultos|asistentes|moun)\b.*"
     r"|cu[áa]ntas personas.*"),
    (Use.DOTS, r".*\b(?:dots?|votes?|tally|count|stickers?|checks?|endors\w*|times|veces|puntos|votos|conteo|likes?|hearts?|loves?|me gusta"
     r"|marcas)\b.*|\+1s?|x"),
    (Use.PERSON_ID, r".*\b(?:participant|respondent|person|user|student|participante|usuario|persona)\b.*\b(?:id|no|number|code"
     r"|c[óo]digo|n[úu]mero)|participant id|contributor id"),
    (Use.RECORD_KEY, r"#|id|folio|uuid|(?:.*\b(?:record|response|entry|submission|case|ticket|note|sticky|row|comment|card"
     r"|registro|respuesta)\b.*)\W(?:id|no|number|#|n[úu]mero)|.*\bid"),
    (Use.DATE, r".*\b(?:date|time|timestamp|fecha|hora|created|submitted|received|creado|enviado|recibido|dat|day|d[íi]a"
     r"|marca temporal)\b.*|when"),
    (Use.PERSON_NAME, r"(?:full |your |participant |respondent )?name|nombre.*|author|autor[a]?|(?:created|added|submitted"
     r"|written|posted) by|creado por|who|from|participant|participante|user"),
    (Use.ROLE, r".*\b(?:role|stakeholder|relationship|rol|relaci[óo]n|describes you|who are you|respondent type)\b.*"
     r"|i am.*|i[’']m an?|soy.*|usted es.*|¿?qui[ée]n es usted.*|mwen se.*|group type|audience|tipo de persona"),
    (Use.SCHOOL, r".*\b(?:school|campus|escuela|plantel|lek[òo]l|colegio)\b.*"),
    (Use.GRADE, r"(?:.*\b)?(?:grades?|grado|klas|grade band|grade level)"),
    (Use.SITE, r"(?:tour )?(?:site|location|venue|sede|lugar|where|stop|town|parada)(?: name)?"),
    (Use.EVENT, r"(?:event|evento|meeting|session|sesi[óo]n|reuni[óo]n|workshop)(?: name)?"),
    (Use.ROOM, r"(?:room|table|mesa|sala|sal[óo]n|frame|section|secci[óo]n|breakout|group|grupo|area|[áa]rea|board|column|list"
     r"|lane|cluster|topic room|marco)(?: (?:name|#|no|number|title|n[úu]mero))?"),
    (Use.QUESTION, r"(?:question|prompt|pregunta|topic|tema|kesyon|theme)(?: text)?"),
    (Use.TEXT, r".*(?:comment|note|text|idea|answer|response|feedback|message|suggest|opinion|thought|sticky|content|remark"
     r"|coment|opini[óo]n|respuesta|mensaje|sugerenc|\bnotas?\b|what was said|we heard|texto|observaci|k[òo]mant[èe]).*"
     r"|¿.*|.*\?|(?:what|why|how|which|if you|one thing|tell us|qu[ée]|c[óo]mo|por qu[ée]|kisa|poukisa)\b.*"),
)  # fmt: skip
_PATTERNS: Final = tuple((use, re.compile(pattern, re.IGNORECASE)) for use, pattern in _HEADERS)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column may be, how sure that is from 0 to 1, and why in words without cells."""

    use: Use
    confidence: float
    reason: str


class Cells:
    """The filled cells of one column, and what share of them has which look. Shares are of a sample of the first."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.rows = len(cells)
        self.all = [cell.strip() for cell in cells if cell.strip()]
        self.sample = self.all[:_SAMPLE]

    def share(self, test: Callable[[str], bool]) -> float:
        """Return the share of the sample that passes a test, 0 of nothing."""
        return sum(1 for cell in self.sample if test(cell)) / len(self.sample) if self.sample else 0.0

    @cached_property
    def counts(self) -> Counter[str]:
        """Return how often each cell stands in the column."""
        return Counter(self.all)

    @property
    def distinct(self) -> int:
        """Return how many different cells there are."""
        return len(self.counts)

    @cached_property
    def words(self) -> list[int]:
        """Return the numbers of words, fewest first."""
        return sorted(len(cell.split()) for cell in self.sample) or [0]

    @property
    def median_words(self) -> int:
        """Return the median number of words."""
        return self.words[len(self.words) // 2]

    @cached_property
    def emails(self) -> float:
        """Return the share of e-mail addresses."""
        return self.share(lambda cell: bool(_EMAIL.fullmatch(cell)))

    @cached_property
    def dates(self) -> float:
        """Return the share of dates, day first or month first."""
        return self.share(lambda cell: not re.fullmatch(r"\d{1,6}", cell) and _is_date(cell))

    @cached_property
    def numbers(self) -> float:
        """Return the share of numbers."""
        return self.share(lambda cell: bool(re.fullmatch(r"-?\d+(?:[.,]\d+)*%?", cell)))

    @cached_property
    def tallies(self) -> float:
        """Return the share of counts, in digits or as marks such as x4."""
        return self.share(lambda cell: count_of(cell) is not None)

    @cached_property
    def stars(self) -> float:
        """Return the share of numbers from 0 to 5."""
        return self.share(lambda cell: bool(re.fullmatch(r"[0-4](?:[.,]\d+)?|5(?:[.,]0+)?", cell)))

    @cached_property
    def roles(self) -> float:
        """Return the share of short cells that name a role."""
        return self.share(lambda cell: len(cell.split()) <= 8 and role_of(cell) is not Role.UNKNOWN)

    @cached_property
    def schools(self) -> float:
        """Return the share of short cells that name a kind of school."""
        return self.share(lambda cell: len(cell.split()) <= 6 and bool(_SCHOOL.search(cell)))

    @cached_property
    def colours(self) -> float:
        """Return the share of colours."""
        return self.share(lambda cell: bool(_COLOUR.fullmatch(cell)))

    @cached_property
    def names(self) -> float:
        """Return the share of cells that look like the full name of a person."""
        return self.share(
            lambda cell: (
                bool(name_identity(cell)) and len(cell.split()) <= 4 and cell.istitle() and cell[-1] not in ".?!"
            )
        )

    @cached_property
    def prose(self) -> bool:
        """Tell whether cells are sentences rather than options, names or codes."""
        if max(self.emails, self.dates, self.numbers) >= 0.5:
            return False
        return (self.median_words >= 4 or self.words[-1] >= 8) and not looks_like_choice(self.sample)

    @cached_property
    def options(self) -> bool:
        """Tell whether a short list of short cells comes back, as options do."""
        return bool(self.all) and self.distinct <= 30 and self.words[-1] <= 10 and (
            self.distinct <= 3 or self.distinct <= 0.7 * len(self.all)
        )  # fmt: skip


def _is_date(text: str) -> bool:
    zone = ZoneInfo("UTC")
    for day_first in (False, True):
        try:
            return bool(parse_local(text, zone, day_first=day_first).iso)
        except ValueError:
            continue
    return False


_FITTING: Final[dict[Use, Callable[[Cells], bool]]] = {
    Use.EMAIL: lambda c: c.emails >= 0.5,
    Use.DATE: lambda c: c.dates >= 0.6,
    Use.STARS: lambda c: c.stars >= 0.9,
    Use.RATERS: lambda c: c.numbers >= 0.9,
    Use.AGREES: lambda c: c.numbers >= 0.9,
    Use.DISAGREES: lambda c: c.numbers >= 0.9,
    Use.DOTS: lambda c: c.tallies >= 0.8,
    Use.SPEAKS_FOR: lambda c: c.tallies >= 0.8,
    Use.ROLE: lambda c: c.roles >= 0.3 and c.median_words <= 8,
    Use.SCHOOL: lambda c: not c.prose and c.numbers < 0.5 and (c.options or c.schools >= 0.3),
    Use.GRADE: lambda c: c.words[-1] <= 4,
    Use.LANGUAGE: lambda c: c.words[-1] <= 4 and c.distinct <= 12 and not c.numbers,
    Use.SEED: lambda c: c.distinct <= 4 and c.words[-1] <= 3,
    Use.TEST: lambda c: c.distinct <= 4 and c.words[-1] <= 3,
    Use.PRIVATE: lambda c: c.distinct <= 4 and c.words[-1] <= 3,
    Use.SPEAKER: lambda c: c.distinct <= 8 and c.words[-1] <= 4,
    Use.PERSON_NAME: lambda c: c.words[-1] <= 6 and max(c.numbers, c.dates, c.roles) < 0.5,
    Use.PERSON_ID: lambda c: c.words[-1] == 1,
    Use.RECORD_KEY: lambda c: c.words[-1] <= 2 and c.distinct == len(c.all),
    Use.SITE: lambda c: not c.prose and c.words[-1] <= 12,
    Use.EVENT: lambda c: not c.prose and c.words[-1] <= 15,
    Use.ROOM: lambda c: not c.prose and c.words[-1] <= 15,
    Use.QUESTION: lambda c: c.distinct < len(c.all) or c.distinct == 1,
    Use.TEXT: lambda c: c.prose,
    Use.IGNORE: lambda c: not c.prose,
}


def guess(header: str, cells: Cells) -> Guess:
    """Return the best guess for one column; `UNDECIDED` with a reason where header and cells do not settle it."""
    if not cells.all:
        named = _by_header(header)
        why = "no cell is filled"
        return (
            Guess(named, 0.6, f"{why}; the header says {named}") if named in _EMPTY_OK else Guess(Use.IGNORE, 0.8, why)
        )
    if cells.emails >= 0.8:
        return Guess(Use.EMAIL, 0.95, "the cells are e-mail addresses")
    for use in _all_by_header(header):
        if _FITTING[use](cells):
            use = _settled(use, cells)
            return Guess(use, 0.9, f"the header says {use}, and the cells fit")
    return _by_cells(header, cells)


_EMPTY_OK: Final = frozenset({Use.TEXT, Use.EMAIL, Use.PERSON_NAME, Use.SCHOOL, Use.DATE, Use.GRADE})


def _all_by_header(header: str) -> list[Use]:
    name = fold_header(header)
    last = fold_header(header.rsplit(" / ", 1)[-1])
    question = header.strip().endswith("?") or header.strip().startswith("¿")
    found = [use for use, pattern in _PATTERNS if pattern.fullmatch(name) or pattern.fullmatch(last)]
    return [*found, Use.TEXT] if question and Use.TEXT not in found else found


def _by_header(header: str) -> Use:
    return next(iter(_all_by_header(header)), Use.UNDECIDED)


def _settled(use: Use, cells: Cells) -> Use:
    """Return the finer use where the cells tell it: a frame that asks is a question."""
    if use is Use.ROOM:
        asking = cells.share(lambda cell: cell.endswith("?") or valence_of(cell) is not Valence.OPEN)
        return Use.QUESTION if asking >= 0.5 else use
    return use


def _by_cells(header: str, cells: Cells) -> Guess:
    """Return the guess from the cells alone."""
    named = _by_header(header)
    against = f"; the header says {named}, but the cells do not fit" if named is not Use.UNDECIDED else ""
    if cells.prose:
        return Guess(Use.TEXT, 0.75 if not against else 0.6, f"the cells are sentences{against}")
    for share, use, what in (
        (cells.dates, Use.DATE, "dates"),
        (cells.colours, Use.IGNORE, "colours"),
        (cells.roles, Use.ROLE, "words for roles"),
        (cells.schools, Use.SCHOOL, "names of schools"),
        (cells.names, Use.PERSON_NAME, "names of people"),
    ):
        if share >= 0.7:
            return Guess(use, 0.7 if not against else 0.6, f"the cells are {what}{against}")
    if re.search(r"[x×+✔✓●•|]", "".join(cells.sample)) and cells.tallies >= 0.9:
        return Guess(Use.DOTS, 0.7, "the cells are tallies")
    if named is Use.TEXT and looks_like_choice(cells.sample):
        return Guess(Use.UNDECIDED, 0.4, "a question whose answers come back as options do: text, or ignore it")
    if named is Use.TEXT:
        return Guess(Use.TEXT, 0.6, "the header asks, and the answers are short")
    look = "numbers" if cells.numbers >= 0.8 else "options that come back" if cells.options else "short cells"
    return Guess(Use.UNDECIDED, 0.3, f"{look}{against or '; the header tells nothing'}")


def day_first_of(cells: Cells) -> bool | None:
    """Return whether numeric dates have the day first: None where every date could be read both ways, or they differ."""
    places = [found for found in map(day_places, cells.all) if found]
    if not places:
        return False
    day, month = any(first > 12 for first, _ in places), any(second > 12 for _, second in places)
    return None if day == month else day


def role_values(cells: Cells) -> tuple[tuple[str, str], ...]:
    """Return the options of a role column with our word for each, ``?`` where none is plain.

    A cell that stands there once and names no role may be somebody's own words: it is not repeated here.
    """
    found = [(word, role_of(word)) for word, n in cells.counts.most_common(40) if _is_option(word, n)]
    return tuple((word, "?" if role is Role.UNKNOWN else role.value) for word, role in found)


def _is_option(word: str, times: int) -> bool:
    return len(word) <= 60 and not is_non_answer(word) and (times > 1 or role_of(word) is not Role.UNKNOWN)


def speaker_values(cells: Cells) -> tuple[tuple[str, str], ...]:
    """Return the words of a speaker column with our word for each, ``?`` where none is plain."""

    def kind(word: str) -> str:
        return next((k.value for k, pattern in _SPEAKERS if re.search(pattern, word, re.IGNORECASE)), "?")

    return tuple((word, kind(word)) for word, _ in cells.counts.most_common(20) if len(word) <= 60)


def yes_values(cells: Cells) -> tuple[str, ...]:
    """Return the cells of a flag column that plainly mean yes, ``?`` where none does."""
    return tuple(word for word in cells.counts if word.casefold() in _YES) or ("?",)


def shape_of(cells: Cells) -> str:
    """Return what the cells look like without repeating any: letters become a, digits 9."""
    if not cells.all:
        return "empty"
    if cells.words[-1] > 4 or cells.prose:
        return f"text of {cells.words[0]} to {cells.words[-1]} words"
    shapes = Counter(_shape(cell) for cell in cells.sample)
    return ", ".join(shape for shape, _ in shapes.most_common(3))


def _shape(cell: str) -> str:
    letters = "".join("9" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c for c in cell[:60])
    return re.sub(r"(.)\1{3,}", r"\1\1\1…", letters)
