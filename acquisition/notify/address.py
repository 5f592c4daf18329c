"""What may be the address of a webhook."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def checked_url(text: str) -> SplitResult:
    """Return the parts of a webhook's address. Raises ``ValueError``, which does not repeat it.

    >>> checked_url("https://chat.example.org/hooks/x").hostname
    'chat.example.org'
    """
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        raise ValueError("the webhook's address is not a URL") from None
    if not host or not text.isascii() or " " in text:
        raise ValueError("the webhook's address is not a URL: write https://host/path")
    if url.username or url.password:
        raise ValueError("the webhook's address holds a password: use token_file or token_env")
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(host)):
        raise ValueError("the webhook's address must begin with https://")
    return url


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine.

    >>> is_loopback("127.0.0.1"), is_loopback("127.0.0.1.example.org")
    (True, False)
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
