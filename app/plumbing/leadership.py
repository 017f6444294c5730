"""One leader among several sweepers, by a lease in the database."""

import os
import socket
from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, mapped_column

from app.plumbing.clock import now
from app.plumbing.columns import Moment
from app.plumbing.db import Model, db, transaction


class Leader(Model):
    """Who leads, and until when unless it says so again."""

    __tablename__ = "leaders"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime] = mapped_column(Moment)


def lead(name: str, seconds: float) -> bool:
    """Take or keep the lead for a while; False when somebody else has it."""
    me = f"{socket.gethostname()}:{os.getpid()}"
    with transaction():
        leader = db.session.get(Leader, name, with_for_update=True)
        if leader is None:
            leader = Leader(name=name, owner=me, until=now())
            db.session.add(leader)
        if leader.owner != me and leader.until > now():
            return False
        leader.owner, leader.until = me, now() + timedelta(seconds=seconds)
        return True
