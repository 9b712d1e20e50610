# Sourced by ./weixi and ./check: makes .venv hold exactly what the lock file asks for. POSIX sh.
# The second run costs one hash; killed midway, the next run starts over; two at once wait for each other.

UV_VERSION=0.13.9

say() { printf '%s\n' "$*" >&2; }

# prepare_environment ROOT plain|dev
prepare_environment() {
    environment_is_current "$1" "$2" || (cd "$1" && locked set_up_environment "$2")
}

environment_is_current() {
    [ -x "$1/.venv/bin/python" ] && [ -x "$1/.venv/bin/weixi" ] || return 1
    [ -f "$1/src/weixi/web/static/vendor/.stamp" ] && [ -f "$1/.venv/.weixi-stamp" ] || return 1
    stamp=$(cat "$1/.venv/.weixi-stamp")
    [ "${stamp%% *}" = "$(sources_hash "$1")" ] || return 1
    [ "$2" = plain ] || [ "${stamp##* }" = dev ]
}

# Everything an installation depends on; the folder itself, because scripts in .venv carry its name.
sources_hash() {
    (
        cd "$1" && {
            pwd
            cat uv.lock pyproject.toml package-lock.json hatch_build.py src/weixi/web/icons.txt \
                scripts/environment.sh
            find src/weixi -name '*.po' -exec cat {} +
        } | sha256sum | cut -d ' ' -f 1
    )
}

# One set-up at a time. flock belongs to every Debian and Ubuntu; elsewhere we go on without it.
locked() {
    mkdir -p .cache 2>/dev/null
    if [ ! -w . ] || [ ! -w .cache ]; then
        say "$(pwd) is not writable for $(id -un): its owner must run ./weixi or ./check once first."
        return 1
    fi
    command -v flock >/dev/null 2>&1 || { "$@"; return; }
    (
        flock -n 9 || { say "Another run is setting up this folder: waiting for it."; flock 9; }
        "$@"
    ) 9>.cache/environment.lock
}

set_up_environment() {
    environment_is_current . "$1" && return 0 # another run did it while we waited
    say "Setting up Weixi in $(pwd)/.venv (a few minutes the first time, seconds later) …"
    drop_unusable_venv
    rm -f .venv/.weixi-stamp
    make_venv && install_uv && sync_packages "$1" && finish "$1"
}

# A marker that is still there was left by a run that was killed: half a package may lie anywhere.
drop_unusable_venv() {
    [ -e .venv ] || return 0
    if [ -e .venv/.weixi-unfinished ] || ! fresh_enough .venv/bin/python || moved; then
        say "The environment in .venv is incomplete or out of place: making it anew."
        rm -rf .venv
    fi
}

moved() { [ -f .venv/.weixi-folder ] && [ "$(cat .venv/.weixi-folder)" != "$(pwd)" ]; }

fresh_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

make_venv() {
    if [ ! -e .venv ]; then
        python=$(find_python) || return 1
        mkdir .venv && : >.venv/.weixi-unfinished
        "$python" -m venv .venv >&2 || { say "Python could not make .venv (its words are above)."; return 1; }
    fi
    pwd >.venv/.weixi-folder
    : >.venv/.weixi-unfinished
}

find_python() {
    for python in python3 python3.13 python3.12 python3.11; do
        fresh_enough "$python" || continue
        "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 && { echo "$python"; return 0; }
        bare=$python
    done
    if [ -n "${bare:-}" ]; then
        say "$bare lacks its venv module: install it with \"apt-get install $bare-venv\" and run this again."
    else
        say 'Weixi needs Python 3.11 or newer: install it with "apt-get install python3 python3-venv" and run this again.'
    fi
    return 1
}

install_uv() {
    [ "$(.venv/bin/uv --version 2>/dev/null | cut -d ' ' -f 2)" = "$UV_VERSION" ] && return 0
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null 2>&1
    .venv/bin/python -m pip install -qq --disable-pip-version-check "uv==$UV_VERSION" >&2 || {
        say "uv $UV_VERSION could not be installed (pip's words are above): check the network and run this again."
        rm -f .venv/.weixi-unfinished
        return 1
    }
}

# --inexact: what ./check or a developer added stays. Reinstalling Weixi itself runs hatch_build.py.
sync_packages() {
    groups=--no-dev
    [ "$1" = dev ] && groups='--group dev --extra ml'
    quiet=--quiet
    [ -t 2 ] && quiet=
    # shellcheck disable=SC2086 # both are words or nothing
    env -u VIRTUAL_ENV UV_PROJECT_ENVIRONMENT=.venv .venv/bin/uv sync $quiet --frozen --inexact $groups \
        --python .venv/bin/python --reinstall-package weixi >&2 || {
        say "The packages could not be installed (uv's words are above): mend the cause and run this again."
        rm -f .venv/.weixi-unfinished
        return 1
    }
}

finish() {
    rm -f .venv/.weixi-unfinished
    echo "$(sources_hash .) $1" >.venv/.weixi-stamp.new && mv .venv/.weixi-stamp.new .venv/.weixi-stamp
}
