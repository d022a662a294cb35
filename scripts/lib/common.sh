# shellcheck shell=bash
# What the scripts share; sourced, not run.

# shellcheck disable=SC2034 # used by the scripts that source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# fail MESSAGE: ends the script with a message.
fail() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    exit 1
}

# usage: prints the comment at the script's head.
usage() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}

# install_packages PACKAGE…: installs with apt what is missing; says what to do when not root.
install_packages() {
    local missing=() package
    for package in "$@"; do
        if [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) != ii* ]]; then
            missing+=("$package")
        fi
    done
    if ((${#missing[@]} == 0)); then
        return
    fi
    if ((EUID != 0)); then
        fail "these packages are missing; as root: apt-get install ${missing[*]}"
    fi
    printf 'installing %s\n' "${missing[*]}" >&2
    # An archive folder of its own: another apt-get may clean the shared one while this one unpacks.
    local archives
    archives=$(mktemp -d)
    mkdir "$archives/partial"
    if ! {
        apt-get -q -o DPkg::Lock::Timeout=300 update &&
            DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
                -o Dir::Cache::archives="$archives" install "${missing[@]}"
    } >"$archives/log" 2>&1; then
        tail -n 20 "$archives/log" >&2
        rm -rf "$archives"
        fail "apt-get could not install ${missing[*]}"
    fi
    rm -rf "$archives"
}

# install_postgresql: the server's programs beside the libraries, without a cluster of the system being made or started.
install_postgresql() {
    if ((EUID == 0)) && [[ ! -e /etc/postgresql-common/createcluster.conf ]]; then
        mkdir -p /etc/postgresql-common
        printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.conf
    fi
    install_libraries
    install_packages postgresql
}

# install_libraries: the headers of what is linked.
install_libraries() {
    install_packages libpq-dev libxml2-dev zlib1g-dev
}

# install_python NAME REQUIREMENT…: packages of PyPI in an environment of their own, .build/NAME.
install_python() {
    local folder=$root/.build/$1 stamp
    shift
    stamp=$folder/installed
    if [[ -e $stamp && $(<"$stamp") == "$*" ]]; then
        return
    fi
    printf 'installing %s\n' "$*" >&2
    rm -rf "$folder"
    mkdir -p "$root/.build"
    if ! { python3 -m venv "$folder" && "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"; } >&2; then
        rm -rf "$folder"
        fail "pip could not install $*"
    fi
    printf '%s\n' "$*" >"$stamp"
}

# require_swift: a clear word where there is no compiler.
require_swift() {
    command -v swift >/dev/null || fail "there is no swift in PATH: install Swift 6.3 or later from https://swift.org/install"
}
