"""For and against, measured: on the planted stances of the sample and, with `--data`, on ArgKP 2021 motion by motion.

A call of "for" is right where the planted stance is +, of "against" where it is -; on a planted ~ (neither, mixed, praise) both are
wrong. In ArgKP the motion plays the part of the prompt, and the stance is towards it. Two baselines stand beside the product: the
majority class (in ArgKP that of each motion, told by its truth), and cues without vectors and neighbours.

The weights were fitted on the sample, so that it is measured twice: as published, and with weights fitted anew without the
code of the ideas that are measured.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from benchmarks.sample import TRUTH, match, planted
from synthesis import actions
from synthesis.actions.reading import readable
from synthesis.actions.siding import evidence
from synthesis.model import Stance
from synthesis.settings import Settings
from synthesis.store.vault import Vault
from synthesis.themes import stance
from synthesis.themes.embed import embed

UNREAD = ("homework", "lunch", "mental_health")
"""Codes whose objections had not been read when the lists of words and arguments were written."""
_SIGN = {"+": Stance.FOR, "-": Stance.AGAINST, "~": Stance.UNKNOWN}
_ORDER = ("+", "-", "~")


def figures(called: pd.Series, truth: pd.Series) -> dict[str, float]:
    """Return precision and recall of each side, coverage (share called for or against) and accuracy on what is called."""
    right = truth.map(_SIGN)
    found: dict[str, float] = {"ideas": len(truth)}
    for side in (Stance.FOR, Stance.AGAINST):
        of, own = called.eq(side), right.eq(side)
        found |= {
            f"{side} called": int(of.sum()),
            f"{side} precision": _share(own[of]),
            f"{side} recall": _share(of[own]),
        }
    taken = called.isin([Stance.FOR, Stance.AGAINST])
    return found | {"coverage": _share(taken), "accuracy": _share(called[taken].eq(right[taken]))}


def _share(which: pd.Series) -> float:
    """Return the share of what is true, 0 of nothing."""
    return round(float(which.mean()), 3) if len(which) else 0.0


class Sample:
    """The sample's run with what tells its stances, and the planted ideas beside the run's own."""

    def __init__(self, data_dir: Path, truth: Path = TRUTH) -> None:
        self.run = actions.read_run(data_dir)
        matched = match(self.run, Vault(data_dir), planted(truth))
        self.matched = matched[matched["idea_id"].ne("")].reset_index(drop=True)
        said = self.run.ideas.merge(self.run.contributions, on="contribution_id", validate="m:1")
        self.ideas = said.merge(self.run.assignments[["idea_id", "theme_id"]], on="idea_id", validate="1:1")
        cache = data_dir / "cache" / "vectors"  # the run has put them there
        self.vectors = embed(readable(self.ideas), cache=cache)
        self.told, self.leaning = evidence(self.ideas, self.vectors, cache=cache)
        self.weighed = stance.evidence(self.told, self.leaning.lean).set_index(self.ideas["idea_id"])

    def of_planted(self, called: pd.DataFrame) -> pd.Series:
        """Return per planted idea the stance of the idea that covers it, of a frame with ``idea_id, stance``."""
        return self.matched["idea_id"].map(called.set_index("idea_id")["stance"])

    def figures(self) -> dict[str, dict[str, float]]:
        """Return the figures: as published, with weights fitted without the code, and the baselines."""
        truth, published = self.matched["stance"], self.of_planted(self.run.stances)
        unread = self.matched["code"].isin(UNREAD)
        return {
            "majority: all for": figures(pd.Series(Stance.FOR, index=truth.index), truth),
            "cues alone": figures(self.of_planted(self._by_cues()), truth),
            "published": figures(published, truth),
            "published, codes unread": figures(published[unread], truth[unread]),
            "weights fitted without the code": figures(self._fitted_without_the_code(), truth),
        }

    def _by_cues(self) -> pd.DataFrame:
        """Return the stances that words and the prompt's valence tell alone."""
        told = self.told
        asks = (told["asks"] | told["valence"].eq("negative")) & ~told["praises"] & told["valence"].ne("positive")
        called = np.select([told["objects"], asks], [Stance.AGAINST, Stance.FOR], Stance.UNKNOWN)
        return pd.DataFrame({"idea_id": told["idea_id"], "stance": called})

    def _fitted_without_the_code(self) -> pd.Series:
        """Return per planted idea its stance under weights that were fitted on the ideas of all other codes."""
        called = pd.Series(Stance.UNKNOWN, index=self.matched.index, dtype=object)
        themes = self.ideas["theme_id"].tolist()
        for code in sorted(set(self.matched["code"])):
            own = self.matched["code"].eq(code)
            weights = self.fitted(self.matched[~own])
            found = stance.settle(self.told, self.vectors, self.leaning, themes, weights=weights)
            called[own] = self.of_planted(found)[own]
        return called

    def fitted(self, matched: pd.DataFrame) -> dict[str, tuple[float, float]]:
        """Return weights fitted on these planted ideas."""
        once = matched.drop_duplicates("idea_id")
        return fit(self.weighed.loc[once["idea_id"]], once["stance"])

    def weights(self) -> dict[str, list[float]]:
        """Return the weights fitted on all planted stances beside those that the product has."""
        anew = self.fitted(self.matched)
        return {name: [round(value, 2) for value in (*anew[name], *stance.WEIGHTS[name])] for name in stance.WEIGHTS}

    def calibration(self) -> list[list[float]]:
        """Return, for bands of certainty, how sure calls were, how often they were right, and how many there were."""
        found = self.matched.merge(self.run.stances, on="idea_id", suffixes=("_planted", ""))
        taken = found[found["stance"].isin([Stance.FOR, Stance.AGAINST])]
        rows = pd.DataFrame(
            {"sure": taken["certainty"], "right": taken["stance"].eq(taken["stance_planted"].map(_SIGN))}
        )
        bands = pd.cut(rows["sure"], [0, 0.8, 0.9, 0.95, 1.0])
        return [
            [round(float(band["sure"].mean()), 3), round(float(band["right"].mean()), 3), len(band)]
            for _, band in rows.groupby(bands, observed=True)
        ]


def fit(weighed: pd.DataFrame, truth: pd.Series) -> dict[str, tuple[float, float]]:
    """Return weights as `themes.stance.WEIGHTS` has them: log-odds of + and of - against ~."""
    names = [name for name in weighed if name != "always"]
    order = np.array([_ORDER.index(sign) for sign in truth])
    model = LogisticRegression(C=1.0, max_iter=3000).fit(weighed[names].to_numpy(), order)
    slopes, base = model.coef_ - model.coef_[2], model.intercept_ - model.intercept_[2]
    found = {name: (float(slopes[0, at]), float(slopes[1, at])) for at, name in enumerate(names)}
    return {"always": (float(base[0]), float(base[1]))} | found


def argkp(data: Path) -> dict[str, Any]:
    """Return the figures on ArgKP: all motions, the seven that were held out while the words were written, and motion by motion."""
    table = pd.read_csv(data / "argkp2021" / "argkp2021.csv", dtype=str, keep_default_na=False)
    truth = table["stance"].map({"1": "+", "-1": "-"})
    called = pd.Series(Stance.UNKNOWN, index=table.index, dtype=object)
    cues, most = called.copy(), called.copy()
    motions = {}
    with tempfile.TemporaryDirectory() as folder:
        vectors = embed(table["text"].tolist(), cache=Path(folder))
        for motion, part in table.groupby("topic"):
            ideas = pd.DataFrame(
                {
                    "idea_id": part["arg_id"],
                    "text": part["text"],
                    "prompt_text": motion,
                    "valence": "open",
                    "participant_key": part["arg_id"],
                    "campaign_id": "",
                }
            )
            own = vectors[part.index]
            told, leaning = evidence(ideas, own, cache=Path(folder))
            found = stance.settle(told.assign(axis=1), own, leaning, [str(motion)] * len(part), to_majority=False)
            called[part.index] = found["stance"].to_numpy()
            toward = told["toward"].to_numpy()
            cues[part.index] = np.select([toward > 0, toward < 0], [Stance.FOR, Stance.AGAINST], Stance.UNKNOWN)
            most[part.index] = _SIGN[truth[part.index].mode().iat[0]]
            motions[str(motion)] = figures(called[part.index], truth[part.index])
    held_out = table["split"].ne("train")
    return {
        "all": {
            "majority of each motion": figures(most, truth),
            "cues alone": figures(cues, truth),
            "product": figures(called, truth),
        },
        "held-out motions": {
            "majority of each motion": figures(most[held_out], truth[held_out]),
            "cues alone": figures(cues[held_out], truth[held_out]),
            "product": figures(called[held_out], truth[held_out]),
        },
        "motions": motions,
    }


def _table(title: str, rows: dict[str, dict[str, float]]) -> None:
    """Print figures under a title."""
    print(
        f"\n{title:48} {'ideas':>6} | {'for':>6} {'prec.':>6} {'rec.':>6} | {'against':>7} {'prec.':>6} {'rec.':>6} | {'cover.':>6} {'acc.':>6}"
    )
    for name, row in rows.items():
        print(
            f"{name[:48]:48} {row['ideas']:6} | {row['for called']:6} {row['for precision']:6.3f} {row['for recall']:6.3f} | "
            f"{row['against called']:7} {row['against precision']:6.3f} {row['against recall']:6.3f} | {row['coverage']:6.3f} {row['accuracy']:6.3f}"
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="synthesis bench stance", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data", type=Path, help="folder with argkp2021; without it the sample alone is measured")
    arguments = parser.parse_args()
    of = Sample(Settings().data_dir)
    found: dict[str, Any] = {"sample": of.figures(), "calibration": of.calibration(), "weights": of.weights()}
    if arguments.data:
        found["argkp"] = argkp(arguments.data)
    if arguments.json:
        print(json.dumps(found, indent=1))
        return
    _table("sample", found["sample"])
    print("\ncertainty of calls on the sample: said, right, calls")
    for row in found["calibration"]:
        print("  ", *row)
    print("\nweights: fitted on all planted stances (for, against), in the product (for, against)")
    for name, row in found["weights"].items():
        print(f"  {name:12}", *row)
    if arguments.data:
        for name in ("all", "held-out motions"):
            _table(f"ArgKP, {name}", found["argkp"][name])
        _table("ArgKP, motion by motion", found["argkp"]["motions"])


if __name__ == "__main__":
    main()
