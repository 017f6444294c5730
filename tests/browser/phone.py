"""A phone in somebody's hand: what waits on it, and what the server has of it."""

from sqlalchemy import func, select

from app.accounts.models import Member, Person
from app.documents.models import Copy
from app.plumbing.db import db

WAITING = "() => self.outbox?.count().then(({ mine }) => mine)"


class Phone:
    """A phone in somebody's hand, and what the server has of that person."""

    def __init__(self, house, look, name, url="", **more):
        more = {"service_workers": "block", **more}
        self._take(house, look(url or house.url, "pixel", **more), name)

    @classmethod
    def of(cls, house, screen, name):
        """The phone whose screen is there already."""
        phone = cls.__new__(cls)
        phone._take(house, screen, name)
        return phone

    def _take(self, house, screen, name):
        self.house, self.number = house, house.person(name)
        self.screen = screen.sign_in(self.number).go("/")

    def offline(self, is_offline=True):
        self.screen.is_offline_on_purpose = True
        self.screen.context.set_offline(is_offline)

    def waiting(self):
        return self.screen.page.evaluate(WAITING)

    def arrive(self, count):
        """Wait until no more than this many wait."""
        for _ in range(100):
            if self.waiting() == count:
                return
            self.screen.page.wait_for_timeout(100)
        raise AssertionError(f"{self.waiting()} are still waiting")

    def copies(self):
        with self.house.installation.inside():
            mine = select(Copy.name, func.count()).join(Member, Copy.member_id == Member.id)
            mine = mine.join(Person, Person.id == Member.person_id).group_by(Copy.name)
            found = db.session.execute(mine.where(Person.phone == self.number)).all()
            return dict(map(tuple, found))
