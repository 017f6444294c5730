"""What is said of seals and signatures."""

from app.core.errors import N_

SEALS: dict[str, tuple[str, str]] = {
    "seal.altered": (
        N_("The file was changed after it was sealed"),
        N_("Changed or missing: %(parts)s. Reimbursement is held."),
    ),
    "seal.altered_file": (
        N_("The file was changed after it was sealed"),
        N_("It is not what was signed any more. Reimbursement is held."),
    ),
    "seal.altered_stamp": (
        N_("The stamp was changed after it was made"),
        N_("It is not what %(stamp_maker)s signed any more. Reimbursement is held."),
    ),
    "seal.seller": (
        N_("Unchanged since the seller signed it"),
        N_("%(signer)s · certificate issued by %(issuer)s, not confirmed here"),
    ),
    "seal.seller_known": (
        N_("Unchanged since the seller signed it"),
        N_("%(signer)s · certificate confirmed by your administrator"),
    ),
    "seal.bureau": (
        N_("Unchanged since the tax bureau sealed it"),
        N_("%(signer)s · certificate issued by %(issuer)s, not confirmed here"),
    ),
    "seal.bureau_known": (
        N_("Unchanged since the tax bureau sealed it"),
        N_("%(signer)s · certificate confirmed by your administrator"),
    ),
    "seal.unnamed": (
        N_("Unchanged since it was signed"),
        N_("By %(signer)s; the seller to compare with is not known yet"),
    ),
    "seal.stranger": (
        N_("Signed by somebody else"),
        N_("%(signer)s is neither the seller nor a tax bureau; perhaps an archive signed it again"),
    ),
    "seal.partly": (
        N_("The seal leaves out a part of the file"),
        N_("Not covered: %(uncovered)s. Compare with another original."),
    ),
    "seal.appended": (
        N_("Something was added after signing"),
        N_("Some viewers do this when they save. Hand in the file as it came, or compare."),
    ),
    "seal.self_signed": (
        N_("The signer vouches only for itself"),
        N_("Anybody can make a certificate like that of %(signer)s; nobody else confirms it"),
    ),
    "seal.test": (
        N_("Sealed with a test certificate"),
        N_("Issued by %(issuer)s; such invoices are made for trials"),
    ),
    "seal.expired": (
        N_("The certificate was not valid on the day of signing"),
        N_("Signed %(signed_on)s; valid from %(valid_from)s to %(valid_to)s"),
    ),
    "seal.nobody": (
        N_("The signature does not say whose it is"),
        N_("Somebody signed the file again, perhaps an archive; compare with another original"),
    ),
    "seal.unreadable": (
        N_("The signature is damaged"),
        N_("Hand in the file as it came, without opening and saving it"),
    ),
    "seal.unsupported": (
        N_("The signature cannot be checked here"),
        N_("Its form is not known to this system; this says nothing about the invoice"),
    ),
}
