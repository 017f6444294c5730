"""What the journal's actions and faults are called."""

from app.core.errors import N_

ACTIONS: dict[str, str] = {
    "company-opened": N_("Company opened"),
    "company-changed": N_("Company changed"),
    "modules-switched": N_("Modules switched"),
    "join-code-renewed": N_("Join code renewed"),
    "unit-added": N_("Department added"),
    "unit-changed": N_("Department changed"),
    "grade-added": N_("Grade added"),
    "member-invited": N_("Invitation made"),
    "invitation-withdrawn": N_("Invitation withdrawn"),
    "member-joined": N_("Joined by invitation"),
    "joining-asked": N_("Asked to join"),
    "member-admitted": N_("Let in"),
    "member-refused": N_("Not let in"),
    "roles-changed": N_("Roles changed"),
    "member-removed": N_("Removed from the company"),
    "reset-link-made": N_("One-time password link made"),
    "document-handed-in": N_("Document handed in"),
    "invoice-learned": N_("Invoice learned of"),
    "verdict-changed": N_("Verdict changed"),
    "ledger-import-asked": N_("Ledger import asked for"),
    "ledger-import-done": N_("Ledger imported"),
    "ledger-import-failed": N_("Ledger import failed"),
    "ledger-change-seen": N_("Changed row looked at"),
    "company-entered": N_("Went to work in this company"),
    "notices-read": N_("Notices looked at"),
    "notice-mail-chosen": N_("Notices by e-mail chosen"),
}

REASONS: dict[str, str] = {
    "edited": N_("it was edited"),
    "missing": N_("an entry before it is missing"),
    "rehashed": N_("the chain was computed anew"),
    "cut": N_("the end of the chain was cut off"),
}

FACTS: dict[str, str] = {
    "name": N_("name"),
    "tax_id": N_("tax id"),
    "before": N_("before"),
    "after": N_("after"),
    "off": N_("switched off"),
    "roles": N_("roles"),
    "key": N_("number"),
    "digest": N_("SHA-256"),
    "starts": N_("from"),
    "ends": N_("to"),
    "exported_on": N_("exported on"),
    "new": N_("new"),
    "changed": N_("changed"),
    "unchanged": N_("unchanged"),
    "refused": N_("refused"),
    "reason": N_("reason"),
    "evidence": N_("evidence"),
    "count": N_("number of them"),
    "kinds": N_("sorts"),
}
