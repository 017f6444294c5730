"""One-time links: setup, invitation, password reset."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Company, Link, Purpose
from app.core.errors import N_, Problem
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.ids import new_id, new_token
from app.plumbing.settings import settings

LIFETIMES = {
    Purpose.SETUP: timedelta(hours=2),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.RESET: timedelta(minutes=30),
}
PATHS = {Purpose.SETUP: "setup", Purpose.INVITATION: "invitation", Purpose.RESET: "reset"}


class Gone(Problem):
    """The link was used, is too old, or was never made."""

    message = N_("This link no longer works. Please ask for a new one.")
    status = 404


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(purpose: Purpose, *, made_by: str | None = None, **values: Any) -> str:
    """Make a link inside the transaction in hand and give its full address, once."""
    token = new_token()
    link = Link(
        id=new_id(),
        purpose=purpose,
        token_hash=digest(token),
        made_by=made_by,
        expires_at=now() + LIFETIMES[purpose],
        **values,
    )
    db.session.add(link)
    return f"{settings().url}/{PATHS[purpose]}/{token}"


def join_url(company: Company) -> str | None:
    """The lasting address by which people ask to join, if the company has a code."""
    return f"{settings().url}/join/{company.join_code}" if company.join_code else None


def find(purpose: Purpose, token: str) -> Link:
    """The link, if it still works; raises Gone."""
    query = select(Link).where(Link.token_hash == digest(token), Link.purpose == purpose)
    link = db.session.scalar(query.with_for_update())
    if link is None or link.used_at or link.expires_at < now():
        raise Gone
    return link


def use(purpose: Purpose, token: str) -> Link:
    """The same, and it never works again."""
    link = find(purpose, token)
    link.used_at = now()
    return link
