"""Seals and signatures: what verifies, what does not, and what is said of either."""

import random
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.documents.readers import reading, seal, seals_ofd
from app.documents.readers.seal import Seal
from tests import make, seals
from tests.make import accounted
from tests.seals import SIGNS, in_pdf
from tests.signers import Signer, by_rsa, by_sm2, der, needs_sm2

SELLER, TAX_ID = make.specimen().seller
BUREAU = "国家税务总局示例省税务局"
SORTS = ("adbe.pkcs7.detached", "ETSI.CAdES.detached", "adbe.pkcs7.sha1", "adbe.x509.rsa_sha1")


def only(found: list[Seal]) -> Seal:
    (one,) = found
    return one


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    return make.frame()


@pytest.fixture(scope="module")
def shop() -> Signer:
    """The seller, certified by somebody."""
    return by_rsa(SELLER, TAX_ID, issuer=by_rsa("示例电子认证"))


# PDF


@pytest.mark.parametrize("sort", SORTS)
def test_a_signed_pdf_says_who_signed_it_when_and_what(jpeg, shop, sort):
    data = seals.pdf(jpeg, shop, sort)
    found = only(in_pdf(data))
    assert (found.state, found.what, found.reasons) == (seal.INTACT, sort, ())
    assert (found.signer, found.signer_tax_id, found.issuer) == (SELLER, TAX_ID, "示例电子认证")
    assert found.chain == seal.UNKNOWN and found.signed_at == "2026-11-10T09:30:00+00:00"
    assert found.covers[0].startswith("0–") and found.covers[1].endswith(f"–{len(data)}")
    assert seal.from_plain(found.plain()) == found


def test_a_certificate_is_found_where_writers_pack_it_away(jpeg, shop):
    data = seals.pdf(jpeg, shop, "adbe.x509.rsa_sha1", is_cert_packed=True)
    assert b"\x30\x82" not in data[: data.index(b"/Contents<")]
    found = only(in_pdf(data))
    assert (found.state, found.signer) == (seal.INTACT, SELLER)
    lost = only(in_pdf(data.replace(b"/ObjStm", b"/ObjStn")))
    assert lost.state == seal.UNREADABLE and lost.reasons == ("no_certificate",)


@needs_sm2
def test_a_pdf_may_be_signed_by_sm2(jpeg):
    found = only(in_pdf(seals.pdf(jpeg, by_sm2(BUREAU))))
    assert found.state == seal.INTACT and found.signer == BUREAU


@pytest.mark.parametrize("sort", SORTS)
def test_one_byte_changed_anywhere_in_what_is_signed_shows(jpeg, shop, sort):
    data = seals.pdf(jpeg, shop, sort)
    for place in (data.index(b"450 0 0 320"), data.index(jpeg) + 500, len(data) - 3):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert {one.state for one in in_pdf(changed)} == {seal.ALTERED}


def test_the_signature_itself_cannot_be_swapped_or_moved(jpeg, shop):
    data = seals.pdf(jpeg, shop)
    other = seals.pdf(jpeg[:-9] + bytes(9), by_rsa("别人"))
    start = data.index(b"/Contents<") + 10
    swapped = data[:start] + other[other.index(b"/Contents<") + 10 :][:12_000]
    swapped += data[start + 12_000 :]
    assert only(in_pdf(swapped)).state == seal.ALTERED
    told = re.search(rb"(?<=/ByteRange)\[0 (\d+) (\d+) (\d+)\]", data)
    assert told
    first, second, rest = (int(one) for one in told.groups())
    for wrong in (
        (1, first, second, rest), (0, first, second - 4, rest + 4), (0, first - 9, second, rest),
        (0, first, second, rest + 50), (0, first, second + 9, rest - 9),
    ):  # fmt: skip
        text = b"[%d %d %d %d]" % wrong
        moved = data[: told.start()] + text.ljust(len(told[0]) + 3) + data[told.end() + 3 :]
        found = only(in_pdf(moved))
        assert found.state == seal.ALTERED and set(found.reasons) & {"gap", "cut"}, wrong


def test_an_update_after_signing_is_named_and_is_no_alteration(jpeg, shop):
    data = seals.updated(seals.pdf(jpeg, shop), {10: b"<</Note(printed)>>"})
    found = only(in_pdf(data))
    assert (found.state, found.reasons) == (seal.INTACT, ("appended",))
    assert found.uncovered[0].endswith(f"–{len(data)}")
    assert only(in_pdf(seals.pdf(jpeg, shop) + b"\n\n")).reasons == ()


def test_a_second_signature_answers_for_what_came_after_the_first(jpeg, shop):
    first, second = in_pdf(seals.signed_again(seals.pdf(jpeg, shop), by_rsa("别人")))
    assert (first.state, first.reasons, first.signer) == (seal.INTACT, ("signed_again",), SELLER)
    assert (second.state, second.reasons, second.signer) == (seal.INTACT, (), "别人")


def test_who_vouches_for_the_signer_is_told(jpeg):
    long_ago = datetime(2021, 1, 1, tzinfo=UTC)
    for signer, chain in (
        (by_rsa("Administrator"), seal.SELF_SIGNED),
        (by_rsa(SELLER, issuer=by_rsa("税务测试CA2(SM2)")), seal.TEST),
        (by_rsa(SELLER, issuer=by_rsa("示例电子认证"), until=long_ago), seal.EXPIRED),
    ):
        found = only(in_pdf(seals.pdf(jpeg, signer)))
        assert (found.state, found.chain) == (seal.INTACT, chain)


def test_a_pdf_without_a_signature_or_with_none_that_is_known_says_so(jpeg, shop):
    assert reading.read(seals.pdf(jpeg, shop), "pdf")["seals"]
    data = seals.pdf(jpeg, shop)
    assert in_pdf(data.replace(b"/AcroForm", b"/AcroNorm")) == []
    other = only(in_pdf(data.replace(b"adbe.pkcs7.detached", b"ours.pkcs7.detached")))
    assert (other.state, other.reasons) == (seal.UNREADABLE, ("unsupported",))
    start = data.index(b"/Contents<") + 10
    broken = data[:start] + b"11" * 100 + data[start + 200 :]
    assert only(in_pdf(broken)).reasons == ("malformed",)


# OFD


@needs_sm2
@pytest.mark.parametrize("version", [1, 4])
def test_a_sealed_ofd_says_whose_seal_it_is_and_what_it_covers(version):
    authority = by_sm2("国家税务总局", "样票证书管理中心")
    by = by_sm2(BUREAU, issuer=authority)
    data = seals.ofd(make.specimen(), by, version=version)
    found = only(seals_ofd.read(data))
    assert (found.state, found.what, found.reasons) == (seal.INTACT, f"ses.v{version}", ())
    assert (found.signer, found.issuer) == (BUREAU, "样票证书管理中心")
    assert found.uncovered == ("OFD.xml",) and "Doc_0/Document.xml" in found.covers
    assert found.signed_at.startswith("2026-11-10T09:30:00") and found.maker == "tests 1"
    assert reading.read(data, "ofd")["seals"] == [found.plain()]
    (told,) = accounted("x.ofd", data)["invoices"]
    assert told["signature"] == "intact"


@pytest.mark.parametrize("method", ["SM3", "sha256"])
def test_an_ofd_may_be_sealed_by_rsa(method):
    found = only(seals_ofd.read(seals.ofd(make.specimen(), by_rsa(SELLER), method=method)))
    assert found.state == seal.INTACT and found.chain == seal.SELF_SIGNED


@needs_sm2
@pytest.mark.parametrize("version", [1, 4])
def test_who_made_the_stamp_is_told_and_a_stamp_that_was_changed_shows(version):
    maker, bureau = by_sm2("示例制章系统", name="制章"), by_sm2("国家税务总局示例税务局")
    (one,) = seals_ofd.read(seals.ofd(make.specimen(), bureau, version=version, maker=maker))
    assert (one.state, one.stamp_maker) == (seal.INTACT, "制章")
    assert "stamp" not in one.reasons

    forger = replace(maker, sign=lambda message: maker.sign(message + b"."))
    (one,) = seals_ofd.read(seals.ofd(make.specimen(), bureau, version=version, maker=forger))
    assert one.state == seal.ALTERED and "stamp" in one.reasons and not one.parts


def test_each_part_that_was_changed_is_named():
    parts = seals.entries(seals.ofd(make.specimen(), by_rsa(SELLER)))
    covered = [name for name in parts if name != "OFD.xml" and not name.startswith("Doc_0/Signs/")]
    assert len(covered) >= 4
    for name in covered:
        changed = {**parts, name: parts[name].replace(b"<", b" <", 1)}
        found = only(seals_ofd.read(seals.packed(changed)))
        assert (found.state, found.parts) == (seal.ALTERED, (name,))
    gone = {name: content for name, content in parts.items() if "Content" not in name}
    found = only(seals_ofd.read(seals.packed(gone)))
    assert found.state == seal.ALTERED and "Content.xml" in found.parts[0]


def test_a_reference_that_is_dropped_breaks_the_seal_or_shows_as_uncovered():
    parts = seals.entries(seals.ofd(make.specimen(), by_rsa(SELLER)))
    signature = parts[f"{SIGNS}Signature.xml"]
    dropped = re.sub(rb"<ofd:Reference FileRef=\"[^\"]*Content.*?</ofd:Reference>", b"", signature)
    assert dropped != signature
    found = only(seals_ofd.read(seals.packed({**parts, f"{SIGNS}Signature.xml": dropped})))
    assert found.state == seal.ALTERED and found.parts == (f"{SIGNS}Signature.xml",)
    data = seals.ofd(make.specimen(), by_rsa("别人"), leave_out="Doc_0/Pages")
    found = only(seals_ofd.read(data))
    assert (found.state, found.reasons) == (seal.INTACT, ("partly",))
    assert any("Content.xml" in name for name in found.uncovered)


def test_pages_of_another_document_are_not_covered_by_a_seal_on_the_first():
    parts = seals.entries(seals.ofd(make.specimen(), by_rsa(SELLER)))
    forged = {
        name.replace("Doc_0", "Doc_1"): content.replace(b"106.00", b"906.00")
        for name, content in parts.items()
        if name.startswith("Doc_0") and "/Signs/" not in name
    }
    signatures = b"</ofd:DocRoot><ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    root = parts["OFD.xml"].replace(b"Doc_0/Document.xml", b"Doc_1/Document.xml")
    root = root.replace(b"</ofd:DocRoot>", signatures)
    found = only(seals_ofd.read(seals.packed({**parts, **forged, "OFD.xml": root})))
    assert found.state == seal.INTACT and found.reasons == ("partly",)


def test_a_seal_of_other_bytes_and_one_that_names_nobody():
    parts = seals.entries(seals.ofd(make.specimen(), by_rsa(SELLER)))
    other = seals.signed_value(b"other", by_rsa(SELLER), 4)
    found = only(seals_ofd.read(seals.packed({**parts, f"{SIGNS}SignedValue.dat": other})))
    assert found.state == seal.ALTERED and "digest" in found.reasons
    bare = der([b"\1" * 32, b"\2" * 32])
    found = only(seals_ofd.read(seals.packed({**parts, f"{SIGNS}SignedValue.dat": bare})))
    assert (found.state, found.reasons) == (seal.UNREADABLE, ("no_certificate",))
    value = parts[f"{SIGNS}SignedValue.dat"]
    broken = {**parts, f"{SIGNS}SignedValue.dat": value[:-1] + bytes([value[-1] ^ 1])}
    found = only(seals_ofd.read(seals.packed(broken)))
    assert (found.state, found.reasons) == (seal.ALTERED, ("signature",))


def test_no_change_of_a_byte_of_a_seal_is_a_fault_of_ours(jpeg, shop):
    chance = random.Random(11)
    parts = seals.entries(seals.ofd(make.specimen(), by_rsa(SELLER)))
    value, data = parts[f"{SIGNS}SignedValue.dat"], seals.pdf(jpeg, shop)
    start = data.index(b"/Contents<") + 10
    for _ in range(150):
        place = chance.randrange(len(value))
        changed = value[:place] + chance.randbytes(1) + value[place + 1 :]
        blob = seals.packed({**parts, f"{SIGNS}SignedValue.dat": changed})
        assert only(seals_ofd.read(blob)).plain()
        place = start + chance.randrange(3000)
        assert in_pdf(data[:place] + b"%x" % chance.randrange(16) + data[place + 1 :])


def test_what_is_kept_of_a_hostile_seal_is_bounded():
    many = Seal("intact", "x" * 999, covers=("y" * 999,) * 999, certificates=("z" * 9_999, "ok"))
    assert len(str(many.plain())) < 10_000 and many.plain()["certificates"] == ["ok"]


def test_makers_name_parts_from_the_root_from_the_neighbour_or_from_the_document():
    parts = seals.entries(seals.ofd(make.specimen(), by_rsa(SELLER)))
    listed = parts["Doc_0/Signs/Signatures.xml"]
    for spelled in (
        b"/Doc_0/Signs/Sign_0/",
        b"Doc_0/Signs/Sign_0/",
        b"Signs/Sign_0/",
        b"./Sign_0/",
    ):
        named = listed.replace(b"Sign_0/", spelled)
        found = only(seals_ofd.read(seals.packed({**parts, "Doc_0/Signs/Signatures.xml": named})))
        assert found.state == seal.INTACT, spelled
    lost = listed.replace(b"Sign_0/", b"Sign_9/")
    found = only(seals_ofd.read(seals.packed({**parts, "Doc_0/Signs/Signatures.xml": lost})))
    assert (found.state, found.reasons) == (seal.UNREADABLE, ("cut",))
