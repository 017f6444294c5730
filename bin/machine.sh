# shellcheck shell=bash
# What bin/run and bin/test both ask of the machine. Sourced, never run.

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# The packages of Debian or Ubuntu among the given ones that are not there.
missing_of() {
  local package
  command -v dpkg-query apt-get >/dev/null || return 0
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) == *' installed' ]] || echo "$package"
  done
}

# As root: install them. As anybody else: one line to ask an administrator for, then go on.
want() {
  local missing package
  mapfile -t missing < <(missing_of "$@")
  ((${#missing[@]})) || return 0
  if ((EUID)); then
    say "Ask an administrator for: sudo apt-get install -y --no-install-recommends ${missing[*]}"
    return 0
  fi
  say "Installing ${missing[*]} …"
  apt_install "${missing[@]}" && return
  for package in "${missing[@]}"; do
    apt_install "$package" || say "Could not install $package; going on without."
  done
}

apt_install() {
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends)
  "${install[@]}" "$@" </dev/null >/dev/null 2>&1 && return
  [[ ${updated:-} ]] || apt-get update -qq </dev/null || return
  updated=1
  "${install[@]}" "$@" </dev/null >/dev/null
}

has_uv() { uv --version >/dev/null 2>&1; }

# A Python that is new enough and can make a virtual environment.
find_python() {
  local name needs='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
  has_uv && needs='import sys; sys.exit(sys.version_info < (3, 11))'
  for name in python3.13 python3.12 python3.11 python3; do
    if "$name" -c "$needs" >/dev/null 2>&1; then command -v "$name" && return; fi
  done
  return 1
}

has_venv() { .venv/bin/python -c '' 2>/dev/null; }

# Ubuntu 22.04 has its Python 3.11 under its own name; elsewhere python3 is new enough.
python_packages() {
  if has_venv || find_python >/dev/null; then return; fi
  if grep -qs '^PRETTY_NAME="Ubuntu 22' /etc/os-release; then echo python3.11 python3.11-venv
  else echo python3 python3-venv; fi
}

make_venv() {
  local python
  has_venv && return
  rm -rf .venv
  python=$(find_python) || die 'Python 3.11 or newer with its venv module is needed.'
  if has_uv; then uv venv --quiet --python "$python" .venv; else "$python" -m venv .venv; fi
}

is_installed() { has_venv && sha256sum --status --check ".venv/$1.sha256" 2>/dev/null; }

# Install a lock into .venv unless its digest says that this was done; what else is there stays.
install_lock() {
  is_installed "$1" && return
  say 'Installing the Python packages (once; a minute or two) …'
  with_uv "$1" || with_pip "$1" || die 'The Python packages could not be installed.'
  .venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null || true
  sha256sum "$1" >".venv/$1.sha256"
}

with_uv() { has_uv && uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes -r "$1"; }

with_pip() {
  local pip=(.venv/bin/python -m pip)
  "${pip[@]}" --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null || return
  "${pip[@]}" install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r "$1"
}
