"""News by e-mail, to one recipient at a time."""

import hashlib
import smtplib
import ssl
from contextlib import closing, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Final

from .attempt import DeliveryError
from .news import News, one_line
from .settings import Email, SecretError, Security

_LONGEST_WHY: Final = 200


def send_mail(email: Email, recipient: str, news: News, *, timeout_s: float) -> None:
    """Send news to one recipient. Raises ``DeliveryError`` unless the server has taken it.

    A server that does not offer the protection asked for gets neither password nor mail.
    """
    try:
        password = None if email.password is None else email.password.read()
        with closing(_connected(email, timeout_s)) as server:
            _hand_over(server, email, password, letter(email, recipient, news), recipient)
    except SecretError as error:
        raise DeliveryError(str(error)) from None
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(f"{email.server}: its certificate: {error.verify_message}") from None
    except smtplib.SMTPException as error:
        raise _refused(email, error) from None
    except OSError as error:
        text = one_line(f"{email.server}:{email.port}: {error}", _LONGEST_WHY)
        raise DeliveryError(text, is_passing=True) from None


def _hand_over(
    server: smtplib.SMTP, email: Email, password: str | None, mail: EmailMessage, recipient: str
) -> None:
    if email.security is Security.STARTTLS:
        server.starttls(context=ssl.create_default_context())
    if email.user is not None and password is not None:
        try:
            server.login(email.user, password)
        except UnicodeEncodeError:
            text = "user or password has a letter that is not ASCII, which the server cannot take"
            raise DeliveryError(text) from None
    server.send_message(mail, from_addr=email.sender, to_addrs=[recipient])
    with suppress(smtplib.SMTPException, OSError):  # it has the mail; how it parts is all one
        server.quit()


def letter(email: Email, recipient: str, news: News) -> EmailMessage:
    """The mail itself. Its Message-ID is the same however often it is sent."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = news.subject()
    message["From"] = formataddr(("solidcell", email.sender))
    message["To"] = recipient
    message["Date"] = format_datetime(datetime.fromisoformat(news.utc))
    told = hashlib.sha256(f"{news.news_id} {recipient}".encode("utf-8", "replace")).hexdigest()
    message["Message-ID"] = f"<{told[:32]}.solidcell@{email.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Solidcell-State"] = news.kind.value
    message.set_content(f"{news.text()}\n")
    return message


def _connected(email: Email, timeout_s: float) -> smtplib.SMTP:
    if email.security is not Security.SSL:
        return smtplib.SMTP(email.server, email.port, timeout=timeout_s)
    trust = ssl.create_default_context()
    return smtplib.SMTP_SSL(email.server, email.port, timeout=timeout_s, context=trust)


def _refused(email: Email, error: smtplib.SMTPException) -> DeliveryError:
    """Put a server's refusal in words: 4xx may pass, 5xx is for good."""
    where = f"{email.server}:{email.port}"
    said: bytes | str
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
        case smtplib.SMTPResponseException():
            code, said = error.smtp_code, error.smtp_error
        case smtplib.SMTPNotSupportedError():
            return DeliveryError(one_line(f"{where}: {error}", _LONGEST_WHY))
        case _:
            return DeliveryError(one_line(f"{where}: {error}", _LONGEST_WHY), is_passing=True)
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    text = one_line(f"{where} answered {code} {words}", _LONGEST_WHY)
    return DeliveryError(text, is_passing=400 <= code < 500)
