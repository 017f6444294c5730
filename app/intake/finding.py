"""Lists of invoices in the box that finds everything."""

from flask import url_for
from flask_babel import ngettext

from app.accounts.finding import FEW, Hit, Hits
from app.accounts.models import Member
from app.core.errors import N_
from app.intake import batches
from app.intake.models import Batch
from app.plumbing.db import db


def lists(member: Member, words: str) -> Hits:
    """The newest whose name has the words in it."""
    named = batches.visible_to(member).where(Batch.name.icontains(words, autoescape=True))
    found = db.session.scalars(named.order_by(Batch.id.desc()).limit(FEW + 1)).all()
    more = url_for("batches.index") if len(found) > FEW else ""
    return Hits(N_("Lists"), [_hit(one) for one in found[:FEW]], more)


def _hit(one: Batch) -> Hit:
    rows = ngettext("%(num)s row", "%(num)s rows", one.total)
    return Hit(url_for("batches.show", batch_id=one.id), one.name, rows, "batch")
