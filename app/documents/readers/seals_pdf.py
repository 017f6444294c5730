"""Signatures of a PDF: what each covers, whether it fits, who made it (FORMATS §6, §9.1)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from ctypes import c_int, create_string_buffer
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

from asn1crypto import core, x509
from pypdfium2 import PdfDocument, raw

from app.documents.readers import certificate as certificates
from app.documents.readers import cms
from app.documents.readers import seal as kept
from app.documents.readers.certificate import FAULTS, Unsupported
from app.documents.readers.limits import KIB, MIB
from app.documents.readers.seal import MOST_SEALS, Seal

_CMS = ("adbe.pkcs7.detached", "adbe.pkcs7.sha1", "ETSI.CAdES.detached")
_PLAIN = "adbe.x509.rsa_sha1"
_PLAIN_HASHES = ("sha1", "sha256", "sha384", "sha512")
_LARGEST = 256 * KIB
_MOST_STREAMS, _LARGEST_STREAM = 64, 2 * MIB
_MOST_CERTIFICATES = 8
_STREAM = re.compile(rb"/ObjStm\b.{0,400}?\bstream\r?\n", re.DOTALL)
_LITERAL = re.compile(rb"\((?=0\x82)")
_HEX = re.compile(rb"<(3082[0-9A-Fa-f\s]{200,16000})>")
_SIGN = re.compile(rb"\\(?:([0-7]{1,3})|\r\n|(.))|([()])|([^\\()]+)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b""}
_TIME = re.compile(r"D:(\d{14})(?:(Z)|([+-])(\d\d)'?(\d\d)?)?")
_BEIJING = timedelta(hours=8)


def read(pdf: PdfDocument, data: bytes) -> list[Seal]:
    """Every signature, in the order of its fields; ``data`` are the bytes of ``pdf``."""
    count = max(0, min(raw.FPDF_GetSignatureCount(pdf), MOST_SEALS))
    signatures = [raw.FPDF_GetSignatureObject(pdf, place) for place in range(count)]
    found = [(_read(one, data), _end(one)) for one in signatures if _blob(one)]
    last = max((end for seal, end in found if seal.state == kept.INTACT), default=0)
    return [_after(seal, end, last, data) for seal, end in found]


def _read(signature: Any, data: bytes) -> Seal:
    what = _word(raw.FPDFSignatureObj_GetSubFilter, signature)
    seal = Seal(kept.UNREADABLE, what, signed_at=_moment(signature))
    fault = _range_fault(signature, data)
    if fault:
        return replace(seal, state=kept.ALTERED, reasons=(fault,))
    start, first, second, length = _range(signature)
    content = data[start:first] + data[second : second + length]
    seal = replace(seal, covers=(f"0–{first}", f"{second}–{second + length}"))
    try:
        return _verify(seal, _blob(signature), content, data)
    except Unsupported:
        return replace(seal, reasons=("unsupported",))
    except FAULTS:
        return replace(seal, reasons=("malformed",))


def _verify(seal: Seal, blob: bytes, content: bytes, data: bytes) -> Seal:
    if seal.what == _PLAIN:
        signed = _plain(blob, content, data)
    elif seal.what in _CMS:
        is_sha1_inside = seal.what == "adbe.pkcs7.sha1"
        signed = cms.check(blob, content, is_sha1_inside=is_sha1_inside)
    else:
        raise Unsupported(seal.what)
    seal = replace(seal, signed_at=signed.signed_at or seal.signed_at)
    if not signed.certificates:
        return replace(seal, reasons=("no_certificate",))
    wrong = {"digest": not signed.fits_digest, "signature": not signed.fits_signature}
    reasons = tuple(word for word, is_wrong in wrong.items() if is_wrong)
    state = kept.ALTERED if reasons else kept.INTACT
    return certificates.describe(replace(seal, state=state, reasons=reasons), signed.certificates)


def _plain(blob: bytes, content: bytes, data: bytes) -> cms.Signed:
    """PKCS#1 in an octet string, its certificate elsewhere in the file; SHA-256 occurs too."""
    value = core.OctetString.load(blob).native
    chain = _certificates(data)
    for one in chain:
        for hashed in _PLAIN_HASHES:
            with suppress(Unsupported):
                if certificates.verifies(certificates.key(one), value, content, hashed):
                    others = [other for other in chain if other is not one]
                    return cms.Signed(True, True, [one, *others], "")
    return cms.Signed(True, False, chain, "")


def _certificates(data: bytes) -> list[x509.Certificate]:
    """Every certificate that stands as a string in the file or in one of its object streams.

    Which of them belongs to a signature shows by its key, so no reference has to be followed.
    """
    found: dict[bytes, x509.Certificate] = {}
    for place in (data, *_streams(data)):
        for text in islice(_strings(place), _MOST_CERTIFICATES):
            with suppress(*FAULTS):
                found[text] = certificates.load(text)
    return list(found.values())[:_MOST_CERTIFICATES]


def _streams(data: bytes) -> Iterator[bytes]:
    for head in islice(_STREAM.finditer(data), _MOST_STREAMS):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(data[head.end() :], _LARGEST_STREAM)


def _strings(data: bytes) -> Iterator[bytes]:
    for start in _LITERAL.finditer(data):
        yield _literal(data, start.end())
    for found in _HEX.finditer(data):
        yield bytes.fromhex(found[1].decode())


def _literal(data: bytes, start: int) -> bytes:
    """A string in brackets, its escapes undone (ISO 32000-1, 7.3.4.2); at most 16 KiB."""
    parts, depth = [], 1
    for found in _SIGN.finditer(data, start, start + 16 * KIB):
        octal, escaped, bracket, plain = found.groups()
        depth += {b"(": 1, b")": -1}.get(bracket, 0)
        if not depth:
            break
        parts.append(
            bytes([int(octal, 8) & 255])
            if octal
            else _ESCAPED.get(escaped, escaped)
            if escaped
            else bracket or plain or b""
        )
    return b"".join(parts)


def _range_fault(signature: Any, data: bytes) -> str:
    """Why the signed range cannot be believed: it must be all but the signature itself."""
    numbers = _range(signature)
    if len(numbers) != 4 or min(numbers) < 0 or numbers[0]:
        return "gap"
    _, first, second, length = numbers
    if second + length > len(data):
        return "cut"
    gap = data[first:second].strip()
    if gap[:1] != b"<" or gap[-1:] != b">":
        return "gap"
    try:
        inside = bytes.fromhex(gap[1:-1].decode())
    except ValueError:
        return "gap"
    return "" if inside == _blob(signature) else "gap"


def _after(seal: Seal, end: int, last: int, data: bytes) -> Seal:
    """What was added once it was signed; a later signature that fits answers for its own part."""
    rest = len(data) - end if data[end:].strip() else 0
    if seal.state != kept.INTACT or not rest:
        return seal
    reason = "signed_again" if end < last else "appended"
    uncovered = (f"{end}–{len(data)}",)
    return replace(seal, uncovered=uncovered, reasons=(*seal.reasons, reason))


def _range(signature: Any) -> list[int]:
    count = raw.FPDFSignatureObj_GetByteRange(signature, None, 0)
    if count != 4:
        return []
    numbers = (c_int * count)()
    raw.FPDFSignatureObj_GetByteRange(signature, numbers, count)
    return list(numbers)


def _end(signature: Any) -> int:
    return sum(_range(signature)[2:])


def _blob(signature: Any) -> bytes:
    size = raw.FPDFSignatureObj_GetContents(signature, None, 0)
    if not 0 < size <= _LARGEST:
        return b""
    content = create_string_buffer(size)
    raw.FPDFSignatureObj_GetContents(signature, content, size)
    return content.raw


def _word(get: Any, signature: Any) -> str:
    size = get(signature, None, 0)
    if not 0 < size <= KIB:
        return ""
    content = create_string_buffer(size)
    get(signature, content, size)
    return content.value.decode("ascii", "replace")


def _moment(signature: Any) -> str:
    """The time of the dictionary, which the signer's computer gave; Beijing where it names none."""
    found = _TIME.match(_word(raw.FPDFSignatureObj_GetTime, signature))
    if not found:
        return ""
    digits, zulu, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    offset = offset if zulu or sign else _BEIJING
    with suppress(ValueError):
        zone = timezone(-offset if sign == "-" else offset)
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=zone).isoformat()
    return ""
