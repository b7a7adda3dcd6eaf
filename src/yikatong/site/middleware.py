"""Headers of every answer: nothing inline, nothing from elsewhere, nothing kept by the browser."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{kind} {allowed}" for kind, allowed in SOURCES.items())


class SafeHeaders:
    """A strict content policy everywhere; pages of a signed-in official are never stored on a shared office PC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("HX-Request") and response.status_code == HTTPStatus.FOUND:
            # Otherwise htmx would put the sign-in page into the middle of the present one.
            response = HttpResponse(headers={"HX-Redirect": response["Location"]})
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        official = getattr(request, "user", None)
        if official is not None and official.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response


class Compressed(GZipMiddleware):
    """Text travels compressed; workbooks and pictures are so already. Django pads each answer by a random length and
    masks the CSRF token anew, so that the size tells nothing of what is secret (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a page, a table or an answer of the API."""
        kind = response.get("Content-Type", "").partition(";")[0]
        if kind.startswith("text/") or kind == "application/json":
            return super().process_response(request, response)
        return response
