"""https as bin/run serves it: a proof that holds, safe cookies, and a narrow doorstep."""

import os
import re
import shutil
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, build_opener

import pytest

from app.plumbing import authority, reach
from tests import make, tls
from tests.installation import Answer, Installation, Stay, Visitor, free, started, until
from workers import door

pytestmark = [pytest.mark.xdist_group("supervise"), pytest.mark.full]
NAME = "yanpiao.test"


@pytest.fixture(scope="module")
def served(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    more = {"YANPIAO_HTTPS": NAME, "YANPIAO_HTTP_BIND": free()}
    with started(prepared, tmp_path_factory.mktemp("served"), **more) as installation:
        until(lambda: door.is_taken(installation.env["YANPIAO_HTTP_BIND"]))
        yield installation


def port(at: Installation) -> int:
    return int(at.bind.rpartition(":")[2])


def root(at: Installation) -> Path:
    return at.var / "ca" / "root.crt"


def served_now(at: Installation) -> str:
    with tls.shaken(port(at), NAME, root(at)) as line:
        told = line.getpeercert()
    assert told
    return str(told["serialNumber"])


def knock(at: Installation, path: str, method: str = "GET", host: str = "") -> Answer:
    """Ask the doorstep, over plain http."""
    asked = Request(f"http://{at.env['YANPIAO_HTTP_BIND']}{path}", method=method)
    if host:
        asked.add_header("Host", host)
    try:
        with build_opener(Stay).open(asked, timeout=10) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode("latin-1"))
    except HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.headers, refusal.read().decode("latin-1"))


def test_it_proves_to_be_every_name_and_address_of_this_machine(served: Installation) -> None:
    for name in (NAME, "localhost", "127.0.0.1", *reach.addresses()):
        tls.shaken(port(served), name, root(served)).close()
    with pytest.raises(ssl.SSLCertVerificationError):
        tls.shaken(port(served), "other.test", root(served))
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(
            socket.create_connection(("127.0.0.1", port(served))), server_hostname=NAME
        )


def test_the_terminal_says_where_and_what_to_compare(served: Installation) -> None:
    said = served.said()
    assert f"is ready: https://{NAME}:{port(served)} " in said
    http = served.env["YANPIAO_HTTP_BIND"].rpartition(":")[2]
    assert re.search(rf"once, here: http://[\w.]+:{http}/ca", said)
    assert authority.fingerprint(authority.root(served.var / "ca")) in said


def test_one_signs_in_with_a_cookie_that_never_leaves_https(served: Installation) -> None:
    with served.inside():
        phone = make.member(
            "魏加密", make.company("北京示例茶叶有限公司", 1), "employee"
        ).person.phone
    visitor = Visitor(served)
    answer = visitor.post("/sign-in", identifier=phone or "", password=make.PASSWORD)
    kept = answer.headers["Set-Cookie"]
    assert answer.status == 303 and kept.startswith("__Host-sid=")
    assert "; Secure; HttpOnly; Path=/; SameSite=Lax" in kept and "Domain" not in kept
    assert visitor.see("/").status == 200
    assert "Strict-Transport-Security" not in answer.headers
    other = visitor.ask("/sign-in", b"identifier=x", Origin=f"http://{NAME}.example")
    assert other.status == 403


def test_the_doorstep_gives_the_root_in_both_shapes(served: Installation) -> None:
    page = knock(served, "/ca")
    fingerprint = authority.fingerprint(authority.root(served.var / "ca"))
    assert page.status == 200 and fingerprint in " ".join(
        re.findall(r"<span>(\w{4})</span>", page.text)
    )
    assert "<form" not in page.text and "<script" not in page.text
    for name, kind in (
        ("yanpiao-ca.crt", "application/x-x509-ca-cert"),
        ("yanpiao-ca.mobileconfig", "application/x-apple-aspen-config"),
    ):
        file = knock(served, f"/ca/{name}")
        assert (file.status, file.headers["Content-Type"]) == (200, kind)
        assert authority.der(authority.root(served.var / "ca")).decode("latin-1") in file.text or (
            "com.apple.security.root" in file.text
        )
    (style,) = set(re.findall(r"/static/\w+/css/app.css", page.text))
    assert knock(served, style).status == 200


@pytest.mark.parametrize("path", ["/", "/sign-in?next=/me", "/readyz", "/ca/root.key", "/livez"])
def test_everything_else_is_led_to_https(served: Installation, path: str) -> None:
    here = f"{NAME}:1"
    for method in ("GET", "HEAD"):
        answer = knock(served, path, method, here)
        assert answer.status == 308 and answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Location"] == f"https://{NAME}:{port(served)}{path}"
        assert "Set-Cookie" not in answer.headers
    assert knock(served, path, "POST", here).status == 405


def test_a_phone_that_came_by_an_address_is_led_to_that_address(served: Installation) -> None:
    assert knock(served, "/", host="127.0.0.1:80").headers["Location"] == (
        f"https://127.0.0.1:{port(served)}/"
    )
    assert (
        knock(served, "/", host="evil.example").headers["Location"].startswith(f"https://{NAME}:")
    )


@pytest.mark.full
def test_lines_that_shook_hands_and_say_nothing_keep_nobody_out(served: Installation) -> None:
    with ExitStack() as lines:
        for _ in range(20):
            lines.enter_context(tls.shaken(port(served), NAME, root(served)))
        assert Visitor(served).see("/livez").status == 200
    assert "Traceback" not in served.said()


def test_a_device_that_does_not_trust_it_leaves_no_noise(served: Installation) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        tls.shaken(port(served), "nobody.test", root(served))
    with socket.create_connection(("127.0.0.1", port(served))) as line:
        line.sendall(b"GET / HTTP/1.1\r\n\r\n")
        line.recv(64)
    assert Visitor(served).see("/livez").status == 200
    assert "Traceback" not in served.said()


def test_a_new_certificate_is_served_without_a_restart(served: Installation) -> None:
    before, web = served_now(served), served.pid("web")
    names = [NAME, "localhost", "127.0.0.1", "::1", *reach.addresses()]
    authority.issue(served.var / "ca", names)
    assert served_now(served) != before
    assert served.pid("web") == web


@pytest.mark.full
def test_a_restart_keeps_the_root_and_renews_what_does_not_fit(served: Installation) -> None:
    kept = root(served).read_bytes()
    authority.issue(served.var / "ca", [NAME])
    served.stop()
    served.start()
    assert root(served).read_bytes() == kept
    tls.shaken(port(served), "localhost", root(served)).close()


def test_a_certificate_for_another_name_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    cert, key = tls.write(tmp_path, "own", ["other.test"])
    more = {"YANPIAO_HTTPS": NAME, "YANPIAO_CERT": str(cert), "YANPIAO_KEY": str(key)}
    ended = Installation(tmp_path / "var", **more).run(sys.executable, "-m", "workers.supervise")
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert f"{cert} does not cover {NAME}; it covers other.test." in ended.stderr


@pytest.mark.full
def test_behind_a_trusted_proxy_people_are_at_https(prepared: Path, tmp_path: Path) -> None:
    outside = "fapiao.example.com"
    more = {"YANPIAO_PROXY_HOPS": "1", "YANPIAO_URL": f"https://{outside}"}
    shutil.copytree(prepared, tmp_path / "prepared")
    with started(tmp_path / "prepared", tmp_path / "here", **more) as at:
        with at.inside():
            person = make.member(
                "魏代理", make.company("北京示例茶叶有限公司", 1), "employee"
            ).person
        visitor = Visitor(at)
        visitor.base = f"http://{at.bind}"
        sent = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": outside, "Origin": at.url}
        typed = f"identifier={person.phone}&password={make.PASSWORD}".replace(" ", "+").encode()
        answer = visitor.ask("/sign-in", typed, **sent)
        kept = answer.headers["Set-Cookie"]
        assert answer.status == 303 and kept.startswith("__Host-sid=") and "; Secure;" in kept
        assert answer.headers["Strict-Transport-Security"]
        sent["Origin"] = f"http://{at.bind}"
        assert visitor.ask("/sign-in", typed, **sent).status == 403


def test_bin_run_says_what_is_no_name(tmp_path: Path) -> None:
    at = Installation(tmp_path / "var")
    ended = at.run("bin/run", "--https", "https://x")
    assert ended.returncode == 1 and "is no host name" in ended.stderr
    assert at.run("bin/run", "--https").returncode == 2
    assert not os.path.exists(tmp_path / "var")
