"""A browser without a screen: it signs in, follows forms, and inspects every page it sees."""

import re
import warnings
from contextvars import Context
from functools import cache
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Member
from app.plumbing.db import db
from app.plumbing.settings import ROOT
from tests import make

HOST = "yanpiao.test"
BASE = f"http://{HOST}"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Mobile Safari/537.36"
)
DESKTOP = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)


class Page:
    """An answer, inspected: valid HTML5, one h1, a title, unique ids, forms with a way out."""

    def __init__(self, answer: Any, app: Flask) -> None:
        self.answer, self.status, self.text = answer, answer.status_code, answer.text
        self.headers = answer.headers
        self.is_fragment = "<html" not in self.text
        if answer.mimetype == "text/html" and self.text:
            self.root = self._parse()
            self._inspect(app)

    def all(self, tag: str) -> list[Element]:
        """Every element with this tag."""
        return list(self.root.iter(tag))

    def words(self) -> str:
        """The visible text, spaces folded."""
        return " ".join(" ".join(self.root.itertext()).split())

    def _parse(self) -> Element:
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if self.is_fragment:
                begun = self.text.lstrip()
                holder = {"<tr": "tbody", "<tb": "table"}.get(begun[:3], "div")
                found: Element = parser.parseFragment(self.text, container=holder)
            else:
                found = parser.parse(self.text)
        return found

    def _inspect(self, app: Flask) -> None:
        ids = [one.get("id") for one in self.root.iter() if one.get("id")]
        assert len(ids) == len(set(ids)), f"an id stands twice: {sorted(ids)}"
        for one in self.root.iter():
            for name in ("style", "onclick", "hx-on"):
                assert name not in one.attrib, f"{name} on <{one.tag}>"
            for name in ("hx-get", "hx-post"):
                if name in one.attrib:
                    self._leads_somewhere(app, one.attrib[name], name[3:].upper())
        if not self.is_fragment:
            assert len(self.all("h1")) == 1, "a page has one h1"
            title = "".join(self.all("title")[0].itertext())
            assert "".join(self.all("h1")[0].itertext()).strip() in title
            self._comes_to_life()

    def _comes_to_life(self) -> None:
        """Each element of our own is taught by a script of this page."""
        places = [one.get("src", "").partition("/js/") for one in self.all("script")]
        taught = {name for _, is_ours, script in places if is_ours for name in _taught(script)}
        ours = {one.tag for one in self.root.iter() if isinstance(one.tag, str) and "-" in one.tag}
        assert ours <= taught, f"no script of this page knows {sorted(ours - taught)}"

    def _leads_somewhere(self, app: Flask, url: str, method: str) -> None:
        path = url.partition("?")[0]
        app.url_map.bind(HOST).match(path, method=method)


@cache
def _taught(script: str) -> frozenset[str]:
    """The elements that a script defines, itself or by what it imports."""
    text = (ROOT / "static" / "js" / script).read_text()
    names = set(re.findall(r'customElements\.define\("([\w-]+)"', text))
    for other in re.findall(r'import (?:.* from )?"\./([\w-]+\.js)"', text):
        names |= _taught(other)
    return frozenset(names)


class Browser:
    """One browser with its cookies; each request has a context of its own, as on a server."""

    def __init__(self, app: Flask, agent: str = DESKTOP) -> None:
        self.app, self.agent = app, agent
        self.client: FlaskClient = app.test_client()

    def sign_in(self, who: Member, **extra: str) -> "Browser":
        """By the form, as anybody does."""
        typed = {"identifier": who.person.phone or "", "password": make.PASSWORD, **extra}
        assert self.post("/sign-in", **typed).status == 303
        return self

    def speak(self, language: str) -> None:
        """As if the language had been chosen by hand."""
        self.client.set_cookie("lang", language, domain=HOST)

    def see(self, path: str, *, htmx: bool = False, status: int = 200, **headers: str) -> Page:
        """Get a page; its status must be the one expected."""
        page = self._ask("get", path, htmx=htmx, headers=headers)
        assert page.status == status, f"{path}: {page.status}\n{page.text[:2000]}"
        return page

    def post(
        self,
        path: str,
        *,
        htmx: bool = False,
        headers: dict[str, str] | None = None,
        files: list[tuple[BytesIO, str]] | None = None,
        **typed: Any,
    ) -> Page:
        """Send a form, with files if there are any."""
        data: dict[str, Any] = dict(typed)
        if files is not None:
            data["file"] = files
        return self._ask("post", path, htmx=htmx, headers=headers or {}, data=data)

    def _ask(
        self, method: str, path: str, *, htmx: bool, headers: dict[str, str], **facts: Any
    ) -> Page:
        sent = {"User-Agent": self.agent, "Accept-Language": "en", "Origin": BASE, **headers}
        if htmx:
            sent["HX-Request"] = "true"
        send = getattr(self.client, method)
        answer = Context().run(lambda: send(path, headers=sent, base_url=BASE, **facts))
        db.session.rollback()
        return Page(answer, self.app)
