# Sourced by scripts/up and scripts/test: changes to the checkout, creates .venv from a lock file.

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

cd "$(dirname "$0")/.." || exit 1
# Without compiled modules, every process would compile its imports again.
unset PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

is_supported() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

# Prints the first supported Python with the venv module.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3.13 python3.12 python3.11 python3 python
    fi
    without_venv=
    for candidate in "$@"; do
        is_supported "$candidate" || continue
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$candidate"
            return
        fi
        without_venv=${without_venv:-$candidate}
    done
    if [ -n "$without_venv" ]; then
        version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        fail "Python $version has no venv module. On Debian and Ubuntu run: apt install python$version-venv"
    fi
    found=$("${PYTHON:-python3}" --version 2>&1) || found="no python3"
    fail "trainlet needs Python 3.11, 3.12 or 3.13, but found $found. Install one, or set its path: PYTHON=/path/to/python3 $0"
}

# prepare LOCK: installs the packages of LOCK. A copy of LOCK in .venv marks it as up to date.
prepare() {
    if [ -x .venv/bin/python ] && cmp -s "$1" ".venv/$1"; then
        return
    fi
    [ -w . ] || fail "cannot create .venv in $(pwd): the directory is not writable. Make it writable, or clone elsewhere."
    if ! is_supported .venv/bin/python || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        python=$(find_python) || exit 1
        echo "Creating .venv with $("$python" --version) ($(command -v "$python"))"
        "$python" -m venv --clear .venv || fail "cannot create .venv (see above). Remove the directory .venv and try again."
    fi
    echo "Installing $(grep -c '^[a-z].*==' "$1") packages from $1"
    install_by_uv "$1" || pip_install --require-hashes --only-binary :all: --requirement "$1"
    pip_install --no-index --no-deps --no-build-isolation --editable .
    cp "$1" ".venv/$1"
}

# Modules are compiled at first import, because most are never imported.
pip_install() {
    .venv/bin/python -m pip --disable-pip-version-check --no-input install -qq --no-compile "$@" ||
        fail "pip could not install the packages (see above). If the network was down, try again."
}

# uv is ten times as fast as pip. It uses PyPI or UV_DEFAULT_INDEX alone. If uv fails, pip follows,
# which may be configured for another index.
install_by_uv() {
    sed -n '/^uv==/,/[^\\]$/p' "$1" >.venv/uv.lock
    [ -s .venv/uv.lock ] || return 1
    pip_install --require-hashes --only-binary :all: --requirement .venv/uv.lock
    .venv/bin/uv pip install --quiet --system-certs --python .venv/bin/python \
        --require-hashes --only-binary :all: --requirement "$1" || {
        echo "uv could not install the packages (see above). Trying pip."
        return 1
    }
}
