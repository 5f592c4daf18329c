"""News by an HTTP POST of one JSON object."""

import json
import ssl
import urllib.error
import urllib.request
from email.message import Message
from http.client import HTTPException
from typing import IO, Any, Final
from urllib.parse import SplitResult

from .address import checked_url, is_loopback
from .attempt import DeliveryError
from .news import News, one_line
from .settings import SecretError, Webhook

_PASSING: Final = frozenset({408, 425, 429})
_LONGEST_ANSWER: Final = 200
_LONGEST_WAIT_S: Final = 60.0


def post(webhook: Webhook, news: News, *, timeout_s: float) -> None:
    """Send news. Raises ``DeliveryError`` unless the other side answers with a 2xx.

    A redirection is not followed: it would turn the POST into a GET without the body.
    """
    try:
        url = checked_url(webhook.url.read())
        token = None if webhook.token is None else webhook.token.read()
    except (SecretError, ValueError) as error:
        raise DeliveryError(str(error)) from None
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "solidcell",
        "Idempotency-Key": json.dumps(news.news_id),
    }
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps(news.as_json(), allow_nan=False).encode("ascii")
    request = urllib.request.Request(url.geturl(), data=body, headers=headers, method="POST")
    _send(request, url, timeout_s)


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        """Answer that there is nothing to follow, so that the status itself is the outcome."""


def _opener(url: SplitResult) -> urllib.request.OpenerDirector:
    handlers: list[urllib.request.BaseHandler] = [
        _NoRedirection(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
    ]
    if is_loopback(url.hostname or ""):
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def _send(request: urllib.request.Request, url: SplitResult, timeout_s: float) -> None:
    try:
        with _opener(url).open(request, timeout=timeout_s) as answer:
            answer.read(_LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(error) from None
    except urllib.error.URLError as error:
        raise _unreached(url, error.reason) from None
    except (OSError, HTTPException) as error:
        raise _unreached(url, error) from None


def _refused(error: urllib.error.HTTPError) -> DeliveryError:
    try:
        said = error.read(_LONGEST_ANSWER).decode("utf-8", "replace")
    except (OSError, HTTPException):
        said = ""
    text = one_line(f"answered {error.code} {error.reason} {said}", _LONGEST_ANSWER)
    return DeliveryError(
        text,
        is_passing=error.code >= 500 or error.code in _PASSING,
        retry_after_s=_retry_after_s(error.headers),
    )


def _retry_after_s(headers: Message) -> float | None:
    """What the answer asks for in seconds; a date is left to our own patience."""
    told = headers.get("Retry-After", "")
    return min(float(told), _LONGEST_WAIT_S) if told.isascii() and told.isdigit() else None


def _unreached(url: SplitResult, reason: Any) -> DeliveryError:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return DeliveryError(f"{url.hostname}: its certificate: {reason.verify_message}")
    text = one_line(f"{url.hostname}: {reason}", _LONGEST_ANSWER)
    return DeliveryError(text, is_passing=True)
