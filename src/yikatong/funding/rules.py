"""The kinds of transfer that this room vouches for. There is no kind to an ordinary agency account (I14)."""

from yikatong.ledger import rules

ALLOT = rules.register("allot", "source", "available", ground="funding_allot_ground")
PLAN = rules.register("plan", "available", "planned", ground="funding_plan_ground")
UNPLAN = rules.register("unplan", "planned", "available", ground="funding_unplan_ground")
DRAW = rules.register("draw", "planned", "drawn", ground="funding_draw_ground")
