"""Are the words that "why here" names those that place an idea, and does a second theme stand only where there is one?

``why``: of ideas of the published run (English, five words or more that say something) the three words named are left out of the text, or
everything else is; the text is read again by the whole pipeline. Told are how much of the margin between the idea's theme and its
runner-up goes, how often the idea goes over to the runner-up, and how often it stays where only the three words are left. Beside
it three words at random, by class-based TF-IDF (theme less runner-up), and by leaving out each word in turn, which asks the
model anew for every word of every idea.

``second``: on the sample, ideas of the run that hold two planted ideas of different codes, and those that hold one; with ``--data``
pairs of texts of HWU64 and of ArgKP's motions joined by "and", among single ones. A pair is found where its two themes are those in
which most single texts of its two codes stand.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from benchmarks.sample import TRUTH, match, planted, public_position, score
from benchmarks.themes import load
from synthesis import actions, discover_themes
from synthesis.actions.reading import readable
from synthesis.published import PublishedRun
from synthesis.settings import Settings
from synthesis.store.runs import read_vectors
from synthesis.store.vault import Vault
from synthesis.text import matters
from synthesis.themes import embed_ideas, words
from synthesis.themes.embed import embed

N_WORDS = 3
PAIRED = 0.2
"""The share of texts that are joined to pairs."""


class _Places:
    """Where texts stand between two themes, read as the run read them: with their matters, centred on the run's means."""

    def __init__(self, run: PublishedRun, data_dir: Path, texts: Sequence[str]) -> None:
        vectors = read_vectors(data_dir, run.manifest.run_id)
        if vectors is None:
            raise SystemExit("The run was published without vectors: make it again (synthesis run).")
        self.themes = run.assignments["theme_id"].to_numpy()
        self.middles = {
            theme: normalize(vectors[self.themes == theme].mean(axis=0, keepdims=True))[0]
            for theme in np.unique(self.themes)
        }
        self._cache = data_dir / "cache" / "vectors"
        hints = matters.matters(texts)
        joined = self._joined(texts, hints)
        hinted = np.array([bool(hint) for hint in hints])
        self._means = {side: joined[hinted == side].mean(axis=0) for side in (True, False)}

    def _joined(self, texts: Sequence[str], hints: Sequence[Mapping[str, float]]) -> np.ndarray:
        """Return the vectors of texts with those of their matters, not centred: as `embed_ideas` makes them of a few texts."""
        named = sorted({matter for hint in hints for matter in hint})
        place = dict(zip(named, embed(named, cache=self._cache), strict=True))
        vectors = embed(texts, cache=self._cache).astype(np.float64)
        for row, hint in enumerate(hints):
            for matter in sorted(hint):
                vectors[row] += 0.8 * hint[matter] * place[matter]
        return normalize(vectors)

    def margins(self, texts: Sequence[str], own: Sequence[str], rival: Sequence[str]) -> np.ndarray:
        """Return by how much each text is nearer to its own theme's middle than to the rival's."""
        hints = matters.matters(texts)
        joined = self._joined(texts, hints)
        vectors = normalize(np.stack([row - self._means[bool(hint)] for row, hint in zip(joined, hints, strict=True)]))
        apart = np.stack([self.middles[a] - self.middles[b] for a, b in zip(own, rival, strict=True)])
        return np.asarray((vectors * apart).sum(axis=1))


@dataclass(frozen=True)
class _Idea:
    """An idea to be explained: its words that say something, by spelling, and where each of them stands in its text."""

    row: int
    text: str
    spans: dict[str, list[tuple[int, int]]]

    def without(self, chosen: Sequence[str]) -> str:
        """Return the text without these words."""
        return self._where(lambda word: word not in chosen)

    def only(self, chosen: Sequence[str]) -> str:
        """Return these words alone, in the text's order."""
        spans = sorted(span for word in chosen for span in self.spans[word])
        return " ".join(self.text[start:end] for start, end in spans) or "."

    def _where(self, keeps: Callable[[str], bool]) -> str:
        text = self.text
        gone = sorted((span for word, found in self.spans.items() if not keeps(word) for span in found), reverse=True)
        for start, end in gone:
            text = text[:start] + text[end:]
        return " ".join(text.split()) or "."


def _sampled(run: PublishedRun, texts: list[str], n: int, seed: int) -> list[_Idea]:
    """Return ideas to explain, drawn at random."""
    from synthesis.linguistics import tokens

    comments = run.contributions.set_index("contribution_id")
    found = []
    for row in np.random.default_rng(seed).permutation(len(texts)).tolist():
        comment = comments.loc[run.ideas["contribution_id"].iat[row]]
        if comment["language"] != "en" or comment["duplicate_of"]:
            continue
        spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for token in filter(words.says_something, tokens([texts[row]])[0]):
            spans[token.text.lower()].append((token.start, token.end))
        if len(spans) >= 5:
            found.append(_Idea(row, texts[row], dict(spans)))
        if len(found) == n:
            break
    return found


def why(run: PublishedRun, data_dir: Path, n: int, seed: int) -> dict[str, dict[str, float]]:
    """Return how faithful the words are that each way names."""
    ideas = run.ideas.merge(run.contributions, on="contribution_id")
    texts = readable(ideas)
    places = _Places(run, data_dir, texts)
    sampled = _sampled(run, texts, n, seed)
    own = run.assignments["theme_id"].iloc[[idea.row for idea in sampled]].tolist()
    rival = run.assignments["runner_up_id"].iloc[[idea.row for idea in sampled]].tolist()
    whole = places.margins([idea.text for idea in sampled], own, rival)
    draw = np.random.default_rng(seed)
    tfidf = _tfidf(texts, places.themes)
    ways = {
        "three words at random": [draw.permutation(sorted(idea.spans))[:N_WORDS].tolist() for idea in sampled],
        "class-based TF-IDF": [
            sorted(idea.spans, key=lambda word: (tfidf.get((b, word), 0.0) - tfidf.get((a, word), 0.0), word))[:N_WORDS]
            for idea, a, b in zip(sampled, own, rival, strict=True)
        ],
        "the words' company (in use)": [
            [word for word in run.assignments["words"].iat[idea.row].split() if word in idea.spans][:N_WORDS]
            for idea in sampled
        ],
        "each word left out in turn": _left_out(places, sampled, own, rival, whole),
    }
    return {name: _faithful(places, sampled, own, rival, whole, chosen) for name, chosen in ways.items()} | {
        "ideas": {"n": float(len(sampled)), "margin": float(whole.mean())}
    }


def _tfidf(texts: Sequence[str], themes: np.ndarray) -> dict[tuple[str, str], float]:
    """Return (theme, word) → BERTopic's class-based TF-IDF of the run's words."""
    from synthesis.linguistics import tokens
    from synthesis.themes.engine import assemble

    names = np.unique(themes)
    said = [[t.text.lower() for t in found if words.says_something(t)] for found in tokens(texts)]
    by_theme = [[word for row in np.flatnonzero(themes == name) for word in said[row]] for name in names]
    counter = CountVectorizer(analyzer=lambda found: found)
    weights = assemble(seed=0, per_text=[]).ctfidf_model.fit_transform(counter.fit_transform(by_theme)).tocoo()
    terms = counter.get_feature_names_out()
    return {
        (str(names[row]), str(terms[column])): float(value)
        for row, column, value in zip(weights.row, weights.col, weights.data, strict=True)
    }


def _left_out(
    places: _Places, sampled: Sequence[_Idea], own: Sequence[str], rival: Sequence[str], whole: np.ndarray
) -> list[list[str]]:
    """Return the words of which the margin loses most when each is left out alone."""
    each = [(number, word) for number, idea in enumerate(sampled) for word in idea.spans]
    margins = places.margins(
        [sampled[number].without([word]) for number, word in each],
        [own[number] for number, _ in each],
        [rival[number] for number, _ in each],
    )
    lost: list[list[tuple[float, str]]] = [[] for _ in sampled]
    for (number, word), margin in zip(each, margins, strict=True):
        lost[number].append((float(margin - whole[number]), word))
    return [[word for _, word in sorted(found)[:N_WORDS]] for found in lost]


def _faithful(
    places: _Places,
    sampled: Sequence[_Idea],
    own: Sequence[str],
    rival: Sequence[str],
    whole: np.ndarray,
    chosen: Sequence[Sequence[str]],
) -> dict[str, float]:
    without = places.margins([i.without(c) for i, c in zip(sampled, chosen, strict=True)], own, rival)
    only = places.margins([i.only(c) for i, c in zip(sampled, chosen, strict=True)], own, rival)
    return {
        "margin lost": float(1 - without.mean() / whole.mean()),
        "goes over": float((without[whole > 0] <= 0).mean()),
        "stays by them alone": float((only > 0).mean()),
        "words": float(np.mean([len(found) for found in chosen])),
    }


def second_of_sample(run: PublishedRun, data_dir: Path, truth_dir: Path) -> dict[str, float]:
    """Return how second themes meet the planted codes."""
    vault = Vault(data_dir)
    truth = match(run, vault, planted(truth_dir))
    codes = codes_of_ideas(run, vault, truth)
    placed = truth[truth["theme_id"] != ""]
    means = {theme: own["code"].value_counts().index[0] for theme, own in placed.groupby("theme_id")}
    counts: Counter[str] = Counter()
    for idea, theme, other in run.assignments[["idea_id", "theme_id", "second_id"]].itertuples(index=False):
        held = codes.get(idea, set())
        kind = {0: "none", 1: "one"}.get(len(held), "two")
        counts[f"{kind} planted"] += 1
        counts[f"{kind}: second theme given"] += bool(other)
        if other and len(held) > 1:
            counts["two: both right"] += {means.get(theme), means.get(other)} <= held and means[theme] != means[other]
        if other and len(held) == 1:
            counts["one: the second is the planted one"] += means.get(other) in held and means.get(theme) not in held
    return {key: float(value) for key, value in counts.items()}


def codes_of_ideas(run: PublishedRun, vault: Vault, truth: pd.DataFrame) -> dict[str, set[str]]:
    """Return idea_id → the codes of the planted ideas of which it holds half, or 25 characters."""
    raw = vault.contributions().set_index("contribution_id")["text_raw"]
    redactions = dict(iter(vault.load("redactions").groupby("contribution_id")))
    spans: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in run.ideas.itertuples():
        spans[row.contribution_id].append((row.start, row.end, row.idea_id))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in truth[truth["contribution_id"] != ""].itertuples():
        said = row.whole[row.start : row.end]
        begin = raw[row.contribution_id].find(said)
        begin = begin if begin >= 0 else row.start
        changes = redactions.get(row.contribution_id)
        start, end = public_position(begin, changes), public_position(begin + len(said), changes)
        for left, right, idea in spans[row.contribution_id]:
            shared = max(0, min(end, right) - max(start, left))
            if 2 * shared >= end - start or shared >= 25:
                found[idea].add(row.code)
    return {idea: codes - {"other"} for idea, codes in found.items()}


def second_of_pairs(texts: list[str], codes: list[str], seed: int) -> dict[str, float]:
    """Return how often both matters of texts joined by "and" are found, and how often single texts get a second theme."""
    order = np.random.default_rng(seed).permutation(len(texts)).tolist()
    many = int(len(texts) * PAIRED / 2)
    pairs = [(a, b) for a, b in zip(order[:many], order[many : 2 * many], strict=True) if codes[a] != codes[b]]
    single = order[2 * many :]
    said = [texts[row] for row in single]
    said += [f"{texts[a].rstrip(' .!?')} and {texts[b][:1].lower()}{texts[b][1:]}" for a, b in pairs]
    vectors = embed_ideas(said)
    labels = discover_themes(said, embeddings=vectors, seed=seed).labels.tolist()
    places = [f"T{label:03d}" for label in labels]
    second = words.Company(words.read(said), vectors, places).seconds()
    homes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row, place in zip(single, places, strict=False):
        homes[codes[row]][place] += 1
    home = {code: found.most_common(1)[0][0] for code, found in homes.items()}
    whole = [
        (place, other, {home[codes[a]], home[codes[b]]})
        for (a, b), place, other in zip(pairs, places[len(single) :], second[len(single) :], strict=True)
        if codes[a] in home and codes[b] in home and home[codes[a]] != home[codes[b]]
    ]
    return {
        "pairs": float(len(whole)),
        "second given to pairs": float(sum(bool(other) for _, other, _ in whole)),
        "both found": float(sum({place, other} == wanted for place, other, wanted in whole)),
        "single texts": float(len(single)),
        "second given to single texts": float(sum(map(bool, second[: len(single)]))),
        "single texts in their code's theme": float(
            sum(home[codes[row]] == place for row, place in zip(single, places, strict=False))
        ),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="synthesis bench placing", description=__doc__)
    parser.add_argument("--part", choices=("why", "second"))
    parser.add_argument(
        "--data", type=Path, help="folder with argkp2021, clinc150, banking77 and hwu64, for joined pairs"
    )
    parser.add_argument("--truth", type=Path, default=TRUTH)
    parser.add_argument("--ideas", type=int, default=300, help="ideas to explain")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    data_dir = Settings().data_dir
    run = actions.read_run(data_dir)
    figures: dict[str, dict[str, object]] = {}
    if arguments.part != "second":
        figures["why"] = dict(why(run, data_dir, arguments.ideas, arguments.seed))
    if arguments.part != "why":
        figures["second themes of the sample"] = dict(second_of_sample(run, data_dir, arguments.truth))
        for name in ("hwu64", "argkp") if arguments.data else ():
            parts: Counter[str] = Counter()
            for texts, codes in load(arguments.data)[name]:
                parts.update(second_of_pairs(texts, codes, arguments.seed))
            figures[f"second themes of pairs: {name}"] = dict(parts)
    if arguments.json:
        print(json.dumps(figures, indent=1))
        return
    for name, found in figures.items():
        print(name)
        for key, value in found.items():
            shown = ", ".join(f"{k} {v:.3f}" for k, v in value.items()) if isinstance(value, dict) else f"{value:,.0f}"
            print(f"  {key}: {shown}")


if __name__ == "__main__":
    main()
