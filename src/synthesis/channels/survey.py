"""What all survey exports share: which columns are open questions, and one row per (respondent × open question)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synthesis.channels.base import Aside, Context, Item, Kept, Reading, settle
from synthesis.channels.dates import UNKNOWN_TIME, Stamp
from synthesis.channels.non_answers import is_non_answer
from synthesis.channels.people import role_of
from synthesis.channels.prompts import valence_of
from synthesis.channels.tables import Table, fold_header
from synthesis.formats import Row
from synthesis.model import Reason, Role

_OPEN_CUE = re.compile(
    r"going well|improve|tell us|\bdescribe\b(?! you\b)|comment|share|explain|\bwhy\b|please specify|suggest"
    r"|anything else|what (?:should|would|could|do you|else)"
    r"|your own words|one thing|concern|thoughts|feedback|how (?:can|could|should|might) |wish"
    r"|gets? in the way|proud|mejorar|funciona|gusta"
    r"|coment|amelyore|mache byen|kòmantè|\[open\]",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(?:i am(?: an?)?\b|i['’]m an?\b|what is your (?:primary )?role|your role|(?:primary "
    r"|stakeholder )?role\b|stakeholder"
    r"|which (?:of the following |role )?(?:best )?describes you|what (?:best )?describes you"
    r"|relationship|(?:what is )?your (?:relationship|connection)"
    r"|connection to|respondent type|type of respondent|soy\b|¿?cuál es su (?:rol|relación)"
    r"|su rol|rol\b|mwen se|ki wòl)",
    re.IGNORECASE,
)
_SCHOOL = re.compile(
    r"^(?:¿?(?:which|what|your|my|primary|home|child['’]?s?|student['’]?s?|(?:a )?qué"
    r"|cuál es su|ki|su)\s+(?:child['’]?s\s+)?"
    r"(?:school|campus|building|escuela|lekòl)\b|school(?: name)?$|school\b.*(?:attend|work)"
    r"|campus$|escuela\b|lekòl\b"
    r"|(?:what|which) (?:school|building)|¿?a qué escuela)",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"^(?:(?:what|which|your|child['’]?s|student['’]?s) )?grade(?:s|\b(?! would))|^grade|^grado\b|^klas\b",
    re.IGNORECASE,
)
_HOUSEHOLD = re.compile(
    r"speaking for|answering for|answer(?:s|ing)? (?:speaks?|stands?) for|speaks for"
    r"|how many (?:people|adults|parents|guardians|family members)"
    r"|cuántas personas|konbyen moun",
    re.IGNORECASE,
)
_SCALE_TEXT = """
yes no maybe not sure unsure strongly agree disagree neutral somewhat very satisfied dissatisfied
excellent good fair poor never rarely sometimes often always likely unlikely neither nor true false
sí si wi non
"""
_SCALE = frozenset(_SCALE_TEXT.split())
_OTHER_TEXT = re.compile(r"\s*(?:\[other.*\]|-\s*other\b.*|-\s*selected choice)$", re.IGNORECASE)
_SAMPLE_ROWS = 5_000
_LONG_ANSWER_WORDS = 12
_LONGEST_LABEL_WORDS = 15
_MAX_HOUSEHOLD = 20


@dataclass(frozen=True, slots=True)
class Question:
    """A column that respondents filled in. `is_open` is true or false where the vendor says so, else None."""

    index: int
    column: str
    text: str
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class Respondent:
    """What the metadata of one response says. `aside` is why all its answers are set aside, if they are."""

    identity: str = ""
    person_name: str = ""
    key: str = ""
    received: Stamp = UNKNOWN_TIME
    aside: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Roles:
    """Which columns are open questions and which describe the respondent."""

    open: tuple[Question, ...]
    role: Question | None = None
    role_other: Question | None = None
    school: Question | None = None
    grade: Question | None = None
    household: Question | None = None


class BadCell(ValueError):
    """A metadata cell that cannot be read: says which column, and what to do."""

    def __init__(self, column: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column
        self.detail = detail


def bad_date(row: Row, column: str) -> BadCell:
    """Return the error for a date that is in no known form."""
    return BadCell(
        column,
        f"row {row.number}, column {column}: not a date in a known form; write it as 2025-10-14 18:05 and retry",
    )


def looks_like_choice(values: Sequence[str]) -> bool:
    """Tell whether answers repeat as the options of a closed question do. Long answers never count as options."""
    answers = [value.strip() for value in values if value.strip() and not is_non_answer(value)]
    if not answers:
        closed = [value.strip().casefold() for value in values if value.strip()]
        return bool(closed) and set(closed) <= {"yes", "no"}
    options = Counter(
        part.strip().casefold() for answer in answers for part in re.split(r"\s*;\s*", answer) if part.strip()
    )
    if all(set(re.findall(r"\w+", option)) <= _SCALE or re.fullmatch(r"[\d.\s/%-]+", option) for option in options):
        return True
    words = sorted(len(option.split()) for option in options)
    if words[len(words) // 2] > _LONG_ANSWER_WORDS:
        return False
    repeated = 1 - len(options) / sum(options.values())
    return len(options) <= 30 and repeated >= (0.5 if words[-1] > 6 else 0.3)


def sort_questions(questions: Sequence[Question], rows: Sequence[Row]) -> Roles:
    """Tell open questions from those that describe the respondent, by wording, then by answers."""
    about: dict[str, Question] = {}
    remaining: list[Question] = []
    for question in questions:
        kind = "" if _speaks_at_length(question, rows) else _about(question)
        if kind:  # the first is the choice, the second its "Other (please specify)"
            about.setdefault(f"{kind} other" if kind in about else kind, question)
        else:
            remaining.append(question)
    opened = tuple(question for question in remaining if _is_open(question, rows))
    return Roles(
        opened,
        about.get("role"),
        about.get("role other"),
        about.get("school"),
        about.get("grade"),
        about.get("household"),
    )


def _speaks_at_length(question: Question, rows: Sequence[Row]) -> bool:
    """Tell whether a column holds sentences, whatever its heading: those are never taken for a role or a school."""
    values = [row.cells[question.index] for row in rows if question.index < len(row.cells)]
    return max((len(value.split()) for value in values), default=0) > _LONGEST_LABEL_WORDS and not looks_like_choice(
        values
    )


def _about(question: Question) -> str:
    prompt = _OTHER_TEXT.sub("", fold_header(question.text))
    if _HOUSEHOLD.search(prompt):
        return "household"
    for kind, pattern in (("role", _ROLE), ("school", _SCHOOL), ("grade", _GRADE)):
        if pattern.search(prompt) and not _OPEN_CUE.search(prompt):
            return kind
    return ""


def _is_open(question: Question, rows: Sequence[Row]) -> bool:
    if question.is_open is not None:
        return question.is_open
    values = [row.cells[question.index] for row in rows if question.index < len(row.cells)]
    if _OPEN_CUE.search(question.text):
        longest = max((len(value.split()) for value in values), default=0)
        return longest > 6 or not looks_like_choice(values)
    return not looks_like_choice(values)


def read_answers(
    table: Table,
    context: Context,
    questions: Sequence[Question],
    respondent_of: Callable[[Row], Respondent],
) -> Reading:
    """Return one item per respondent and open question; a broken row is one item.

    `respondent_of` may raise `BadCell`, which sets the whole row aside as broken.
    """
    roles = sort_questions(questions, _sample(table))
    items: list[Item] = []
    rows_in = 0
    for row in table.rows:
        fault, column = table.fault(row), ""
        respondent, low = Respondent(), 1
        if not fault:
            try:
                respondent = respondent_of(row)
                low = _household(table, row, roles.household)
            except BadCell as error:
                fault, column = error.detail, error.column
        rows_in += 1 if fault else len(roles.open)
        if fault:
            items.append(table.broken(row, fault, column))
        else:
            items.extend(_answer(table, row, question, roles, respondent, low) for question in roles.open)
    return Reading(rows_in, items)


def _sample(table: Table) -> list[Row]:
    """Return the rows by which questions are told apart: the sound ones of all, or of so many spread evenly over the table."""
    step = max(1, len(table.rows) // _SAMPLE_ROWS)
    return [row for row in table.rows[::step] if not table.fault(row)]


def _answer(table: Table, row: Row, question: Question, roles: Roles, respondent: Respondent, people: int) -> Item:
    text = row.cells[question.index] if question.index < len(row.cells) else ""
    if respondent.aside is not None:
        return Aside(
            row=row.number,
            sheet=table.sheet.name,
            column=question.column,
            reason=respondent.aside,
            detail=respondent.detail,
            text=text,
        )
    return settle(
        Kept(
            row=row.number,
            sheet=table.sheet.name,
            prompt_id=question.column,
            prompt_text=" ".join(question.text.split()),
            valence=valence_of(question.text),
            text=text.strip(),
            received=respondent.received,
            speaks_for_low=people,
            speaks_for_high=people,
            role=_role(table, row, roles),
            school=_about_cell(table, row, roles.school),
            grade_band=_about_cell(table, row, roles.grade),
            identity=respondent.identity,
            person_name=respondent.person_name,
            record_key=f"{respondent.key}|{fold_header(question.text)[:120]}" if respondent.key else "",
        )
    )


def _role(table: Table, row: Row, roles: Roles) -> Role:
    """Return the role chosen, or the one written beside "Other" where that says more."""
    chosen = role_of(_about_cell(table, row, roles.role))
    if chosen in (Role.OTHER, Role.UNKNOWN):
        written = role_of(_about_cell(table, row, roles.role_other))
        return chosen if written is Role.UNKNOWN else written
    return chosen


def _about_cell(table: Table, row: Row, question: Question | None) -> str:
    text = table.cell(row, question.index) if question else ""
    return "" if not text or is_non_answer(text) else text[:200]


def _household(table: Table, row: Row, question: Question | None) -> int:
    text = table.cell(row, question.index) if question else ""
    if not text or is_non_answer(text):
        return 1
    folded = text.casefold()
    if match := re.search(r"\d+", folded):
        count = int(match.group(0)[:6])
        if 1 <= count <= _MAX_HOUSEHOLD:
            return count
        column = question.column if question else ""
        raise BadCell(
            column,
            f"row {row.number}, column {column}: expected 1 to {_MAX_HOUSEHOLD} people; correct it and retry",
        )
    return 2 if re.search(r"\b(?:both|two|we|couple|my (?:spouse|partner|husband|wife) and)\b", folded) else 1
