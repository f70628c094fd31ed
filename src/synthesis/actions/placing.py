"""Every idea into its theme: adopted themes first, then what the engine finds, then what people decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.actions import increment
from synthesis.actions.intake import Progress, quiet
from synthesis.actions.placed import Placed
from synthesis.actions.prepare import Prepared
from synthesis.actions.reuse import Reuse
from synthesis.actions.siding import stances
from synthesis.frames import Assignments
from synthesis.frames import Lineage as LineageFrame
from synthesis.model import Channel, Theme, ThemeId, ThemeStatus, Voice
from synthesis.published import Basis, PublishedRun
from synthesis.text import glossary, matters
from synthesis.text import stance as sides
from synthesis.themes import (
    Model,
    ThemeSet,
    crosswalk,
    discover_themes,
    edits,
    embed_ideas,
    frame,
    learning,
    lineage,
    packaged,
    quotes,
    words,
)
from synthesis.themes.embed import embed, text_hash
from synthesis.themes.places import placeless

_ABOUT_SCHOOLS = 0.65
"""The share of ideas that name a matter of school life, in input that is about schools: the sample .81, a city's .40 to .46."""
_MOSTLY = 0.6
"""The share of new ideas that makes a crowd of the engine's a new one."""
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Found:
    """The themes with permanent ids and quotes, the `Assignments`, `Stances`, `Lineage` and `Crosswalk` frames, and the quality figures.

    `texts` and `vectors` are what the engine read of each idea; `runs` ``int[runs, ideas]`` are the communities of its perturbed
    runs, or None where it did not search. `basis` is what increments on this run are made on; None where it is an increment itself.
    """

    themes: tuple[Theme, ...]
    assignments: pd.DataFrame
    stances: pd.DataFrame
    changes: pd.DataFrame
    crosswalk: pd.DataFrame
    quality: dict[str, float]
    texts: list[str]
    vectors: Vectors
    runs: NDArray[np.int32] | None
    basis: Basis | None


def find_themes(
    prepared: Prepared,
    *,
    data_dir: Path,
    seed: int,
    reuse: Reuse,
    research: pd.DataFrame | None = None,
    model: Model | None = None,
    decided: edits.Edits | None = None,
    previous: PublishedRun | None = None,
    basis: Basis | None = None,
    made_with: str = "",
    progress: Progress = quiet,
) -> Found:
    """Return the themes of all ideas.

    Ideas of adopted themes stay, new ones that fit go with them, and the engine looks for themes in the rest; what people
    `decided` is replayed on that. `previous` is the run before, whose ids go on. `research` is laid beside the themes. What
    earlier runs made of single texts is taken from `reuse`. On a `basis` of the full run before an increment is made where little is
    new; else what is found is the next basis, `made_with` whatever tells this way of searching from another.
    """
    model, decided = model or packaged(), decided or edits.Edits()
    ideas = prepared.ideas.merge(prepared.contributions, on="contribution_id", validate="m:1")
    texts = readable(ideas)
    said = ideas["text"].tolist() if model.multilingual else texts
    progress("matters", 0, 1)
    named = list(reuse.rows("matters", [(t,) for t in texts], lambda rows: matters.matters([texts[n] for n in rows])))
    reader = _Reader(ideas, texts, said, named, model, data_dir / "cache" / "vectors", progress)
    idea_ids = ideas["idea_id"].tolist()
    alone = ideas["duplicate_of"].eq("").tolist()  # a letter of a campaign that was broken up is to be placed anew
    read = [text_hash(f"{text}\n{own}\n{its}")[:16] for text, own, its in zip(texts, said, alone, strict=True)]
    known: Mapping[str, Theme] = {}
    placed, runs, found_on = None, None, None
    ground = increment.ground(basis, idea_ids, read)
    if basis is not None and ground is not None:
        vectors = reader.vectors(basis.left_out)
        progress("increment", 0, 1)
        placed = increment.lay(ground, vectors, _leaders(ideas, vectors))
        known, quality = {str(theme.theme_id): theme for theme in basis.themes}, basis.quality
    if placed is None:
        left_out = reader.places()
        vectors = reader.vectors(left_out)
        progress("themes", 0, 1)
        lead = _leaders(ideas, vectors)
        rows = np.flatnonzero(lead == np.arange(len(lead)))
        standing = _Standing(
            ideas.iloc[rows], [texts[row] for row in rows], [named[row] for row in rows], vectors[rows]
        )
        search = _Search(standing, decided, previous, seed, reader.meaning)
        found, known, quality = search.run()
        stands_at = np.searchsorted(rows, lead)
        placed = found.spread(stands_at)
        runs = None if search.runs is None else search.runs[:, stands_at]
        found_on = Basis(
            placed.frame(idea_ids, read), tuple(known.values()), quality, left_out, adopted(decided), made_with
        )
    places, by = edits.place(idea_ids, placed.engine_ids, decided, vectors)
    confirmed = {row: places[row] for row, idea in enumerate(idea_ids) if idea in decided.moved}
    lesson = learning.learn(
        vectors, places, [decided.resolve(theme) for theme in placed.engine_ids], confirmed, seed=seed
    )
    places = list(lesson.places)
    by = [edits.HEAD if taught else who for taught, who in zip(lesson.taught, by, strict=True)]
    assignments, sub_names = _assignments(idea_ids, placed, places, by, decided)
    progress("reasons", 0, 1)
    assignments = _with_reasons(assignments, words.numbered(_clauses(said, reuse)), vectors, decided)
    themes = _themes(assignments, known, sub_names, decided)
    progress("sides", 0, 1)
    own_words = embed(said, model=model, cache=reader.cache)
    told = stances(ideas, own_words, places, model=model, cache=reader.cache, signs=_signs(ideas, reuse))
    progress("quotes", 0, 1)
    own = ideas["duplicate_of"].eq("") & ideas["campaign_id"].eq("")
    pinned = np.array(
        [decided.resolve(decided.pinned.get(i, "")) == theme for i, theme in zip(idea_ids, places, strict=True)]
    )
    ideas = ideas.assign(
        pinned=pinned,
        quotable=ideas["hold"].eq("") & ((own & ~placed.unclear) | pinned),
        strength=placed.strength,
        stance=told["stance"].to_numpy(),
        certainty=told["certainty"].to_numpy(),
    )
    # A quote is near its theme by its words and by the matter that they name.
    quoted = np.hstack([own_words, vectors]) / np.float32(np.sqrt(2))
    themes = tuple(_with_quotes(theme, ideas, assignments, quoted) for theme in themes)
    return Found(
        themes=themes,
        assignments=assignments,
        stances=told,
        changes=_changes(previous, assignments),
        crosswalk=_crosswalk(research, vectors, places, model, reader.cache),
        quality=quality
        | {
            "n_themes": float(len(themes)),
            "unclear_share": round(float(placed.unclear.mean()), 4),
            "quotes_fair_share": _fairly_quoted(themes, ideas, places),
            "ideas_laid_beside": 0.0 if ground is None or found_on is not None else float(ground.new.sum()),
        }
        | {
            "learning_labels": float(lesson.n_labels),
            "learning_head": round(lesson.head, 4),
            "learning_engine": round(lesson.engine, 4),
            "learning_moved": float(lesson.taught.sum()),
        },
        texts=texts,
        vectors=vectors,
        runs=runs,
        basis=found_on,
    )


@dataclass(frozen=True)
class _Reader:
    """The ideas with their texts, and the model that reads them."""

    ideas: pd.DataFrame
    texts: list[str]
    said: list[str]
    named: list[dict[str, float]]
    model: Model
    cache: Path
    progress: Progress

    def meaning(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts as they stand."""
        return embed(texts, model=self.model, cache=self.cache)

    def places(self) -> tuple[str, ...]:
        """Return the names that only say where."""
        self.progress("places", 0, 1)
        return tuple(placeless(self.said, self.meaning))

    def vectors(self, left_out: Sequence[str]) -> Vectors:
        """Return what places the ideas, read without these names."""
        self.progress("embed", 0, 1)
        return embed_ideas(
            self.said,
            hints=_hints(self.named, self.ideas),
            places=left_out,
            model=self.model,
            cache=self.cache,
            progress=lambda done, total: self.progress("embed", done, total),
        )


def adopted(decided: edits.Edits) -> tuple[str, ...]:
    """Return the themes of the frame: an increment keeps to the one that its basis had."""
    return tuple(sorted({decided.resolve(theme) for theme in decided.adopted} - decided.retired))


def _clauses(texts: list[str], reuse: Reuse) -> Iterator[words.Clauses]:
    """Yield the clauses of each text."""
    return reuse.rows("clauses", [(t,) for t in texts], lambda rows: words.clauses_of([texts[n] for n in rows]))


def _signs(ideas: pd.DataFrame, reuse: Reuse) -> pd.DataFrame:
    """Return what the words and prompts of ideas tell of their sides."""
    given = list(zip(ideas["text"], ideas["prompt_text"], strict=True))
    rows = reuse.rows("signs", given, lambda rows: [sides.signs_of(*given[n]) for n in rows])
    return pd.DataFrame(rows, columns=sides.SIGN_COLUMNS)


@dataclass(frozen=True)
class _Standing:
    """The ideas that stand for themselves, with what the engine reads of each."""

    ideas: pd.DataFrame
    texts: list[str]
    matters: list[dict[str, float]]
    vectors: Vectors


class _Search:
    """The search for themes among ideas that stand for themselves."""

    def __init__(
        self,
        standing: _Standing,
        decided: edits.Edits,
        previous: PublishedRun | None,
        seed: int,
        meaning: Callable[[Sequence[str]], Vectors],
    ) -> None:
        self._meaning = meaning
        ideas, hints = standing.ideas, standing.matters
        self._ids = ideas["idea_id"].tolist()
        self._texts = standing.texts
        # What is seldom about schools is not called by the matters of school life.
        about_schools = sum(map(bool, hints)) >= _ABOUT_SCHOOLS * len(hints)
        self._about = matters.labelled(hints) if about_schools else [{} for _ in hints]
        self._vectors = standing.vectors
        self._decided = decided
        self._previous = previous
        self._seed = seed
        self.runs: NDArray[np.int32] | None = None
        # Only a question that everybody answered is a prompt: a dialogue's topic or a room's heading is the matter itself.
        asked = ideas["channel"].eq(Channel.OTHER) & ideas["voice"].eq(Voice.VERBATIM)
        self._prompts = ideas["prompt_text"].where(asked, "").tolist()
        before = None if previous is None else previous.assignments.set_index("idea_id")
        self._before = {} if before is None else before["theme_id"].to_dict()
        self._sub_before = {} if before is None else before["subtheme_id"].to_dict()

    def run(self) -> tuple[Placed, dict[str, Theme], dict[str, float]]:
        """Return where every idea is placed before edits, the themes by id with their subthemes, and the quality figures."""
        framed = set(adopted(self._decided))
        sticky = [theme if (theme := self._before.get(idea, "")) in framed else "" for idea in self._ids]
        if not any(sticky):
            found = self._discover(range(len(self._ids)))
            members = [np.flatnonzero(found.labels == index) for index in range(len(found.themes))]
            ids = self._permanent(members, frozenset())
            return self._as_found(found, ids), _by_id(found, ids), found.quality
        return self._beside_the_frame(sticky)

    def _discover(self, rows: Sequence[int]) -> ThemeSet:
        found = discover_themes(
            [self._texts[row] for row in rows],
            prompts=[self._prompts[row] for row in rows],
            embeddings=self._vectors[list(rows)],
            seed=self._seed,
            known=matters.words(),
            meaning=self._meaning,
            about=[self._about[row] for row in rows],
        )
        self.runs = found.runs
        return found

    def _permanent(self, members: Sequence[NDArray[np.int64]], framed: frozenset[str]) -> list[str]:
        """Return the id of each theme found, given by its rows: kept from the engine's themes of the run before."""
        groups: dict[str, frozenset[str]] = {}
        given = [split.theme_id for split in self._decided.splits] + list(self._decided.names)
        if self._previous is not None:
            before = self._previous.assignments
            groups = {str(k): frozenset(v) for k, v in before.groupby("engine_id")["idea_id"] if str(k) not in framed}
            given += [*before["engine_id"].unique(), *before["theme_id"].unique()]
            given.append(f"T{self._previous.manifest.counts.get('theme_ids_given', 0):02d}")
        return lineage.keep_ids([frozenset(self._ids[row] for row in rows) for rows in members], groups, retired=given)

    def _as_found(self, found: ThemeSet, ids: list[str]) -> Placed:
        names = np.array(ids)
        return Placed(
            engine_ids=names[found.labels].tolist(),
            sub_ids=[
                f"{ids[label]}.{sub + 1}" if found.themes[label].subthemes else ""
                for label, sub in zip(found.labels, found.sublabels, strict=True)
            ],
            strength=found.strength,
            runner_up=names[found.runner_up].tolist(),
            margin=found.margin,
            unclear=found.unclear,
            by_frame=np.zeros(len(found.labels), dtype=bool),
        )

    def _beside_the_frame(self, sticky: list[str]) -> tuple[Placed, dict[str, Theme], dict[str, float]]:
        """Lay ideas beside the adopted themes, and look for new themes in what fits none of them."""
        if self._previous is None:
            raise ValueError("themes are adopted from a run that was published")
        fit = frame.lay_beside(self._vectors, sticky)
        fixed = np.array([bool(theme) for theme in sticky])
        placed = Placed(
            engine_ids=[own or near for own, near in zip(sticky, fit.nearest, strict=True)],
            sub_ids=[
                self._sub_before.get(idea, "") if own else "" for idea, own in zip(self._ids, sticky, strict=True)
            ],
            strength=fit.strength,
            runner_up=[
                near if own and near != own else second
                for own, near, second in zip(sticky, fit.nearest, fit.runner_up, strict=True)
            ],
            margin=fit.margin,
            unclear=~fixed & ~fit.fits,
            by_frame=np.ones(len(sticky), dtype=bool),
        )
        known = {str(theme.theme_id): theme for theme in self._previous.themes if theme.theme_id in set(sticky)}
        quality = {key: value for key, value in self._previous.manifest.quality.items() if key != "smallest_theme"}
        if int((~fixed).sum()) >= frame.MIN_NEW:
            crowds = self._new_crowds(fixed, sticky)
            ids = self._permanent([rows for rows, _ in crowds], frozenset(known))
            for theme_id, (rows, theme) in zip(ids, crowds, strict=True):
                known[theme_id] = replace(theme, theme_id=ThemeId(theme_id), level=1, parent_id=None, subthemes=())
                for row in rows:
                    placed.engine_ids[row], placed.sub_ids[row] = theme_id, ""
                    placed.unclear[row] = placed.by_frame[row] = False
        return placed, known, quality

    def _new_crowds(self, fixed: NDArray[np.bool_], sticky: list[str]) -> list[tuple[NDArray[np.int64], Theme]]:
        """Return the rows of each crowd of new ideas that no adopted theme says, with what the engine calls it.

        The engine looks at all ideas, for a new matter shows beside the old ones: in a theme or subtheme that is mostly new.
        """
        found = self._discover(range(len(self._ids)))
        themes = [theme for theme in sticky if theme]
        crowds = []
        for label, theme in enumerate(found.themes):
            inside = found.labels == label
            parts = [(inside, theme)]
            if theme.subthemes and (~fixed[inside]).mean() < _MOSTLY:
                parts = [(inside & (found.sublabels == number), child) for number, child in enumerate(theme.subthemes)]
            for part, called in parts:
                rows = np.flatnonzero(part & ~fixed)
                if len(rows) >= _MOSTLY * part.sum() and frame.is_new(
                    self._vectors[rows], self._vectors[fixed], themes
                ):
                    crowds.append((rows, called))
        return crowds


def _by_id(found: ThemeSet, ids: Sequence[str]) -> dict[str, Theme]:
    """Return the themes found with their permanent ids, and their subthemes numbered below them."""
    result = {}
    for theme, theme_id in zip(found.themes, ids, strict=True):
        children = tuple(
            replace(child, theme_id=ThemeId(f"{theme_id}.{number}"), parent_id=ThemeId(theme_id))
            for number, child in enumerate(theme.subthemes, start=1)
        )
        result[theme_id] = replace(theme, theme_id=ThemeId(theme_id), subthemes=children)
    return result


def _assignments(
    idea_ids: list[str], placed: Placed, places: list[str], by: list[str], decided: edits.Edits
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the `Assignments` frame without the reasons, and for each subtheme id the one that it had before edits."""
    # A subtheme goes where most of its ideas went; ideas that people placed elsewhere leave it.
    homes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sub, place in sorted(zip(placed.sub_ids, places, strict=True)):
        homes[sub][place] += 1
    home = {sub: counts.most_common(1)[0][0] for sub, counts in homes.items() if sub}
    numbered: dict[str, str] = {}
    for theme in sorted(set(home.values())):
        own = sorted((sub for sub, place in home.items() if place == theme), key=_number)
        numbered |= {sub: f"{theme}.{number}" for number, sub in enumerate(own, start=1)} if len(own) > 1 else {}
    subs = [
        numbered.get(sub, "") if home.get(sub) == place else ""
        for sub, place in zip(placed.sub_ids, places, strict=True)
    ]
    who = [
        edits.FRAME if placer == edits.ENGINE and framed else placer
        for placer, framed in zip(by, placed.by_frame, strict=True)
    ]
    assignments = pd.DataFrame(
        {
            "idea_id": idea_ids,
            "theme_id": places,
            "engine_id": placed.engine_ids,
            "placed_by": who,
            "subtheme_id": subs,
            "strength": placed.strength.round(4),
            "runner_up_id": [decided.resolve(theme) for theme in placed.runner_up],
            "margin": placed.margin.round(4),
            "unclear": placed.unclear & np.array([person != edits.PERSON for person in by]),
        }
    )
    return assignments, {new: old for old, new in numbered.items()}


def _with_reasons(assignments: pd.DataFrame, read: words.Read, vectors: Vectors, decided: edits.Edits) -> pd.DataFrame:
    """Return the `Assignments` frame: with the true runner-up, a second theme where there is one, and the words that place each idea.

    Where people or what they taught placed an idea elsewhere, the machine's theme is the runner-up; where no other theme has a part of
    an idea's ties, the next nearest one is.
    """
    company = words.Company(read, vectors, assignments["theme_id"].tolist())
    machine = assignments["engine_id"].map(decided.resolve)
    tied = assignments["margin"] < assignments["strength"]
    runner_up = assignments["runner_up_id"].where(tied, "")
    rivals = company.rivals(machine.where(machine.ne(assignments["theme_id"]), runner_up).tolist())
    whole = assignments.assign(runner_up_id=rivals, second_id=company.seconds(), words=company.telling(rivals))
    return Assignments.validate(whole)


def _number(sub_id: str) -> tuple[int, int]:
    theme, _, number = sub_id.partition(".")
    return int(theme[1:]), int(number)


def _themes(
    assignments: pd.DataFrame, known: Mapping[str, Theme], sub_names: Mapping[str, str], decided: edits.Edits
) -> tuple[Theme, ...]:
    """Return the themes that hold ideas, by id, with the names and states that people gave them."""
    children = {str(child.theme_id): child for theme in known.values() for child in theme.subthemes}
    sizes = Counter(assignments["theme_id"].astype(str))
    sub_sizes = Counter(assignments["subtheme_id"].astype(str))
    taken = {split.theme_id: split for split in decided.splits}
    themes = []
    for theme_id in sorted(sizes):
        parts = assignments.loc[assignments["theme_id"] == theme_id, "engine_id"].value_counts()
        base = known.get(theme_id) or known[str(parts.index[0])]
        keywords = taken[theme_id].keywords if theme_id in taken else base.keywords
        subthemes = tuple(
            replace(children[old], theme_id=ThemeId(new), parent_id=ThemeId(theme_id), n_ideas=sub_sizes[new])
            for new, old in sorted(sub_names.items(), key=lambda pair: _number(pair[0]))
            if new.startswith(f"{theme_id}.") and new in sub_sizes and old in children
        )
        themes.append(
            replace(
                base,
                theme_id=ThemeId(theme_id),
                name=decided.names.get(theme_id, base.name),
                keywords=keywords,
                n_ideas=sizes[theme_id],
                status=ThemeStatus.ADOPTED if theme_id in decided.adopted else ThemeStatus.CANDIDATE,
                subthemes=subthemes,
            )
        )
    return tuple(themes)


def _changes(previous: PublishedRun | None, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return the `Lineage` frame: what became of each theme since the run before."""
    before = {} if previous is None else _groups(previous.assignments)
    found = lineage.changes(before, _groups(assignments))
    columns = list(LineageFrame.to_schema().columns)
    rows = [[getattr(change, column) for column in columns] for change in found]
    table = pd.DataFrame(rows, columns=columns)
    return LineageFrame.validate(table.assign(others=table["others"].map(" ".join)))


def _crosswalk(
    research: pd.DataFrame | None, vectors: Vectors, places: Sequence[str], model: Model, cache: Path
) -> pd.DataFrame:
    """Return the `Crosswalk` frame: research beside the themes, by the vectors that placed the ideas."""
    if research is None or research.empty:
        return crosswalk.crosswalk(vectors, places, vectors[:0], [], np.zeros(0, dtype=bool))
    texts, says = crosswalk.readable(research)
    chunks = embed_ideas(texts, hints=matters.matters(texts), model=model, cache=cache)
    return crosswalk.crosswalk(vectors, places, chunks, research["chunk_id"].tolist(), says)


def _groups(assignments: pd.DataFrame) -> dict[str, frozenset[str]]:
    return {str(theme): frozenset(ideas) for theme, ideas in assignments.groupby("theme_id")["idea_id"]}


def _with_quotes(theme: Theme, ideas: pd.DataFrame, assignments: pd.DataFrame, vectors: Vectors) -> Theme:
    """Return the theme and its subthemes with their quotes."""
    column = "theme_id" if theme.level == 1 else "subtheme_id"
    member = (assignments[column] == theme.theme_id).to_numpy()
    chosen = quotes.choose(ideas[member].reset_index(drop=True), vectors[member])
    children = tuple(_with_quotes(child, ideas, assignments, vectors) for child in theme.subthemes)
    return replace(theme, quotes=chosen, subthemes=children)


def _fairly_quoted(themes: tuple[Theme, ...], ideas: pd.DataFrame, places: Sequence[str]) -> float:
    """Return the share of themes whose quotes mirror who spoke and on which side (`themes.quotes.fair`)."""
    of = {str(theme): rows for theme, rows in ideas.groupby(np.asarray(places))}
    return round(float(np.mean([quotes.fair(theme.quotes, of[theme.theme_id]) for theme in themes])), 4)


def readable(ideas: pd.DataFrame) -> list[str]:
    """Return the English in which the engine reads each idea.

    That is a translation where people imported one and the comment is one idea, else the glossary's words, else its own.
    """
    alone = ideas.groupby("contribution_id")["idea_id"].transform("size").eq(1)
    translated = alone & ideas["translation"].ne("")
    return [
        translation if use else glossary.gloss(text, code)
        for text, code, translation, use in zip(
            ideas["text"], ideas["language"], ideas["translation"], translated, strict=True
        )
    ]


def _leaders(ideas: pd.DataFrame, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return per idea the row of the idea that stands for it in the search for themes: mostly itself.

    An idea of a near-duplicate or campaign letter is stood for by the nearest idea of the comment that it repeats, so that
    a letter sent forty times makes no theme and no name of its own. Where that comment has no idea it stands for itself.
    """
    lead = np.arange(len(ideas))
    rows_of = ideas.groupby("contribution_id").indices
    repeated = ideas["duplicate_of"].tolist()
    for row in (number for number, contribution in enumerate(repeated) if contribution):
        primary = rows_of.get(repeated[row])
        if primary is not None:
            lead[row] = primary[int((vectors[primary] @ vectors[row]).argmax())]
    return np.asarray(lead, dtype=np.int64)


def _hints(own: list[dict[str, float]], ideas: pd.DataFrame) -> list[dict[str, float]]:
    """Return the matters that each idea names: its `own`.

    For one that names none: at half weight those of its dialogue's topic or its room's heading, else those of the other
    ideas of its comment.
    """
    headed = ~ideas["channel"].eq(Channel.OTHER)
    headings = (ideas["room"] + ". " + ideas["prompt_text"]).where(headed, "").tolist()
    distinct = sorted(set(headings))
    named = dict(zip(distinct, matters.matters(distinct), strict=True))
    beside = _beside(own, ideas["contribution_id"].tolist())
    return [
        hint or {matter: weight / 2 for matter, weight in (named[heading] or beside.get(contribution, {})).items()}
        for hint, heading, contribution in zip(own, headings, ideas["contribution_id"], strict=True)
    ]


def _beside(own: list[dict[str, float]], contributions: list[str]) -> dict[str, dict[str, float]]:
    """Return per contribution the mean share of each matter over those of its ideas that name one."""
    shares: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
    for hint, contribution in zip(own, contributions, strict=True):
        if hint:
            shares[contribution].append(hint)
    return {
        contribution: {
            matter: sum(hint.get(matter, 0.0) for hint in found) / len(found)
            for matter in sorted({matter for hint in found for matter in hint})
        }
        for contribution, found in shares.items()
    }
