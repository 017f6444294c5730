"""Letters: rows first, sent afterwards by a worker, so that a silent mail server loses nothing."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Mapped, mapped_column

from app.plumbing import queue
from app.plumbing.clock import now
from app.plumbing.columns import Moment
from app.plumbing.db import Change, Model, db, transaction
from app.plumbing.ids import new_id
from app.plumbing.settings import settings


class Letter(Model):
    """One e-mail to one address; its text is wiped once it is sent, for it may hold a link."""

    __tablename__ = "letters"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    to: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)


def is_set_up() -> bool:
    """True when a mail server is known; without one no letter is written."""
    return bool(settings().smtp)


def post(change: Change, to: str, subject: str, text: str) -> None:
    """Write a letter inside the change in hand; it goes out once the change is kept."""
    if not (to and is_set_up()):
        return
    letter = Letter(id=new_id(), to=to, subject=_plain(subject), text=text)
    db.session.add(letter)
    queue.request(change, "workers.mail.send_letter", letter.id)


def post_in(
    change: Change, language: str | None, to: str, subject: str, text: str, **facts: object
) -> None:
    """The same from msgids, in the reader's language (Chinese when they never chose)."""
    with force_locale(language or "zh"):
        post(change, to, gettext(subject, **facts), gettext(text, **facts))


def send(letter_id: str) -> None:
    """Hand one letter to the mail server; a second call finds it sent and does nothing."""
    letter = db.session.get_one(Letter, letter_id)
    if letter.sent_at:
        return
    _hand_over(letter)
    with transaction():
        letter.sent_at, letter.text = now(), ""


def _hand_over(letter: Letter) -> None:
    server = urlsplit(settings().smtp)
    message = EmailMessage()
    message["From"], message["To"] = settings().mail_from, letter.to
    message["Subject"], message["Message-ID"] = letter.subject, f"<{letter.id}@yanpiao>"
    message.set_content(letter.text)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "", server.port or 0, timeout=15) as line:
        if server.scheme == "smtp+tls":
            line.starttls(context=ssl.create_default_context())
        if server.username:
            line.login(unquote(server.username), unquote(server.password or ""))
        line.send_message(message)


def _plain(text: str) -> str:
    """No line break may start a header of its own (TRUST §2.8)."""
    return " ".join(text.split())
