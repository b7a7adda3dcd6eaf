"""What every page needs: who may open it, and refusals shown as sentences."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from types import TracebackType
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from . import clock
from .authz import Actor, actor_for
from .permissions import P
from .refusals import NotFound, Refused


class StaffRequest(HttpRequest):
    """A request of a signed-in official; ``actor`` and ``at`` are set by ``door``, ``waiting_count`` where a page has
    counted already what waits for the actor."""

    actor: Actor
    at: Any
    waiting_count: int


def door(*permissions: P) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Open a view to signed-in actors that hold one of the permissions; others get 404, as if there were nothing.

    The decorated view carries ``permissions`` so that a test can list every route with what it asks for.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def opened(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            request.at = clock.now()
            request.actor = actor_for(request.user, request.at.date())
            if not any(request.actor.may(permission) for permission in permissions):
                raise Http404
            try:
                return view(request, *args, **kwargs)
            except NotFound as missing:
                raise Http404(str(missing)) from missing

        opened.permissions = permissions  # type: ignore[attr-defined]
        return opened

    return decorate


class _Shown:
    """Its ``__exit__`` says bool, so that a type checker knows that what follows the block is reached."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __enter__(self) -> None:
        """Nothing is prepared."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Refused) or isinstance(error, NotFound):
            return False
        messages.error(self._request, str(error))
        return True


def refusals_shown_to(request: HttpRequest) -> AbstractContextManager[None, bool]:
    """Show a refusal at the top of the next page instead of failing; NotFound passes on and becomes a 404."""
    return _Shown(request)


def version(request: HttpRequest) -> int:
    """The version of the subject that the signer's page showed (hidden field ``version``)."""
    posted = request.POST.get("version", "")
    return int(posted) if posted.isdecimal() else -1


def digest(request: HttpRequest) -> str:
    """The digest that the signer's page showed (hidden field ``digest``)."""
    return request.POST.get("digest", "")
