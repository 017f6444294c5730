"""Seals of an OFD: every digest of every ``Signature.xml``, and the seal over it (FORMATS §9.2)."""

from __future__ import annotations

import binascii
import posixpath
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import islice

from app.documents.readers import certificate as certificates
from app.documents.readers import seal as kept
from app.documents.readers import ses
from app.documents.readers.certificate import FAULTS, Unsupported, digest, digest_name
from app.documents.readers.limits import MOST_ENTRIES
from app.documents.readers.markup import Element, children, find, text
from app.documents.readers.package import Package
from app.documents.readers.seal import MOST_SEALS, Seal

_DEFAULT_HASH = "md5"
"""What GB/T 33190 takes where ``CheckMethod`` is not given."""

_BEIJING = timezone(timedelta(hours=8))
_SPEAKING = re.compile(r"(?i)/(?:attach|tags/).*\.xml$")
_DIGITS = re.compile(r"\d+")


def read(data: bytes) -> list[Seal]:
    """Every seal of every document in the package, in order."""
    package = Package(data)
    bodies = children(package.tree("OFD.xml"), "DocBody")
    found = (seal for body in islice(bodies, MOST_SEALS) for seal in _body(package, body))
    return list(islice(found, MOST_SEALS))


def _body(package: Package, body: Element) -> Iterator[Seal]:
    listed = _list_of(package, body)
    listing = package.tree(listed) if listed else None
    told = _told_from(package, text(body, "DocRoot").lstrip("/"))
    for one in islice(children(listing, "Signature"), MOST_SEALS):
        place = package.place(one.get("BaseLoc", ""), listed)
        root = package.tree(place)
        if root is None:
            yield Seal(kept.UNREADABLE, "", reasons=("cut",))
        else:
            seal = _read(package, place, root, posixpath.dirname(listed) + "/")
            is_partly = not told.isdisjoint(seal.uncovered)
            yield replace(seal, reasons=(*seal.reasons, "partly")) if is_partly else seal


def _told_from(package: Package, document: str) -> set[str]:
    """The parts that the invoice is read from or drawn by: pages, attachments and tags."""
    tree = package.tree(document)
    pages = {
        package.place(one.get("BaseLoc", ""), document) for one in children(find(tree, "Pages"))
    }
    names = {name for name in package.under("") if _SPEAKING.search(name)}
    return {document} | pages | names


def _list_of(package: Package, body: Element) -> str:
    """Where ``Signatures.xml`` is; makers who forget to say put it where all others do."""
    if named := text(body, "Signatures"):
        return named.lstrip("/")
    document = text(body, "DocRoot").lstrip("/")
    usual = posixpath.join(posixpath.dirname(document), "Signs/Signatures.xml")
    return usual if package.bytes(usual) else ""


def _read(package: Package, place: str, root: Element, folder: str) -> Seal:
    seal = _cover(package, place, root, folder)
    blob = package.bytes(package.place(text(root, "SignedValue"), place))
    try:
        sealed = ses.read(blob)
        is_fitting = ses.fits(sealed, package.bytes(place))
    except Unsupported:
        return _judge(seal, unread="unsupported")
    except FAULTS:
        return _judge(seal, unread="no_certificate" if blob else "cut")
    said = replace(
        seal,
        what=sealed.what,
        signed_at=sealed.signed_at or seal.signed_at,
        stamp_maker=sealed.stamp.maker,
    )
    described = certificates.describe(said, [sealed.signer])
    reasons = {
        "digest": not is_fitting,
        "signature": not sealed.fits_signature,
        "not_in_seal": not sealed.is_in_seal,
        "stamp": sealed.stamp.is_whole is False,
    }
    words = tuple(word for word, is_wrong in reasons.items() if is_wrong)
    parts = described.parts if is_fitting else (*described.parts, place)
    return _judge(replace(described, parts=parts, reasons=(*described.reasons, *words)))


def _judge(seal: Seal, unread: str = "") -> Seal:
    """A digest that does not fit outweighs a seal that cannot be read."""
    reasons = tuple(dict.fromkeys((*seal.reasons, *filter(None, (unread,)))))
    if seal.parts or {"signature", "stamp"} & set(reasons):
        return replace(seal, state=kept.ALTERED, reasons=reasons)
    state = kept.UNREADABLE if unread else kept.INTACT
    return replace(seal, state=state, reasons=reasons)


def _cover(package: Package, place: str, root: Element, folder: str) -> Seal:
    """What the references cover, what they leave out besides the seals, what no longer fits."""
    references = find(root, "SignedInfo/References")
    method = references.get("CheckMethod", "") if references is not None else ""
    hashed = digest_name(method) if method else _DEFAULT_HASH
    covered: dict[str, bool] = {}
    unsupported = False
    for one in islice(children(references, "Reference"), MOST_ENTRIES):
        part = package.place(one.get("FileRef", ""), place)
        try:
            covered[part] = covered.get(part, True) and _fits(package, part, one, hashed)
        except Unsupported:
            unsupported = True
    names = [name for name in package.under("") if not name.endswith("/")]
    wrong = tuple(part for part, is_right in covered.items() if not is_right)
    reasons = [word for word, is_so in (("digest", wrong), ("unsupported", unsupported)) if is_so]
    return Seal(
        kept.UNREADABLE,
        "",
        maker=" ".join(filter(None, _maker(root))),
        covers=tuple(part for part, is_right in covered.items() if is_right),
        uncovered=tuple(one for one in names if one not in covered and not one.startswith(folder)),
        parts=wrong,
        signed_at=_moment(text(root, "SignedInfo/SignatureDateTime")),
        reasons=tuple(reasons),
    )


def _fits(package: Package, part: str, reference: Element, hashed: str) -> bool:
    """Whether a part is as its reference says; one that is gone is not."""
    try:
        wanted = b64decode("".join(text(reference, "CheckValue").split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return digest(hashed, package.bytes(part)) == wanted


def _maker(root: Element) -> tuple[str, str]:
    provider = find(root, "SignedInfo/Provider")
    if provider is None:
        return "", ""
    return provider.get("ProviderName", ""), provider.get("Version", "")


def _moment(written: str) -> str:
    """``20200817111329Z`` or ``2025-12-10 13:30:45``; Beijing where no zone is given."""
    digits = "".join(_DIGITS.findall(written))[:14]
    with suppress(ValueError):
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S")
        return moment.replace(tzinfo=_BEIJING).isoformat()
    return ""
