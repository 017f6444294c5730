"""SM2: what openssl signs verifies, however its maker spells the numbers, and nothing else does."""

import random

import pytest
from asn1crypto import x509

from app.documents.readers import sm2
from tests.signers import by_sm2, der, needs_sm2

KEY = bytes.fromhex(
    "042b733796228c59883cb5d45c017ac1a8b9d451f55fccf67621b946cfa8b7c671"
    "0eabe440a09789af02d1743f51e596c57284327faf8c27db19fb20d2144f8236"
)
SIGNED = {
    b"77": (
        0x4A6C919F59BA931C22183A7683C71E92B5C7E4FB9942BEFBA84ED9D07E49976B,
        0x33E7AEE6BC00B9403C19812D841119E0FB40AAF34D54A2926B82262197011B,
    ),
    b"89": (
        0xF4EC40C36672349F26115FD6FA6DEE5BDED994844BF072570D9BF9AABA61D3,
        0x8CBC80FA14AFF1217157DC02619D32FD5C42BBA3842396A7F6EE5432866D4499,
    ),
}
"""Messages signed by openssl whose second or first number has only 31 bytes."""


@needs_sm2
def test_what_openssl_signs_verifies_and_nothing_else_does(tmp_path):
    chance = random.Random(7)
    for number in range(4):
        signer = by_sm2(f"样票{number}")
        certificate = x509.Certificate.load(signer.certificate)
        key = certificate.public_key["public_key"].native
        for _ in range(6):
            message = chance.randbytes(chance.randrange(200))
            signed = signer.sign(message)
            assert sm2.verify(key, message, signed)
            assert not sm2.verify(key, message + b"x", signed)
            assert not sm2.verify(key, message, signed, b"ALICE123@YAHOO.COM")
            place = chance.randrange(2, len(signed))
            broken = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
            assert not sm2.verify(key, message, broken)


@pytest.mark.parametrize("message", SIGNED)
def test_a_signature_may_lack_its_leading_zeros_have_more_or_none_of_der(message):
    numbers = SIGNED[message]
    short = [one.to_bytes((one.bit_length() + 7) // 8) for one in numbers]
    assert 31 in {len(one) for one in short}
    proper = [b"\0" * (one[0] >> 7) + one for one in short]
    padded = [b"\0\0" + one for one in short]
    raw = b"".join(one.to_bytes(32) for one in numbers)
    for spelled in (der(short), der(proper), der(padded), raw):
        assert sm2.verify(KEY, message, spelled)
        assert not sm2.verify(KEY, message + b"0", spelled)


def test_what_is_no_key_or_no_signature_is_false():
    good = b"\x04" + sm2._X.to_bytes(32) + sm2._Y.to_bytes(32)
    off = good[:-1] + bytes([good[-1] ^ 1])
    for key in (b"", good[:-1], off, b"\x02" + good[1:33]):
        assert not sm2.verify(key, b"m", bytes(64))
    for signed in (b"", b"0", bytes(64), b"\xff" * 64, der([b"\1"]), der([b"\1", b"\1"]) + b"x"):
        assert not sm2.verify(good, b"m", signed)
    assert sm2.sm3(b"abc").hex().startswith("66c7f0f462eeedd9d1f2d46bdc10e4e2")
