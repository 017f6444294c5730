"""Every kind of notice: its words, whether it asks for something, and its default ways."""

from dataclasses import dataclass

from app.core.errors import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """``title`` takes the notice's facts; a task stays until it is done.

    Some tasks are done when somebody says so, others only by what was asked for. ``terms`` are the
    facts that are msgids themselves.
    """

    name: str
    title: str
    is_task: bool = False
    mails: bool = True
    may_dismiss: bool = False
    terms: tuple[str, ...] = ()


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
        N_("A ledger import has failed"),
        N_("%(file)s could not be imported"),
        is_task=True,
        may_dismiss=True,
    ),
    "batch_ended": Kind(
        N_("A list of mine has been checked"),
        N_("%(name)s: %(rows)s checked, %(problems)s with a problem"),
        mails=False,
    ),
    "batch_failed": Kind(
        N_("A list of mine could not be read"), N_("%(name)s could not be read to its end")
    ),
    "batch_missing": Kind(
        N_("Files of a list of mine never came"),
        N_("%(name)s: %(missing)s of %(rows)s files never came from your device"),
    ),
    "paper_ready": Kind(
        N_("A file that I asked for is ready"), N_("%(file)s is ready to download"), mails=False
    ),
    "paper_failed": Kind(
        N_("A file that I asked for could not be made"),
        N_("%(file)s could not be made"),
        mails=False,
    ),
    "invoice_reported": Kind(
        N_("A colleague asks for a look at an invoice"),
        N_("%(name)s asks you to check invoice %(number)s at the official site"),
        is_task=True,
        may_dismiss=True,
    ),
    "ledger_changed": Kind(
        N_("The bureau changed invoices you know"),
        N_("%(count)s invoices changed their amount or state at the tax bureau"),
        is_task=True,
    ),
    "ledger_late": Kind(
        N_("The tax-bureau ledger is getting old"),
        N_("The tax-bureau ledger ends on %(day)s: please import a fresh export"),
        is_task=True,
        may_dismiss=True,
    ),
    "invoice_red": Kind(
        N_("An invoice of mine was red-flushed"),
        N_("%(seller)s ¥%(amount)s was red-flushed at the tax bureau"),
    ),
    "invoice_voided": Kind(
        N_("An invoice of mine was voided"),
        N_("%(seller)s ¥%(amount)s was voided at the tax bureau"),
    ),
    "invoice_money": Kind(
        N_("The amount of an invoice of mine changed"),
        N_("%(seller)s: the tax bureau now says ¥%(after)s instead of ¥%(before)s"),
    ),
    "invoice_held": Kind(
        N_("An invoice is held"),
        N_("%(seller)s ¥%(amount)s is held: its files were changed or differ; please look"),
        is_task=True,
    ),
    "decider_missing": Kind(
        N_("Nobody may decide about a held invoice"),
        N_("An invoice is held, and only who brought it could decide: name one more for finance"),
        is_task=True,
        may_dismiss=True,
    ),
    "invoice_released": Kind(
        N_("A held invoice of mine was released"),
        N_("%(seller)s ¥%(amount)s was released by %(name)s"),
    ),
    "invoice_watched": Kind(
        N_("An invoice was voided, red-flushed or changed"),
        N_("%(seller)s ¥%(amount)s was voided, red-flushed or changed: please decide"),
        is_task=True,
        may_dismiss=True,
    ),
    "review_undone": Kind(
        N_("A colleague took a decision of mine back"),
        N_("%(seller)s ¥%(amount)s waits for eyes again: %(name)s took your decision back"),
        mails=False,
    ),
    "invoice_sent_back": Kind(
        N_("An invoice of mine was sent back"),
        N_("%(seller)s ¥%(amount)s was sent back: %(reason)s"),
        is_task=True,
        may_dismiss=True,
        terms=("reason",),
    ),
    "cleaning_due": Kind(
        N_("Duplicates and look-alikes of the week"),
        N_(
            "%(count)s groups to clean up: %(same)s brought twice, %(alike)s look-alikes, "
            "%(split)s of the same amount, %(run)s in a row"
        ),
        mails=False,
    ),
    "invoice_let_go": Kind(
        N_("An invoice of mine turned out to be a duplicate"),
        N_("%(seller)s ¥%(amount)s is there already: %(name)s kept the other one"),
    ),
    "invoice_given_back": Kind(
        N_("An invoice of mine was no duplicate after all"),
        N_("%(seller)s ¥%(amount)s is yours again: %(name)s took the decision back"),
        mails=False,
    ),
    "invoice_asked": Kind(
        N_("Finance asks about an invoice of mine"),
        N_("%(seller)s ¥%(amount)s: %(name)s asks you to explain it"),
        is_task=True,
        may_dismiss=True,
    ),
}
