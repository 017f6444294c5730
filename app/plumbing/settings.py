"""What the person who runs the product may choose, each as one environment variable."""

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Settings:
    """One value per variable; the table in README lists them with their defaults."""

    var: Path
    database_url: str
    redis_url: str
    bind: str
    url: str
    https: str
    cert: Path | None
    key: Path | None
    http_bind: str
    proxy_hops: int
    smtp: str
    mail_from: str
    lease_seconds: float
    sweep_seconds: float
    busy_seconds: float
    sandbox_seconds: float
    has_eyes: bool
    max_file_mib: int
    min_free_mib: int
    sw_disabled: bool
    watch: Path | None
    cleaning_days: float

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Take the settings from the environment; a number that is none raises ValueError."""
        var = Path(env.get("YANPIAO_VAR") or ROOT / "var").resolve()
        https = (env.get("YANPIAO_HTTPS") or "").lower()
        bind = env.get("YANPIAO_BIND") or ("0.0.0.0:8443" if https else "127.0.0.1:8000")
        cert, key = _path(env, "YANPIAO_CERT"), _path(env, "YANPIAO_KEY")
        beside = "" if cert else f"{bind.rpartition(':')[0]}:8000"
        return cls(
            var=var,
            database_url=env.get("DATABASE_URL") or f"sqlite:///{var / 'yanpiao.db'}",
            redis_url=env.get("REDIS_URL") or f"unix://{var / 'run' / 'redis.sock'}",
            bind=bind,
            url=(env.get("YANPIAO_URL") or _url(https, bind)).rstrip("/"),
            https=https,
            cert=cert,
            key=key,
            http_bind=env.get("YANPIAO_HTTP_BIND") or beside if https else "",
            proxy_hops=int(env.get("YANPIAO_PROXY_HOPS") or 0),
            smtp=env.get("YANPIAO_SMTP") or "",
            mail_from=env.get("YANPIAO_MAIL_FROM") or "yanpiao@localhost",
            lease_seconds=float(env.get("YANPIAO_LEASE_SECONDS") or 60),
            sweep_seconds=float(env.get("YANPIAO_SWEEP_SECONDS") or 15),
            busy_seconds=float(env.get("YANPIAO_BUSY_SECONDS") or 10),
            sandbox_seconds=float(env.get("YANPIAO_SANDBOX_SECONDS") or 20),
            has_eyes=env.get("YANPIAO_EYES") != "0",
            max_file_mib=int(env.get("YANPIAO_MAX_FILE_MIB") or 20),
            min_free_mib=int(env.get("YANPIAO_MIN_FREE_MIB") or 2048),
            sw_disabled=env.get("YANPIAO_SW_DISABLED") == "1",
            watch=_path(env, "YANPIAO_WATCH"),
            cleaning_days=float(env.get("YANPIAO_CLEANING_DAYS") or 7),
        )

    @property
    def is_sqlite(self) -> bool:
        """True when the database is a file in ``var``."""
        return self.database_url.startswith("sqlite:")

    @property
    def is_https(self) -> bool:
        """True when people reach the product by an encrypted address."""
        return self.url.startswith("https:")

    @property
    def has_authority(self) -> bool:
        """True when the certificate is of our own small authority, which devices must trust."""
        return bool(self.https) and self.cert is None

    @property
    def authority(self) -> Path:
        """The folder of that authority; whoever reads its key can pose as any site."""
        return self.var / "ca"

    @property
    def files(self) -> Path:
        """The folder of the content-addressed store."""
        return self.var / "files"

    @property
    def run(self) -> Path:
        """Sockets, locks and process ids: nothing in it outlives a restart."""
        return self.var / "run"

    @property
    def sandbox_socket(self) -> Path:
        """Where the sandbox listens; a socket's path holds 107 bytes, so a long one moves."""
        return self._socket("sandbox.sock")

    @property
    def eyes_socket(self) -> Path:
        """Where its part listens that looks at pictures."""
        return self._socket("eyes.sock")

    def _socket(self, name: str) -> Path:
        place = self.run / name
        if len(os.fsencode(place)) <= 107:
            return place
        short = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]
        return Path(f"/tmp/yanpiao-{short}") / place.name

    def secret_key(self) -> bytes:
        """The signing key, made once with mode 0600 under ``var``."""
        path = self.var / "secret.key"
        if not path.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            fresh = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(fresh, "wb") as file:
                file.write(secrets.token_bytes(32))
        return path.read_bytes()


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]).resolve() if env.get(name) else None


def _url(https: str, bind: str) -> str:
    """Where people go when nobody says otherwise."""
    if not https:
        return f"http://{bind}"
    port = bind.rpartition(":")[2]
    return f"https://{https}" if port == "443" else f"https://{https}:{port}"


def settings() -> Settings:
    """The settings of the application that is running; who only reads them needs no Flask."""
    from flask import current_app

    found: Settings = current_app.extensions["settings"]
    return found
