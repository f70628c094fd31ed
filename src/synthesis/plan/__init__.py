"""Plan: the records of steps 1 to 12 and the rules between them. Pure: knows no database and no file."""

from synthesis.plan.records import KINDS, Plan, column_type
from synthesis.plan.rules import Finding, check

__all__ = ["KINDS", "Finding", "Plan", "check", "column_type"]
