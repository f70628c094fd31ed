"""Priority: which themes matter to how many people, how widely, and how sure that order is."""

from synthesis.priority.groups import GroupTable, group_tables
from synthesis.priority.order import rank_themes
from synthesis.priority.people import people
from synthesis.priority.regard import regard_themes
from synthesis.priority.register import register
from synthesis.priority.representation import Population, Representation, represent
from synthesis.priority.score import Weights
from synthesis.priority.sides import people_by_side

__all__ = [
    "GroupTable",
    "Population",
    "Representation",
    "Weights",
    "group_tables",
    "people",
    "people_by_side",
    "rank_themes",
    "regard_themes",
    "register",
    "represent",
]
