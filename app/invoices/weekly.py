"""Once a week finance is told what there is to clean up; nothing is changed by it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts import members
from app.accounts.models import Company, CompanyKind
from app.accounts.roles import Power
from app.invoices import cleaning
from app.invoices.cleaning_models import Cursor, Group, State
from app.notices import notices
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.settings import settings


def tell() -> None:
    """Tell the companies in which a group was found since they were told, if that is long ago.

    A company that was never told is told a week after its first group.
    """
    first, newest = func.min(Group.found_at), func.max(Group.found_at)
    open_ = select(Group.company_id, first, newest).where(Group.state == State.OPEN)
    for company_id, since, last in db.session.execute(open_.group_by(Group.company_id)).all():
        cursor = db.session.get(Cursor, f"weekly:{company_id}")
        told = datetime.fromisoformat(cursor.last) if cursor else None
        is_due = now() - (told or since) >= timedelta(days=settings().cleaning_days)
        if is_due and (told is None or last > told):
            _tell(db.session.get_one(Company, company_id))


def _tell(company: Company) -> None:
    if company.kind is not CompanyKind.COMPANY:
        return
    counts = cleaning.count(company.id)
    moment = now().isoformat()
    finance = members.holding(company.id, Power.DECIDE)
    with transaction():
        facts = {"count": sum(counts.values()), **counts}
        about = f"{company.id}:{moment}"
        notices.tell(finance, "cleaning_due", about=about, path="/cleaning", **facts)
        name = f"weekly:{company.id}"
        cursor = db.session.get(Cursor, name) or Cursor(name=name)
        cursor.last = moment
        db.session.add(cursor)
