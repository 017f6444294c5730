"""Every kind of notice: its words, whether it asks for something, and its default ways."""

from dataclasses import dataclass

from app.core.errors import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """``title`` takes the notice's facts; a task stays until it is done."""

    name: str
    title: str
    is_task: bool = False
    mails: bool = True


KINDS: dict[str, Kind] = {
    "joining_asked": Kind(
        N_("Somebody asks to join"), N_("%(name)s asks to join %(company)s"), is_task=True
    ),
    "joining_decided": Kind(
        N_("Your request to join was decided"), N_("You are now a member of %(company)s")
    ),
    "joining_refused": Kind(
        N_("Your request to join was refused"), N_("%(company)s did not let you join")
    ),
    "import_finished": Kind(
        N_("A ledger import has finished"),
        N_("%(file)s: %(new)s new, %(changed)s changed, %(refused)s refused"),
        mails=False,
    ),
    "import_failed": Kind(
        N_("A ledger import has failed"), N_("%(file)s could not be imported"), is_task=True
    ),
    "invoice_reported": Kind(
        N_("A colleague asks for a look at an invoice"),
        N_("%(name)s asks you to check invoice %(number)s at the official site"),
        is_task=True,
    ),
    "ledger_changed": Kind(
        N_("The bureau changed invoices you know"),
        N_("%(count)s invoices changed their amount or state at the tax bureau"),
        is_task=True,
    ),
}
