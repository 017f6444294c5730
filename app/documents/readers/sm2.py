"""SM2 signatures over SM3 (GB/T 32918.2 on curve sm2p256v1): verified, never made.

Everything in a verification is public, so nothing here needs to take constant time.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SM3, Hash

DEFAULT_ID = b"1234567812345678"
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_X = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
_Y = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
_SIZE, _INTEGER, _SEQUENCE = 32, 0x02, 0x30
Point = tuple[int, int, int]
"""Jacobian; the third number is 0 at infinity."""


def sm3(data: bytes) -> bytes:
    """The digest; by the wheel, because a system's OpenSSL may be built without SM3."""
    state = Hash(SM3())
    state.update(data)
    return state.finalize()


def verify(key: bytes, message: bytes, signature: bytes, user_id: bytes = DEFAULT_ID) -> bool:
    """Whether ``signature`` (DER, or r and s of 32 bytes each) is of ``message``.

    ``key`` is the uncompressed point, 65 bytes. Anything that is no key or no signature is False.
    """
    point = _point(key)
    numbers = _numbers(signature)
    if point is None or numbers is None:
        return False
    r, s = numbers
    t = (r + s) % _N
    if not (0 < r < _N and 0 < s < _N and t):
        return False
    digest = sm3(_identity(key[1:], user_id) + message)
    x, _, z = _sum_of_products(s, (_X, _Y, 1), t, (*point, 1))
    return z != 0 and (int.from_bytes(digest) + x * pow(z, -2, _P) % _P - r) % _N == 0


def _identity(key: bytes, user_id: bytes) -> bytes:
    curve = b"".join(number.to_bytes(_SIZE) for number in (_A, _B, _X, _Y))
    return sm3((8 * len(user_id)).to_bytes(2) + user_id + curve + key)


def _point(key: bytes) -> tuple[int, int] | None:
    if len(key) != 1 + 2 * _SIZE or key[0] != 4:
        return None
    x, y = int.from_bytes(key[1:33]), int.from_bytes(key[33:])
    on_curve = (y * y - (x * x * x + _A * x + _B)) % _P == 0
    return (x, y) if max(x, y) < _P and on_curve else None


def _numbers(signature: bytes) -> tuple[int, int] | None:
    """Both numbers as positive ones: makers leave the leading zero byte out, or add some."""
    numbers, rest = [], signature[2:]
    if signature[:2] == bytes((_SEQUENCE, len(rest) % 256)):
        while len(rest) > 2 and rest[0] == _INTEGER and rest[1] <= len(rest) - 2:
            numbers.append(int.from_bytes(rest[2 : 2 + rest[1]]))
            rest = rest[2 + rest[1] :]
    if len(numbers) == 2 and not rest:
        return numbers[0], numbers[1]
    if len(signature) == 2 * _SIZE:
        return int.from_bytes(signature[:_SIZE]), int.from_bytes(signature[_SIZE:])
    return None


def _sum_of_products(k: int, one: Point, m: int, other: Point) -> Point:
    """k × one + m × other, bit by bit together (Shamir)."""
    both = _add(one, other)
    at: Point = (0, 1, 0)
    for bit in range(max(k.bit_length(), m.bit_length()) - 1, -1, -1):
        at = _double(at)
        chosen = (k >> bit & 1) + 2 * (m >> bit & 1)
        if chosen:
            at = _add(at, (one, other, both)[chosen - 1])
    return at


def _double(point: Point) -> Point:
    x, y, z = point
    if not z or not y:
        return (0, 1, 0)
    square = y * y % _P
    s = 4 * x * square % _P
    m = 3 * (x - z * z) * (x + z * z) % _P
    new = (m * m - 2 * s) % _P
    return new, (m * (s - new) - 8 * square * square) % _P, 2 * y * z % _P


def _add(one: Point, other: Point) -> Point:
    if not one[2]:
        return other
    if not other[2]:
        return one
    x1, y1, z1 = one
    x2, y2, z2 = other
    u1, u2 = x1 * z2 * z2 % _P, x2 * z1 * z1 % _P
    s1, s2 = y1 * z2 * z2 * z2 % _P, y2 * z1 * z1 * z1 % _P
    if u1 == u2:
        return _double(one) if s1 == s2 else (0, 1, 0)
    h, r = u2 - u1, s2 - s1
    h2 = h * h % _P
    h3, v = h * h2 % _P, u1 * h2 % _P
    x = (r * r - h3 - 2 * v) % _P
    return x, (r * (v - x) - s1 * h3) % _P, h * z1 * z2 % _P
