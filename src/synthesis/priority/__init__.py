"""Priority: which themes matter to how many people, and how widely."""

from synthesis.priority.order import Weights, people, rank_themes

__all__ = ["Weights", "people", "rank_themes"]
