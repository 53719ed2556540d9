"""Combinatorial test design: pairwise arrays, products and random samples."""

import dataclasses
import itertools
import random


@dataclasses.dataclass(frozen=True)
class Space:
    """The space of test rows, dictionaries from each factor to one of its choices.

    Args:
        factors: Dictionary from factors to their choices, the cheapest first.
        impossible: List of sets of (factor, choice) that no row may contain.
    """

    factors: dict
    impossible: list

    def possible(self, row):
        """Returns whether a row, complete or partial, contains nothing impossible."""
        return not any(pair <= set(row.items()) for pair in self.impossible)

    def pairs(self):
        """Returns all possible pairs of (factor, choice), in the order of factors."""
        items = [
            [(factor, choice) for choice in choices] for factor, choices in self.all()
        ]
        return [
            pair
            for first, second in itertools.combinations(items, 2)
            for pair in itertools.product(first, second)
            if self.possible(dict(pair))
        ]

    def all(self):
        """Returns the factors with their choices."""
        return self.factors.items()

    def pairwise(self, candidates=6):
        """Returns rows that together contain every possible pair, chosen greedily.

        Args:
            candidates: Number of random rows, of which the one with the most missing
                pairs is taken.
        """
        rng, rows, missing = random.Random(0), [], self.pairs()
        while missing:
            left = set(missing)
            complete_rows = [
                self.complete(dict(rng.choice(missing)), left, rng)
                for _ in range(candidates)
            ]
            rows.append(max(complete_rows, key=lambda row: len(pairs_of(row) & left)))
            missing = [pair for pair in missing if pair not in pairs_of(rows[-1])]
        return rows

    def complete(self, row, missing, rng):
        """Returns a partial row completed by the choices with the most missing pairs.

        Ties go to the first choice, the cheapest.
        """
        for factor in rng.sample(list(self.factors), len(self.factors)):
            if factor not in row:
                rows = [
                    self.ordered(row | {factor: choice})
                    for choice in self.factors[factor]
                ]
                rows = [extended for extended in rows if self.possible(extended)]
                row = max(rows, key=lambda row: len(pairs_of(row) & missing))
        return row

    def ordered(self, row):
        """Returns a row, complete or partial, in the order of factors."""
        return {factor: row[factor] for factor in self.factors if factor in row}

    def sample(self, count, seed):
        """Returns random possible rows."""
        rng, rows = random.Random(seed), []
        while len(rows) < count:
            row = {factor: rng.choice(list(choices)) for factor, choices in self.all()}
            if self.possible(row):
                rows.append(row)
        return rows

    def product(self, *factors):
        """Returns the product of some factors; the others take their first choice."""
        first = {factor: next(iter(choices)) for factor, choices in self.all()}
        products = itertools.product(*(self.factors[factor] for factor in factors))
        rows = [first | dict(zip(factors, row, strict=True)) for row in products]
        return [row for row in rows if self.possible(row)]


def pairs_of(row):
    """Returns the pairs of choices in a row."""
    return set(itertools.combinations(row.items(), 2))
