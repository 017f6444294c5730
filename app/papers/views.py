"""What is taken out: choose what it becomes, see it made, fetch it, let it go."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from flask import Blueprint, request, send_file, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.invoices import queries
from app.papers import about, left, making, naming, originals, papers
from app.papers.makers import KINDS
from app.papers.models import Kind, Paper
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.web import fragment, page, seen, wants_fragment

bp = Blueprint("papers", __name__, url_prefix="/papers")
NEWEST, COUNTED = 50, 1_000


@bp.get("")
def index() -> Any:
    newest = papers.visible_to(me()).order_by(Paper.id.desc()).limit(NEWEST)
    found = db.session.scalars(newest).all()
    return page("papers/index.html", papers=found, kept=papers.KEPT.days, **_words(found))


@bp.get("/<paper_id>")
def show(paper_id: str) -> Any:
    paper = _paper(paper_id)
    if not wants_fragment():
        return seen(url_for("papers.index") + f"#paper-{paper.id}")
    return fragment("papers/_paper.html", paper=paper, **_words([paper]))


@bp.get("/<paper_id>/file")
def file(paper_id: str) -> Any:
    paper = _paper(paper_id)
    opened, media_type = papers.open_file(paper), KINDS[paper.kind_word].media_type
    answer = send_file(opened, mimetype=media_type, etag=False)
    name = quote(paper.name)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/<paper_id>/deletion")
def discard(paper_id: str) -> Any:
    papers.discard(_paper(paper_id), by=me())
    return seen(url_for("papers.index"))


@bp.route("/new", methods=["GET", "POST"])
def choose() -> Any:
    return _choose(Form(request.form))


@bp.post("/names")
def preview() -> Any:
    form = Form(request.form)
    names = _names(form, _asked())
    return fragment("papers/_names.html", names=names, wrong=form.error("names"))


@bp.post("")
def ask() -> Any:
    form = Form(request.form)
    kind = form.choice("paper", {kind.value: kind for kind in KINDS if kind is not Kind.GAPS})
    asked = _asked()
    if kind == Kind.ZIP:
        asked["names"] = _template(form)
    if not form.errors:
        form.tries(lambda: papers.request(Kind(kind), asked, by=me(), language=str(get_locale())))
    return _choose(form) if form.errors else seen(url_for("papers.index"))


@bp.post("/gaps")
@needs(Power.SEE_ALL, "ledger")
def ask_gaps() -> Any:
    """Both lists of what is missing, as one workbook."""
    papers.request(Kind.GAPS, {making.GAPS: True}, by=me(), language=str(get_locale()))
    return seen(url_for("papers.index"))


def _words(found: Iterable[Paper]) -> dict[str, Any]:
    """How papers speak of themselves."""
    lists = about.names([one.asked for one in found], me())
    return {"why": papers.why, "said": partial(about.said, lists=lists), "sorts": KINDS}


def _paper(paper_id: str) -> Paper:
    found: Paper = db.one_or_404(papers.visible_to(me()).where(Paper.id == paper_id))
    return found


def _asked() -> dict[str, Any]:
    """Those that were picked, else the list whose address came along."""
    if ids := request.form.getlist("invoice"):
        return {"ids": list(dict.fromkeys(ids))}
    sent = request.form.get("state")
    given = request.args.to_dict() if sent is None else dict(parse_qsl(sent))
    return {"state": queries.Asked.of(given).state()}


def _choose(form: Form) -> Any:
    asked = _asked()
    query = making.found(asked, me())
    count = making.count(query.limit(COUNTED + 1))
    return page(
        "papers/choose.html",
        form,
        ids=asked.get("ids", []),
        state=urlencode(asked.get("state", {})),
        back_to=url_for("invoices.index", **asked.get("state", {})),
        said=about.said(asked, about.names([asked], me())),
        count=count,
        left=left.how_many(asked, me()),
        most=COUNTED,
        usual=naming.USUAL,
        fields=_fields(),
        names=_names(form, asked),
    )


def _names(form: Form, asked: dict[str, Any]) -> list[str]:
    """What a few files would be called; none while the template is wrong."""
    text = _template(form)
    return originals.preview(making.found(asked, me()), me(), text) if text else []


def _template(form: Form) -> str:
    typed = form.text("names", most=naming.LONGEST, required=False)
    try:
        return naming.template(typed)
    except naming.NotATemplate as wrong:
        form.errors["names"] = wrong
    return ""


def _fields() -> str:
    """``{date} Date of issue · …`` in the language in force."""
    return " · ".join(f"{{{name}}} {_(title)}" for name, title in naming.FIELDS.items())
