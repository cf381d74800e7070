"""A made-up town of bank customers who complain: its inbox as a company would have it, and the truth behind it."""

from jobs.town.town import write_town

__all__ = ["write_town"]
