"""An installation with one company, for all tests that do not begin from nothing."""

from tests import make
from tests.installation import Installation


class House:
    """The installation with its company, and a way to let people in quickly."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.url = installation, installation.url
        with installation.inside():
            self.company_id = make.company("北京示例茶叶有限公司", 1).id

    def person(self, name: str, *roles: str) -> str:
        """A member; gives the phone number to sign in with."""
        from app.accounts.models import Company
        from app.plumbing.db import db

        with self.installation.inside():
            company = db.session.get_one(Company, self.company_id)
            return make.member(name, company, *(roles or ["employee"])).person.phone or ""
