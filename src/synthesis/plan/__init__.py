"""Plan: the records of steps 1 to 12 and the rules between them. Pure: knows no database and no file."""

from synthesis.plan.columns import column_type
from synthesis.plan.records import KINDS, Plan
from synthesis.plan.rules import check
from synthesis.plan.states import MACHINES, advance
from synthesis.procedure import Finding

__all__ = ["KINDS", "MACHINES", "Finding", "Plan", "advance", "check", "column_type"]
