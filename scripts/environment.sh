# Read by scripts/up and scripts/test: goes to the checkout and makes .venv as a lock says, once.

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

cd "$(dirname "$0")/.." || exit 1
# Without compiled modules, each of the many processes here would compile all it imports anew.
unset PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

is_supported() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

# Prints the first Python that fits and can make environments.
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
        fail "Python $version has no venv module; on Debian and Ubuntu 'apt install python$version-venv' brings it."
    fi
    found=$("${PYTHON:-python3}" --version 2>&1) || found="no python3"
    fail "trainlet needs Python 3.11, 3.12 or 3.13, and here is $found; install one, or say where one is: PYTHON=/path/to/python3 $0"
}

# prepare LOCK: the environment holds what LOCK lists; a copy of LOCK in it tells so next time.
prepare() {
    if [ -x .venv/bin/python ] && cmp -s "$1" ".venv/$1"; then
        return
    fi
    [ -w . ] || fail "cannot write to $(pwd), where .venv belongs; make it writable, or clone to where you may write."
    if ! is_supported .venv/bin/python || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        python=$(find_python) || exit 1
        echo "Making .venv with $("$python" --version) ($(command -v "$python"))"
        "$python" -m venv --clear .venv || fail "cannot make .venv (see above); remove the directory .venv and try again."
    fi
    echo "Installing $(grep -c '^[a-z].*==' "$1") packages from $1"
    install_by_uv "$1" || pip_install --require-hashes --only-binary :all: --requirement "$1"
    pip_install --no-index --no-deps --no-build-isolation --editable .
    cp "$1" ".venv/$1"
}

# Modules are compiled when they are first imported: most never are.
pip_install() {
    .venv/bin/python -m pip --disable-pip-version-check --no-input install -qq --no-compile "$@" ||
        fail "pip could not install (see above); if the network was away, try again: what is done is kept."
}

# Ten times as fast as the pip that Python brings, where a lock holds uv; it reaches PyPI alone, or
# what UV_DEFAULT_INDEX names, and where it cannot, pip, which may be told of other places, can.
install_by_uv() {
    sed -n '/^uv==/,/[^\\]$/p' "$1" >.venv/uv.lock
    [ -s .venv/uv.lock ] || return 1
    pip_install --require-hashes --only-binary :all: --requirement .venv/uv.lock
    .venv/bin/uv pip install --quiet --system-certs --python .venv/bin/python \
        --require-hashes --only-binary :all: --requirement "$1" || {
        echo "uv could not (see above); pip tries."
        return 1
    }
}
