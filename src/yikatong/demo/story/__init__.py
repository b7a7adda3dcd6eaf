"""The demo county's payment run, step by step, each an action that the right official takes.

The same steps are the demo, the journey of the tests, and the ground on which the fault tests raise at every statement.
"""

from .plot import CYCLE_NO, Plot, Step
from .steps import steps

__all__ = ["CYCLE_NO", "Plot", "Step", "steps"]
