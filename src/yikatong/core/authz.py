"""Who may: ``require()`` and ``visible()`` are the only two questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from .models import Area, Official
from .permissions import PERMISSIONS, WORDS, P, Role
from .refusals import NotFound


@dataclass(frozen=True)
class Post:
    """One valid appointment of an actor."""

    id: int
    role: Role
    agency_id: int
    agency_name: str
    area_code: str
    area_prefix: str

    @property
    def words(self) -> str:
        """The role in Chinese."""
        return WORDS[self.role]


@dataclass(frozen=True)
class Actor:
    """An official with the posts they hold today."""

    official_id: int
    username: str
    name: str
    posts: tuple[Post, ...]

    def may(self, permission: P) -> bool:
        """Whether any post carries the permission, wherever."""
        return permission is P.SIGNED_IN or any(permission in PERMISSIONS[post.role] for post in self.posts)

    def posts_with(self, permission: P) -> list[Post]:
        """The posts that carry the permission."""
        return [post for post in self.posts if permission in PERMISSIONS[post.role]]

    @property
    def post(self) -> Post:
        """The official's post (everybody has one duty). Raises NotFound when nothing is held today."""
        if not self.posts:
            raise NotFound("您现在没有任职，不能办理业务。请联系系统管理员。")
        return self.posts[0]


def actor_for(official: Official, on: date) -> Actor:
    """The official as an actor on a day: only appointments valid that day count."""
    held = (
        official.appointments.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
        .select_related("agency", "area")
        .order_by("id")
    )
    posts = tuple(
        Post(one.pk, Role(one.role), one.agency_id, one.agency.name, one.area_id, one.area.prefix) for one in held
    )
    return Actor(official.pk, official.username, official.name, posts if official.is_active else ())


def require(actor: Actor, permission: P, *, area_code: str, agency_id: int | None = None) -> Post:
    """The post by which the actor may do this in that area (and, if given, for that agency); raises NotFound."""
    for post in actor.posts_with(permission):
        if area_code.startswith(post.area_prefix) and agency_id in (None, post.agency_id):
            return post
    raise NotFound


def visible(actor: Actor, permissions: Iterable[P], *, area_field: str, agency_field: str = "") -> Q:
    """A filter for the rows an actor may see: by area, and for departments by agency if ``agency_field`` is given."""
    seen = Q(pk__in=[])
    for permission in permissions:
        for post in actor.posts_with(permission):
            one = Q(**{f"{area_field}__startswith": post.area_prefix})
            if agency_field and post.role.startswith("department_"):
                one &= Q(**{agency_field: post.agency_id})
            seen |= one
    return seen


def prefixes_seen(actor: Actor, permissions: Iterable[P]) -> tuple[str, ...]:
    """What the codes of areas begin with in which the actor has one of these permissions; ``str.startswith`` takes it."""
    return tuple(post.area_prefix for permission in permissions for post in actor.posts_with(permission))


def areas_seen(actor: Actor) -> list[Area]:
    """The areas of the actor's posts."""
    return list(Area.objects.filter(code__in={post.area_code for post in actor.posts}))
