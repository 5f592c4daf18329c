"""The ``[notify]`` tables of a bench file: who is told when a run ends, and how."""

import re
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ..notify.settings import (
    CHOOSABLE,
    TOLD_UNLESS_CHOSEN,
    Email,
    NewsKind,
    Notify,
    Secret,
    Security,
    Webhook,
)
from .schema import Settings, Text

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+|\[?[0-9A-Fa-f:]+\]?", re.ASCII)
_PORTS: Final = {Security.STARTTLS: 587, Security.SSL: 465, Security.NONE: 25}
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def _mail_address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is not a mail address: write name@example.org and nothing else")
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError(f"{text!r} is not the name of a server: write smtp.example.org")
    return text


def _choosable(words: list[str]) -> list[str]:
    known = [kind.value for kind in CHOOSABLE]
    if unknown := next((word for word in words if word not in known), None):
        raise ValueError(f"{unknown!r} is nothing to be told of: known are {', '.join(known)}")
    return words


def _whole_path(text: str) -> str:
    """A copy of the bench file, as a queue keeps one, must find the same file."""
    if not Path(text).expanduser().is_absolute():
        raise ValueError(f"{text!r} is not allowed: write the whole path, or one from ~/ on")
    return text


MailAddress = Annotated[Text, AfterValidator(_mail_address)]
SecretFile = Annotated[Text, AfterValidator(_whole_path)]
Kinds = Annotated[list[Text], AfterValidator(_choosable)]


class WebhookTable(Settings):
    """A ``[notify.webhook]`` table. Whoever knows the address can post to it: it is a secret."""

    url_file: SecretFile | None = None
    """File that holds the address and nothing else, readable by you alone."""
    url_env: Text | None = None
    """Environment variable that holds the address, instead of a file."""
    token_file: SecretFile | None = None
    """File that holds a token, sent as `Authorization: Bearer …`."""
    token_env: Text | None = None
    """Environment variable that holds the token, instead of a file."""
    on: Kinds = Field(default=[kind.value for kind in TOLD_UNLESS_CHOSEN])
    """What to be told of."""

    @model_validator(mode="after")
    def _one_place_a_secret(self) -> Self:
        _one_of("url_file", self.url_file, "url_env", self.url_env, required=True)
        _one_of("token_file", self.token_file, "token_env", self.token_env)
        return self

    def webhook(self) -> Webhook:
        """Return the same for whoever sends."""
        url = _secret(self.url_file, self.url_env)
        if url is None:  # refused by the schema
            raise ValueError("a webhook needs an address")
        token = _secret(self.token_file, self.token_env)
        return Webhook(url=url, token=token, on=frozenset(map(NewsKind, self.on)))


class EmailTable(Settings):
    """A ``[notify.email]`` table."""

    server: Annotated[Text, AfterValidator(_host)]
    """Name of the mail server."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Its port; 587 for starttls, 465 for ssl, 25 for none if it is not given."""
    security: Literal["starttls", "ssl", "none"] = "starttls"
    """Protection of the way there. A server that does not offer it is not used."""
    sender: MailAddress
    """Whom the mail is from."""
    recipients: Annotated[list[MailAddress], Field(min_length=1, max_length=20)]
    """Who gets it."""
    user: Text | None = None
    """Whom to log in as, if the server asks for it."""
    password_file: SecretFile | None = None
    """File that holds the password and nothing else, readable by you alone."""
    password_env: Text | None = None
    """Environment variable that holds the password, instead of a file."""
    on: Kinds = Field(default=[kind.value for kind in TOLD_UNLESS_CHOSEN])
    """What to be told of."""

    @model_validator(mode="after")
    def _secrets_are_kept(self) -> Self:
        given = _one_of("password_file", self.password_file, "password_env", self.password_env)
        if given != (self.user is not None):
            raise ValueError("user goes with one of password_file and password_env")
        if given and self.security == "none" and self.server not in _LOCAL:
            raise ValueError('security = "none" would send the password in clear: use "starttls"')
        return self

    def email(self) -> Email:
        """Return the same for whoever sends."""
        security = Security(self.security)
        return Email(
            server=self.server,
            port=self.port or _PORTS[security],
            security=security,
            sender=self.sender,
            recipients=tuple(dict.fromkeys(self.recipients)),
            user=self.user,
            password=_secret(self.password_file, self.password_env),
            on=frozenset(map(NewsKind, self.on)),
        )


class NotifyTable(Settings):
    """The ``[notify]`` table: nobody is told unless it names somebody."""

    webhook: WebhookTable | None = None
    """An address that takes a JSON object by POST: Slack, Mattermost, a program of your own."""
    email: EmailTable | None = None
    """A mail server and recipients."""

    def notify(self) -> Notify:
        """Return the same for whoever sends."""
        return Notify(
            webhook=self.webhook.webhook() if self.webhook else None,
            email=self.email.email() if self.email else None,
        )


def _one_of(
    name: str, value: str | None, other: str, other_value: str | None, *, required: bool = False
) -> bool:
    if value is not None and other_value is not None:
        raise ValueError(f"{name} and {other} are both given: one of them is enough")
    if required and value is None and other_value is None:
        raise ValueError(f"needs {name} or {other}")
    return value is not None or other_value is not None


def _secret(file: str | None, variable: str | None) -> Secret | None:
    if file is not None:
        return Secret(file=Path(file).expanduser())
    return None if variable is None else Secret(variable=variable)
