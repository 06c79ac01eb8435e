# shellcheck shell=bash disable=SC2154
# The system packages, from the list of this distribution in setup/packages/. A line is
#   GROUP PACKAGE PROOF
# GROUP: use or test. PROOF: '-' (only the package itself counts), cmd:NAME (that command is enough), or py:venv (a
# Python that can create virtual environments is enough). On distributions that are not based on Debian only commands
# are checked; there CMake names the library that is not found.

package_list() {
    local id='' version='' like=''
    if [ -r /etc/os-release ]; then
        id=$(. /etc/os-release && echo "${ID:-}")
        version=$(. /etc/os-release && echo "${VERSION_ID:-}")
        like=$(. /etc/os-release && echo "${ID_LIKE:-}")
    fi
    local list=$root/setup/packages/$id-$version.txt
    [ -e "$list" ] && { echo "$list"; return; }
    case "$id $like" in
        *ubuntu*) echo "$root/setup/packages/ubuntu-24.04.txt" ;;
        *) echo "$root/setup/packages/debian-12.txt" ;;
    esac
}

proved() {  # proof
    case $1 in
        cmd:*) command -v "${1#cmd:}" >/dev/null ;;
        py:venv) [ -n "$(find_python)" ] ;;
        *) return 1 ;;
    esac
}

missing_packages() {  # group
    local group package proof installed
    installed=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' 2>/dev/null || true)"
    while read -r group package proof; do
        [ "$group" = "$1" ] || continue
        case $installed in *" $package:installed "*) continue ;; esac
        [ "$proof" = - ] && ! command -v dpkg-query >/dev/null && continue
        proved "$proof" || printf '%s ' "$package"
    done <"$(package_list)" | sed 's/ $//'
}

apt_install() {  # packages
    local as=()
    [ "$(id -u)" = 0 ] || as=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${as[@]}" dpkg --configure -a  # completes what an interrupted call left
    "${as[@]}" apt-get -o DPkg::Lock::Timeout=300 update
    "${as[@]}" apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

install_packages() {  # step, group
    local packages by_hand
    read -r -a packages <<<"$(missing_packages "$2")"
    by_hand="apt-get install --no-install-recommends ${packages[*]}"
    command -v apt-get >/dev/null ||
        fail "$kFailed" "step '$1' needs apt-get (Debian 12, Ubuntu 22.04 or 24.04)" "install the contents of these packages by hand: ${packages[*]}"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "$kFailed" "step '$1' needs root, and there is no sudo" "run as root: $by_hand"
        sudo -v || fail "$kFailed" "step '$1' needs root" "run as root: $by_hand"
    fi
    run_step "$1" "installing ${#packages[@]} system packages" "run as root and read its output: $by_hand" apt_install "${packages[@]}"
}

packages_missing() { missing_packages use; }
packages_about() { echo "~2 min"; }
packages_run() { install_packages packages use; }

test_packages_missing() { missing_packages test; }
test_packages_about() { echo "~30 s"; }
test_packages_run() { install_packages test_packages test; }
