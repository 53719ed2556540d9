"""Fetching: a train or test function that has its batches before its steps."""

import itertools
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from keras_gan.typing import Model


class Fetching:
    """Train or test function that fetches batches, checks the first and runs its steps.

    Keras fetches the batch inside of the compiled step. Where data of unknown length
    ends there, a part of the step has run already: counters, weight decay and power
    iterations have changed. And the first batch of a stream could be checked only by
    reading, and losing, one.

    Args:
        model: The compiled model.
        function: Keras's function, of an iterator.
        check: Function that is called with the first batch of each iterator; on
            replicas, with that of each.
        after: Function that is called after each execution.
        previous: What it replaces, such as the function of the stage before in
            progressive growing. What this has checked is not checked again.
    """

    def __init__(
        self,
        model: Model,
        function: Callable[[Any], Any],
        check: Callable[[Any], None],
        after: Callable[[], None] | None = None,
        previous: object = None,
    ) -> None:
        self.model = model
        self.function = function
        self.check = check
        self.after = after
        self.known: weakref.ref[Any] | None = getattr(previous, "known", None)
        self.step: Callable[[Any], Any] | None = None
        self.element_spec: Any = None

    def __call__(self, iterator: Iterator[Any]) -> Any:
        """Runs the steps of one execution, and returns the results of the last one.

        Raises:
            StopIteration: If there is no further batch.
        """
        results = self.execute(iterator)
        if self.after:
            self.after()
        return results

    def execute(self, iterator: Iterator[Any]) -> Any:
        """Runs the steps, and returns the results of the last one."""
        is_new = self.known is None or self.known() is not iterator
        count = self.model.steps_per_execution
        if count > 1 and not is_new:
            return self.function(iterator)  # each of its steps waits for a batch
        batches = list(itertools.islice(iterator, count))
        if not batches:
            raise StopIteration
        if is_new:
            self.check_first(batches[0])
            self.known = weakref.ref(iterator)
        step = self.step_for(getattr(iterator, "element_spec", None))
        return [step(batch) for batch in batches][-1]

    def check_first(self, batch: Any) -> None:
        """Checks the parts of a batch that are on the replicas of this process."""
        local_results = self.model.distribute_strategy.experimental_local_results
        values = map(local_results, tf.nest.flatten(batch))
        for part in zip(*values, strict=True):
            self.check(tf.nest.pack_sequence_as(batch, part))

    def step_for(self, element_spec: Any) -> Callable[[Any], Any]:
        """Returns the function of one batch, traced for what an iterator yields.

        By its specification, a short last batch needs no other trace.
        """
        if element_spec is None or self.model.run_eagerly:
            return self.on_batch
        if self.step is None or self.element_spec != element_spec:
            self.element_spec = element_spec
            self.step = tf.function(
                self.on_batch, autograph=False, input_signature=[element_spec]
            )
        return self.step

    def on_batch(self, batch: Any) -> Any:
        """Runs one step."""
        return self.function([batch])
