"""Rows of choices: every pair of them in few rows, whole products, random samples."""

import dataclasses
import itertools
import random


@dataclasses.dataclass(frozen=True)
class Space:
    """All rows of choices. A row is a dictionary from factors to one choice of each.

    Args:
        factors: From a factor to its choices, the one that costs the least first.
        impossible: Pairs of (factor, choice) that no row may hold, as sets.
    """

    factors: dict
    impossible: list

    def possible(self, row):
        """Tells whether nothing in a row, or in a part of one, is impossible."""
        return not any(pair <= set(row.items()) for pair in self.impossible)

    def pairs(self):
        """Returns all possible pairs of (factor, choice), in the order of factors."""
        choices = [[(factor, one) for one in kept] for factor, kept in self.all()]
        return [
            pair
            for one, other in itertools.combinations(choices, 2)
            for pair in itertools.product(one, other)
            if self.possible(dict(pair))
        ]

    def all(self):
        """Returns the factors with their choices."""
        return self.factors.items()

    def pairwise(self, candidates=6):
        """Returns rows, greedily, until every possible pair stands in one of them.

        Args:
            candidates: Rows of which the one with the most missing pairs is taken.
        """
        luck, rows, missing = random.Random(0), [], self.pairs()
        while missing:
            left = set(missing)
            grown = [
                self.grown(dict(luck.choice(missing)), left, luck)
                for _ in range(candidates)
            ]
            rows.append(max(grown, key=lambda row: len(pairs_of(row) & left)))
            missing = [pair for pair in missing if pair not in pairs_of(rows[-1])]
        return rows

    def grown(self, row, missing, luck):
        """Returns a row made whole, each choice by how many missing pairs it brings.

        Of choices as good the first one is taken, which costs the least.
        """
        for factor in luck.sample(list(self.factors), len(self.factors)):
            if factor not in row:
                rows = [
                    self.ordered(row | {factor: one}) for one in self.factors[factor]
                ]
                rows = [one for one in rows if self.possible(one)]
                row = max(rows, key=lambda row: len(pairs_of(row) & missing))
        return row

    def ordered(self, row):
        """Returns a row, or a part of one, in the order of factors."""
        return {factor: row[factor] for factor in self.factors if factor in row}

    def sample(self, count, seed):
        """Returns random rows, none of which is impossible."""
        luck, rows = random.Random(seed), []
        while len(rows) < count:
            row = {factor: luck.choice(list(kept)) for factor, kept in self.all()}
            if self.possible(row):
                rows.append(row)
        return rows

    def product(self, *factors):
        """Returns all rows of some factors; of the others the first choice."""
        first = {factor: next(iter(kept)) for factor, kept in self.all()}
        choices = itertools.product(*(self.factors[factor] for factor in factors))
        rows = [first | dict(zip(factors, choice, strict=True)) for choice in choices]
        return [row for row in rows if self.possible(row)]


def pairs_of(row):
    """Returns the pairs of choices that stand in a row."""
    return set(itertools.combinations(row.items(), 2))
