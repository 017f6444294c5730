"""Signed PDF and sealed OFD files, made for tests."""

import hashlib
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from zlib import compress

from asn1crypto import algos, cms, core, x509

from app.documents import specimens
from app.documents.readers import seals_pdf, sm2
from app.documents.readers.page import open_pdf
from app.documents.readers.seal import Seal
from tests.signers import SM2_ID, Signer

SM3_ID = "1.2.156.10197.1.401"
MOMENT = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
_HOLE = b"0" * 12_000
_REFERENCE = b"[12 0 R]"

# PDF ------------------------------------------------------------------------------------------


def pdf(
    jpeg: bytes,
    by: Signer,
    sort: str = "adbe.pkcs7.detached",
    *,
    at: datetime | None = MOMENT,
    is_cert_packed: bool = False,
) -> bytes:
    """One page with one picture, signed; the certificate may lie in an object stream."""
    size = f"/Width 900/Height 640/Length {len(jpeg)}".encode()
    draw = b"q 450 0 0 320 0 0 cm /P Do Q"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 450 320]/Contents 6 0 R"
        b"/Resources<</XObject<</P 7 0 R>>>>/Annots[5 0 R]>>",
        4: _dictionary(by, sort, at, _REFERENCE if is_cert_packed else None),
        5: _field("Signature1", 4),
        6: b"<</Length %d>>stream\n%s\nendstream" % (len(draw), draw),
        7: b"<</Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/DCTDecode" + size + b">>stream\n" + jpeg + b"\nendstream",
    }
    if is_cert_packed:
        stream = compress(b"12 0 " + _literal(by.certificate))
        head = b"<</Type/ObjStm/N 1/First 5/Filter/FlateDecode/Length %d>>" % len(stream)
        objects[8] = head + b"stream\n" + stream + b"\nendstream"
    return _fill(_written(b"%PDF-1.7\n", objects), by, sort)


def updated(data: bytes, objects: Mapping[int, bytes]) -> bytes:
    """The file with an update appended, as a viewer saves it."""
    return _written(data, objects, previous=int(data.split(b"startxref\n")[-1].split()[0]))


def signed_again(data: bytes, by: Signer) -> bytes:
    """The file with a second signature over everything before."""
    sort = "adbe.pkcs7.detached"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 9 0 R]/SigFlags 3>>>>",
        8: _dictionary(by, sort, MOMENT),
        9: _field("Signature2", 8),
    }
    return _fill(updated(data, objects), by, sort)


def _dictionary(
    by: Signer, sort: str, at: datetime | None, reference: bytes | None = None
) -> bytes:
    time = f"/M(D:{at:%Y%m%d%H%M%S}Z)".encode() if at else b""
    cert = b""
    if sort == "adbe.x509.rsa_sha1":
        cert = b"/Cert" + (reference or _literal(by.certificate))
    return (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/%s%s%s/ByteRange[0 **********]%s"
        b"/Contents<%s>>>" % (sort.encode(), time, cert, b" " * 40, _HOLE)
    )


def _literal(data: bytes) -> bytes:
    signs = {0x28: b"\\(", 0x29: b"\\)", 0x5C: b"\\\\", 0x0D: b"\\r", 0x0A: b"\\n"}
    return b"(" + b"".join(signs.get(one, bytes([one])) for one in data) + b")"


def _field(name: str, value: int) -> bytes:
    return b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/V %d 0 R/Rect[0 0 0 0]/P 3 0 R/F 132>>" % (
        name.encode(),
        value,
    )


def _written(data: bytes, objects: Mapping[int, bytes], previous: int | None = None) -> bytes:
    places = {}
    for number, content in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n" + (b"0 1\n0000000000 65535 f \n" if previous is None else b"")
    for number, place in places.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, place)
    back = b"" if previous is None else b"/Prev %d" % previous
    return data + b"trailer\n<</Size 20/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (back, start)


def _fill(data: bytes, by: Signer, sort: str) -> bytes:
    """Put range and signature into the holes left for them."""
    first = data.index(_HOLE) - 1
    second = first + len(_HOLE) + 2
    told = b"[0 %d %d %d]" % (first, second, len(data) - second)
    hole = data.index(b"[0 **********]")
    data = data[:hole] + told + data[hole + len(told) :]
    blob = signature(data[:first] + data[second:], by, sort).hex().encode()
    return data[: first + 1] + blob.ljust(len(_HOLE), b"0") + data[second - 1 :]


def signature(content: bytes, by: Signer, sort: str) -> bytes:
    """What goes into ``/Contents``."""
    if sort == "adbe.x509.rsa_sha1":
        return core.OctetString(by.sign(content)).dump()
    inside = hashlib.sha1(content).digest() if sort == "adbe.pkcs7.sha1" else None
    signed = content if inside is None else inside
    hashed = sm2.sm3(signed) if by.algorithm == SM2_ID else hashlib.sha256(signed).digest()
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "signing_time", "values": [cms.Time({"utc_time": MOMENT})]},
            {"type": "message_digest", "values": [hashed]},
        ]
    )
    return _cms(by, attributes, inside)


def _cms(by: Signer, attributes: cms.CMSAttributes, inside: bytes | None) -> bytes:
    certificate = x509.Certificate.load(by.certificate)
    is_sm2 = by.algorithm == SM2_ID
    digest = algos.DigestAlgorithm({"algorithm": SM3_ID if is_sm2 else "sha256"})
    sid = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": sid}),
        "digest_algorithm": digest,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": SM2_ID if is_sm2 else "rsassa_pkcs1v15"},
        "signature": by.sign(b"\x31" + attributes.dump()[1:]),
    }
    content = {"content_type": "data"} | ({} if inside is None else {"content": inside})
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest],
            "encap_content_info": content,
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()


def in_pdf(data: bytes) -> list[Seal]:
    """What is said of the signatures in a file."""
    with open_pdf(data) as opened:
        return seals_pdf.read(opened, data)


# OFD ------------------------------------------------------------------------------------------

SIGNS = "Doc_0/Signs/Sign_0/"


def entries(data: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()


def ofd(
    specimen: specimens.Specimen,
    by: Signer,
    *,
    version: int = 4,
    leave_out: str = "OFD.xml",
    method: str = SM3_ID,
    maker: Signer | None = None,
) -> bytes:
    """A specimen, sealed; parts whose name begins with ``leave_out`` are not covered."""
    parts = entries(specimens.write_ofd(specimen))
    covered = [name for name in parts if not name.startswith(leave_out)]
    return packed(
        {**parts, **seal(parts, covered, by, version=version, method=method, maker=maker)}
    )


def seal(
    parts: Mapping[str, bytes],
    covered: list[str],
    by: Signer,
    *,
    version: int,
    method: str,
    maker: Signer | None = None,
) -> dict[str, bytes]:
    """The three parts that make a seal."""
    ofd = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>'
        f"{b64encode(_digest(method, parts[name])).decode()}</ofd:CheckValue></ofd:Reference>"
        for name in covered
    )
    described = (
        f'<ofd:Signature {ofd}><ofd:SignedInfo><ofd:Provider ProviderName="tests" Version="1"/>'
        f"<ofd:SignatureMethod>{by.algorithm}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{MOMENT:%Y%m%d%H%M%SZ}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{method}">{references}</ofd:References></ofd:SignedInfo>'
        f"<ofd:SignedValue>/{SIGNS}SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()
    listed = (
        f'<ofd:Signatures {ofd}><ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>'
        "</ofd:Signatures>"
    )
    return {
        "Doc_0/Signs/Signatures.xml": listed.encode(),
        f"{SIGNS}Signature.xml": described,
        f"{SIGNS}SignedValue.dat": signed_value(described, by, version, maker),
    }


def signed_value(described: bytes, by: Signer, version: int, maker: Signer | None = None) -> bytes:
    """SES_Signature, version 1 (GM/T 0031) or 4 (GB/T 38540); ``maker`` signs the stamp."""
    digest = sm2.sm3(described) if by.algorithm == SM2_ID else hashlib.sha256(described).digest()
    certificate = core.OctetString(by.certificate)
    algorithm = core.ObjectIdentifier(by.algorithm)
    property_ = [core.Integer(3), core.UTF8String("样票章")]
    property_ += [core.Integer(1)] if version == 4 else []
    property_.append(_sequence(certificate))
    header = _sequence(core.IA5String("ES"), core.Integer(version), core.IA5String("tests"))
    eseal = _made(_sequence(header, core.IA5String("1"), _sequence(*property_)), version, maker)
    time = (
        core.GeneralizedTime(MOMENT)
        if version == 4
        else core.OctetBitString(core.UTCTime(MOMENT).dump())
    )
    said = [
        core.Integer(version), eseal, time, core.OctetBitString(digest),
        core.IA5String(f"/{SIGNS}Signature.xml"),
    ]  # fmt: skip
    if version == 4:
        body = _sequence(*said)
        value = core.OctetBitString(by.sign(body.dump()))
        return bytes(_sequence(body, certificate, algorithm, value).dump())
    body = _sequence(*said, certificate, algorithm)
    return bytes(_sequence(body, core.OctetBitString(by.sign(body.dump()))).dump())


def _made(described: core.Asn1Value, version: int, maker: Signer | None) -> core.Asn1Value:
    """The stamp itself; one without a maker is described only."""
    if maker is None:
        return _sequence(described)
    certificate = core.OctetString(maker.certificate)
    algorithm = core.ObjectIdentifier(maker.algorithm)
    if version == 4:
        value = core.OctetBitString(maker.sign(described.dump()))
        return _sequence(described, certificate, algorithm, value)
    message = _sequence(described, certificate, algorithm)
    value = core.OctetBitString(maker.sign(message.dump()))
    return _sequence(described, _sequence(certificate, algorithm, value))


def _sequence(*parts: core.Asn1Value) -> core.Asn1Value:
    contents = b"".join(part.dump() for part in parts)
    return core.Sequence(contents=contents)


def _digest(method: str, data: bytes) -> bytes:
    return sm2.sm3(data) if method in (SM3_ID, "SM3") else hashlib.new(method, data).digest()
