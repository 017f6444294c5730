"""What each answer says: a title and a line of detail, and what each rule rests on."""

from app.core.errors import N_
from app.verification.seal_titles import SEALS

TITLES: dict[str, tuple[str, str]] = {
    "ledger.agrees": (
        N_("Matches the tax-bureau ledger"),
        N_("Exported %(exported_on)s · line %(line)s · imported by %(uploader)s"),
    ),
    "ledger.differs": (
        N_("Differs from the tax-bureau ledger"),
        N_("Exported %(exported_on)s · line %(line)s · imported by %(uploader)s"),
    ),
    "ledger.voided": (
        N_("The tax bureau says: voided"),
        N_("Exported %(exported_on)s · line %(line)s · imported by %(uploader)s"),
    ),
    "ledger.red": (
        N_("The tax bureau says: red-flushed"),
        N_("Exported %(exported_on)s · line %(line)s · imported by %(uploader)s"),
    ),
    "ledger.red_derived": (
        N_("A red-letter invoice takes it back"),
        N_("The ledger still calls it valid; exported %(exported_on)s · line %(line)s"),
    ),
    "ledger.red_alone": (
        N_("A red-letter invoice takes it back"),
        N_("The ledger has only the red-letter invoice that names this one"),
    ),
    "ledger.absent": (
        N_("Not in the tax-bureau ledger"),
        N_("The ledger covers this day (up to %(covered_to)s), but this number is not in it"),
    ),
    "ledger.uncovered": (
        N_("Not compared with the tax-bureau ledger"),
        N_("The imported ledger does not cover the day of this invoice (it ends %(covered_to)s)"),
    ),
    "ledger.none": (
        N_("Not compared with the tax-bureau ledger"),
        N_("No ledger has been imported for your company yet"),
    ),
    "buyer.ours": (N_("Made out to your company"), N_("%(buyer_name)s · %(buyer_tax_id)s")),
    "buyer.other": (N_("Made out to somebody else"), N_("%(buyer_name)s · %(buyer_tax_id)s")),
    "buyer.name": (
        N_("Only the buyer's name is yours"),
        N_("%(buyer_name)s: the tax id is missing, or is none that exists"),
    ),
    "buyer.personal": (
        N_("Not compared with a buyer"),
        N_("This is a personal space; it has no tax id"),
    ),
    "buyer.unknown": (
        N_("Buyer not known yet"),
        N_("A QR code names no parties; the ledger or the original will"),
    ),
    "originals.agree": (
        N_("The originals agree with each other"),
        N_("File and code say the same, as far as both say it"),
    ),
    "originals.contradict": (
        N_("The originals contradict each other"),
        N_("%(fields)s: one of the files may have been changed. Reimbursement is held."),
    ),
    "originals.reading": (
        N_("The picture was read differently from the original"),
        N_("%(fields)s: most likely a reading or typing error; please compare"),
    ),
    "originals.corrected": (
        N_("Corrected by hand"),
        N_("%(fields)s: compare with the original"),
    ),
    **SEALS,
    "form.fits": (N_("Number, date and kind fit together"), N_("By the rules of numbering")),
    "form.specimen": (
        N_("The number of a specimen"),
        N_("Numbers that begin with 99 are never assigned"),
    ),
    "form.future": (N_("Dated in the future"), N_("The invoice says %(issued)s")),
    "form.year": (
        N_("Number and date do not fit"),
        N_("The number belongs to another year than %(issued)s"),
    ),
    "form.kind": (
        N_("Number and kind do not fit"),
        N_("The code is of %(expected)s, the invoice says %(found)s"),
    ),
    "form.region": (
        N_("The region is not known"),
        N_("%(digits)s names none of the regions that issue invoices"),
    ),
    "form.unread": (
        N_("No invoice number could be read"),
        N_("Type it in, or hand in the original file"),
    ),
    "age.fits": (
        N_("The official site answers for this day"),
        N_("Issued %(issued)s, within the last five years"),
    ),
    "age.today": (
        N_("Issued today"),
        N_("The official site answers from the next day on"),
    ),
    "age.old": (
        N_("Too old for the official site"),
        N_("Issued %(issued)s; the site answers for the last five years"),
    ),
    "age.ended": (
        N_("This kind was no longer issued"),
        N_("%(kind)s ended on %(until)s; the invoice says %(issued)s"),
    ),
    "age.before": (
        N_("This kind did not exist yet"),
        N_("%(kind)s began on %(since)s; the invoice says %(issued)s"),
    ),
    "arithmetic.fits": (
        N_("The amounts add up"),
        N_("%(amount)s + %(tax)s = %(total)s"),
    ),
    "arithmetic.fees": (
        N_("The amounts add up"),
        N_("%(amount)s + %(tax)s, and %(rest)s of fund and fees without VAT"),
    ),
    "arithmetic.differs": (
        N_("The amounts do not add up"),
        N_("%(amount)s + %(tax)s is not %(total)s"),
    ),
    "arithmetic.lines": (
        N_("The lines do not add up"),
        N_("The lines come to %(line_amounts)s + %(line_taxes)s, not %(amount)s + %(tax)s"),
    ),
    "capitals.fits": (
        N_("Capitals and figures agree"),
        N_("%(total_words)s = %(total)s"),
    ),
    "capitals.differs": (
        N_("Capitals and figures do not agree"),
        N_("The capitals say %(said)s, the figures %(total)s"),
    ),
    "capitals.unread": (
        N_("The amount in capitals could not be read"),
        N_("It says “%(total_words)s”"),
    ),
    "tax_rates.fits": (
        N_("The tax rates fit kind and day"),
        N_("%(rates)s on %(issued)s, and the tax follows from it"),
    ),
    "tax_rates.other_time": (
        N_("The tax rate was not in force on that day"),
        N_("%(rates)s on %(issued)s; right only if the sale itself lies in another time"),
    ),
    "tax_rates.other_kind": (
        N_("The tax rate does not fit the kind"),
        N_("This kind of invoice does not state %(rates)s"),
    ),
    "tax_rates.tax": (
        N_("The tax does not follow from the rate"),
        N_("At %(rates)s the tax would be another; taxation of a difference can explain it"),
    ),
    "tax_rates.unlisted": (
        N_("The tax rate is not in our table"),
        N_("Nothing can be said about %(rates)s"),
    ),
    "tax_ids.fit": (
        N_("The tax ids are well formed"),
        N_("The check character fits: %(fields)s"),
    ),
    "tax_ids.older": (
        N_("The tax ids are well formed"),
        N_("An older form without check character: %(fields)s"),
    ),
    "tax_ids.wrong": (
        N_("A tax id has an error"),
        N_("The check character does not fit: %(fields)s. Most likely misread."),
    ),
    "crc.fits": (
        N_("The code was read without error"),
        N_("Its checksum fits; no proof of origin"),
    ),
    "crc.unmatched": (
        N_("The code's checksum does not fit"),
        N_("Some real invoices have this too; compare the number with the paper"),
    ),
    "crc.absent": (N_("The code has no checksum"), N_("Compare the number with the paper")),
    "holders.one": (N_("Handed in once"), N_("Nobody else in your company has this invoice")),
    "holders.several": (
        N_("Handed in more than once"),
        N_("%(count)s people in your company have this invoice"),
    ),
    "completeness.complete": (
        N_("Everything is there to ask the tax bureau"),
        N_("It asks for the number and: %(fields)s"),
    ),
    "completeness.missing": (
        N_("Something is missing to ask the tax bureau"),
        N_("Still needed: %(fields)s"),
    ),
    "completeness.kind": (
        N_("The kind of invoice is not known"),
        N_("What the tax bureau asks for depends on it"),
    ),
    "decision.released": (N_("Looked at and released"), N_("%(by)s: %(reason)s")),
    "decision.renewed": (N_("Held again"), N_("%(by)s: %(reason)s")),
    "provider.none": (N_("Third-party service"), N_("Not set up; the verdict stands without it")),
}

BASIS: dict[str, str] = {
    "decision": N_(
        "Files that were altered or contradict each other hold the money until a person who did "
        "not hand them in has looked at them and says why it is free."
    ),
    "ledger": N_(
        "The bureau's own export decides: same number, day, amounts and parties. A number counts "
        "as absent only on a day that the export covers."
    ),
    "buyer": N_(
        "An invoice to a company states the company's tax id, without which it counts for nothing "
        "in the tax return (国家税务总局公告2017年第16号第一条). A name alone proves nothing."
    ),
    "originals": N_(
        "Files and codes of one invoice say the same. If they differ, one was changed."
    ),
    "seal": N_(
        "A seal holds a digest of the file: if one byte differs, it does not fit any more. It "
        "shows that nothing was changed, not that the tax bureau issued the invoice."
    ),
    "form": N_(
        "Digital numbers begin with year and region; older codes name region, year and kind."
    ),
    "age": N_("The official site answers from the day after issue, for five years."),
    "arithmetic": N_("Amount + tax = total; *** and tax-free count as 0; the lines add up."),
    "capitals": N_("The total in capitals and the total in figures are one amount."),
    "tax_rates": N_(
        "Each rate belongs to kind and day, and a line's tax is amount × rate, give or take ¥0.06."
    ),
    "tax_ids": N_("The 18th character follows from the first 17 (GB 32100-2015)."),
    "crc": N_(
        "The checksum of the QR code shows a misreading. Anybody can compute it, so it proves "
        "nothing."
    ),
    "holders": N_("One invoice is reimbursed once in a company, whoever brings it."),
    "completeness": N_("What the official site asks for depends on the kind of invoice."),
    "provider": N_("A licensed service asks the tax bureau for you; it is optional."),
}
