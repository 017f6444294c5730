"""The front door: one application, built from the rooms in their order."""

import logging
import sys

from flask import Flask

from app.accounts import company_views, door, me_views
from app.accounts import finding as people_finding
from app.accounts import views as accounts_views
from app.bureau import panels as bureau_panels
from app.bureau import views as bureau_views
from app.console import ca_views, commands, diag_views, finding_views, navigation, shell
from app.console import views as console_views
from app.documents import readings
from app.documents import views as documents_views
from app.intake import (
    asking_views,
    batch_views,
    mending_views,
    repair_views,
    review_views,
    scan_views,
)
from app.intake import finding as batch_finding
from app.intake import panels as intake_panels
from app.intake import views as intake_views
from app.invoices import asked_views, cleaning_views, pair_views
from app.invoices import finding as invoices_finding
from app.invoices import panels as invoices_panels
from app.invoices import views as invoices_views
from app.notices import notices
from app.notices import views as notices_views
from app.papers import pack_views
from app.papers import panels as papers_panels
from app.papers import views as papers_views
from app.plumbing.assets import open_assets
from app.plumbing.db import open_database
from app.plumbing.queue import open_queue
from app.plumbing.settings import ROOT, Settings
from app.plumbing.web import open_web
from app.verification import hold_views, panels, trust_views
from app.verification import views as missing_views

ROOMS = (
    accounts_views.bp,
    me_views.bp,
    company_views.bp,
    notices_views.bp,
    documents_views.bp,
    invoices_views.bp,
    asked_views.bp,
    pair_views.bp,
    cleaning_views.bp,
    bureau_views.bp,
    missing_views.bp,
    trust_views.bp,
    hold_views.bp,
    intake_views.bp,
    scan_views.bp,
    asking_views.bp,
    repair_views.bp,
    batch_views.bp,
    mending_views.bp,
    review_views.bp,
    papers_views.bp,
    pack_views.bp,
    console_views.bp,
    finding_views.bp,
    shell.bp,
    ca_views.bp,
    diag_views.bp,
)
INVOICE_PANELS = (
    panels.invoice_panel,
    intake_panels.invoice_panel,
    bureau_panels.invoice_panel,
    papers_panels.invoice_panel,
)
WALLET_PANELS = (papers_panels.wallet_panel,)
FINDERS = (invoices_finding.invoices, people_finding.people, batch_finding.lists)
DOCUMENT_PANELS = (invoices_panels.document_panel, intake_panels.document_panel)


def create_app(chosen: Settings | None = None) -> Flask:
    """Build the application with the settings given, or with the environment's."""
    chosen = chosen or Settings.read()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.extensions["settings"] = chosen
    app.extensions["invoice_panels"] = INVOICE_PANELS
    app.extensions["wallet_panels"] = WALLET_PANELS
    app.extensions["finders"] = FINDERS
    app.extensions["list_names"] = batch_finding.names
    app.extensions["document_panels"] = DOCUMENT_PANELS
    app.config["SECRET_KEY"] = chosen.secret_key()
    chosen.run.mkdir(parents=True, exist_ok=True)
    open_web(app, chosen)
    open_assets(app, chosen)
    open_database(app, chosen)
    open_queue(app, chosen)
    door.open_door(app)
    for room in ROOMS:
        app.register_blueprint(room)
    app.jinja_env.globals.update(
        navigation=navigation.navigation,
        unread=lambda: notices.unread(door.me()) if door.somebody() else 0,
        theme=shell.theme,
        language_switch=shell.language_switch,
        spoilt={word: readings.NOTHING[word] for word in readings.SPOILT},
    )
    commands.register(app)
    return app


def __getattr__(name: str) -> Flask:
    """``wsgi:app`` is built when a server asks for it, not when a test imports this file."""
    if name == "app":
        globals()["app"] = found = commands.alone(sys.argv) or create_app()
        return found
    raise AttributeError(name)
