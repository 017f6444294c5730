"""The small authority and what it issues; certificates that others made; the addresses."""

import ssl
from datetime import timedelta
from plistlib import loads

import pytest
from cryptography import x509

from app.plumbing import authority, reach
from app.plumbing.clock import now
from app.plumbing.settings import Settings
from tests import tls

NAME = "yanpiao.lan"
NAMES = [NAME, "localhost", "127.0.0.1", "::1", "192.168.7.9"]


@pytest.fixture
def folder(tmp_path):
    authority.make(tmp_path / "ca", NAME)
    authority.issue(tmp_path / "ca", NAMES)
    return tmp_path / "ca"


def chosen(var, **more):
    return Settings.read({"YANPIAO_VAR": str(var), "YANPIAO_HTTPS": NAME} | more)


def test_the_authority_is_made_once_and_kept(folder):
    before = authority.root(folder)
    authority.make(folder, "another.lan")
    assert authority.root(folder) == before
    assert timedelta(days=3650) < before.not_valid_after_utc - now() <= timedelta(days=3652)
    limits = before.extensions.get_extension_for_class(x509.BasicConstraints)
    assert limits.critical and limits.value.ca and limits.value.path_length == 0
    usage = before.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.key_cert_sign and not usage.value.digital_signature


def test_nobody_else_can_read_a_key(folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_what_it_issues_is_what_phones_ask_for(folder):
    found = authority.read(authority.server(folder))
    assert found.not_valid_after_utc - found.not_valid_before_utc == timedelta(days=397)
    uses = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]
    assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert set(authority.covered(found)) == set(NAMES)
    assert all(authority.covers(found, name) for name in (*NAMES, NAME.upper()))
    assert not authority.covers(found, "other.lan")


def test_it_is_renewed_when_a_name_or_an_address_changes_and_only_then(folder):
    assert not authority.is_due(folder, NAMES)
    assert not authority.is_due(folder, NAMES[::-1])
    assert authority.is_due(folder, [*NAMES, "10.0.0.4"])
    assert authority.is_due(folder, NAMES[:-1])
    assert authority.is_due(folder, ["new.lan", *NAMES[1:]])


def test_it_is_renewed_when_it_is_near_its_end_or_damaged_or_of_another_authority(folder, tmp_path):
    assert authority.is_due(tmp_path / "nothing", NAMES)
    other = tmp_path / "other"
    authority.make(other, NAME)
    authority.server(folder).rename(authority.server(other))
    assert authority.is_due(other, NAMES)
    authority.server(folder).write_text("no certificate")
    assert authority.is_due(folder, NAMES)
    for days, is_due in ((29, True), (31, False)):
        root, key = tls.write(tmp_path, "root", [], days=days)
        root.replace(folder / "root.crt")
        key.replace(folder / "root.key")
        authority.issue(folder, NAMES)
        assert authority.is_due(folder, NAMES) is is_due


def test_an_authority_that_ran_out_or_is_broken_is_never_replaced_in_silence(folder, tmp_path):
    root, _ = tls.write(tmp_path, "root", [], days=-1)
    root.replace(folder / "root.crt")
    with pytest.raises(reach.Unfit, match="has run out"):
        reach.prepare(chosen(tmp_path))
    (folder / "root.crt").write_text("")
    with pytest.raises(reach.Unfit, match="cannot be read"):
        reach.prepare(chosen(tmp_path))


def test_a_profile_carries_the_same_root_and_replaces_itself(folder):
    root = authority.root(folder)
    told = loads(authority.profile(root))
    (payload,) = told["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert payload["PayloadContent"] == authority.der(root)
    assert told["PayloadUUID"] != payload["PayloadUUID"]
    assert loads(authority.profile(root)) == told
    assert len(authority.fingerprint(root).split()) == 16


def test_preparing_twice_makes_one_certificate_for_the_name_and_every_address(tmp_path):
    asked = chosen(tmp_path)
    assert reach.prepare(asked) is True
    assert reach.prepare(asked) is False
    found = authority.read(authority.server(asked.authority))
    own = {NAME, "localhost", "127.0.0.1", "::1", *reach.addresses()}
    assert set(authority.covered(found)) == own
    assert reach.prepare(chosen(tmp_path, YANPIAO_HTTPS="new.lan")) is True


def test_somebody_without_https_is_led_to_an_address_that_we_can_prove(tmp_path):
    asked = chosen(tmp_path, YANPIAO_URL="https://yanpiao.lan")
    assert reach.secured(asked, "yanpiao.lan:8000") == "https://yanpiao.lan"
    assert reach.secured(asked, "evil.example") == "https://yanpiao.lan"
    assert reach.secured(asked, "") == "https://yanpiao.lan"
    assert reach.secured(asked, "127.0.0.1:8000") == "https://127.0.0.1:8443"
    assert reach.secured(asked, "[::1]:8000") == "https://[::1]:8443"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"YANPIAO_CERT": "good.crt"}, "go together"),
        ({"YANPIAO_KEY": "good.key"}, "go together"),
        ({"YANPIAO_HTTPS": "https://yanpiao.lan"}, "is no host name"),
        ({"YANPIAO_HTTPS": "a..b"}, "is no host name"),
        ({"YANPIAO_CERT": "good.crt", "YANPIAO_KEY": "other.key"}, "do not fit together"),
        ({"YANPIAO_CERT": "good.key", "YANPIAO_KEY": "good.key"}, "do not fit together"),
        ({"YANPIAO_CERT": "none.crt", "YANPIAO_KEY": "good.key"}, "cannot be read"),
        ({"YANPIAO_CERT": "other.crt", "YANPIAO_KEY": "other.key"}, "does not cover yanpiao.lan"),
        ({"YANPIAO_CERT": "bare.crt", "YANPIAO_KEY": "bare.key"}, "it covers no name at all"),
        ({"YANPIAO_CERT": "old.crt", "YANPIAO_KEY": "old.key"}, "ran out on"),
        ({"YANPIAO_HTTPS": "", "YANPIAO_CERT": "good.crt", "YANPIAO_KEY": "good.key"}, "needs"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(tmp_path, more, sentence):
    own_certificates(tmp_path)
    files = ("YANPIAO_CERT", "YANPIAO_KEY")
    given = {one: str(tmp_path / text) if one in files else text for one, text in more.items()}
    with pytest.raises(reach.Unfit, match=sentence):
        reach.prepare(chosen(tmp_path, **given))
    assert not (tmp_path / "ca").exists()


def own_certificates(folder):
    tls.write(folder, "good", [NAME])
    tls.write(folder, "star", ["*.lan"])
    tls.write(folder, "other", ["*.other.lan", "lan"])
    tls.write(folder, "bare", [])
    tls.write(folder, "old", [NAME], days=-1)


@pytest.mark.parametrize("stem", ["good", "star"])
def test_a_certificate_of_ones_own_is_served_as_it_is(tmp_path, stem):
    own_certificates(tmp_path)
    cert, key = tmp_path / f"{stem}.crt", tmp_path / f"{stem}.key"
    asked = chosen(tmp_path, YANPIAO_CERT=str(cert), YANPIAO_KEY=str(key))
    assert reach.prepare(asked) is False
    assert reach.certificate(asked) == (cert, key)
    assert not asked.has_authority and not asked.http_bind and reach.root(asked) is None
    assert reach.ends(asked) == authority.read(cert).not_valid_after_utc


def test_the_settings_follow_the_name():
    plain = Settings.read({})
    assert (plain.bind, plain.url, plain.http_bind) == ("127.0.0.1:8000",) + (
        "http://127.0.0.1:8000",
        "",
    )
    assert reach.certificate(plain) is None and reach.ends(plain) is None
    named = Settings.read({"YANPIAO_HTTPS": NAME})
    assert (named.bind, named.url) == ("0.0.0.0:8443", "https://yanpiao.lan:8443")
    assert named.http_bind == "0.0.0.0:8000" and named.is_https
    short = Settings.read({"YANPIAO_HTTPS": NAME, "YANPIAO_BIND": "10.0.0.2:443"})
    assert (short.url, short.http_bind) == ("https://yanpiao.lan", "10.0.0.2:8000")


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [("localhost", True), ("a.localhost", True), ("127.0.0.9", True), ("[::1]", True),
     ("::1", True), ("192.168.1.2", False), ("localhost.example", False), ("", False)],
)  # fmt: skip
def test_a_machine_calls_itself_by_few_names(host, is_ours):
    assert reach.is_loopback(host) is is_ours


def test_the_addresses_are_those_of_the_networks(tmp_path):
    found = reach.addresses()
    assert len(found) == len(set(found)) and not any(map(reach.is_loopback, found))
    places = reach.places(chosen(tmp_path))
    assert places == ["https://yanpiao.lan:8443", *(f"https://{one}:8443" for one in found)]
    alone = chosen(tmp_path, YANPIAO_BIND="127.0.0.1:8443")
    assert reach.places(alone) == ["https://yanpiao.lan:8443"]


def test_the_standard_library_believes_the_root_and_only_it(folder):
    context = ssl.create_default_context(cafile=folder / "root.crt")
    assert context.cert_store_stats()["x509_ca"] == 1
