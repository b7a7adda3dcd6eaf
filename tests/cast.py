"""The cast: who acts in tests and in the demo. Names and duties stand in the demo county's ``officials.csv``."""

from yikatong.core import clock
from yikatong.core.authz import Actor, actor_for
from yikatong.core.models import Official


class Cast:
    """Finds an actor by user name, with the posts they hold today."""

    def __getitem__(self, username: str) -> Actor:
        return actor_for(Official.objects.get(username=username), clock.today())

    @property
    def system(self) -> Actor:
        """The system itself, under whose name the bank's answers are applied."""
        return self["system"]
