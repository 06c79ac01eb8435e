# shellcheck shell=bash disable=SC2154
# LibTorch from the official torch wheel, and the tests' Python tools: each in a virtual environment of its own
# under .goetia/. The package index is that of pip's own configuration.

readonly kTorchVersion=2.13.0

# The first Python from 3.10 on that can create virtual environments.
find_python() {
    local python
    for python in python3 /usr/bin/python3 python3.12 python3.11 python3.10; do
        command -v "$python" >/dev/null || continue
        "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && { command -v "$python"; return; }
    done
    return 0
}

has_nvidia_gpu() { [ -e /proc/driver/nvidia/version ] || [ -e /dev/nvidiactl ]; }

make_venv() {  # folder; an interrupted one is created again
    local python
    [ -x "$1/bin/pip" ] && "$1/bin/python" -c pass 2>/dev/null && return 0
    python=$(find_python)
    [ -n "$python" ] || { echo "no Python from 3.10 with venv and ensurepip; on Debian and Ubuntu: python3-venv"; return 1; }
    "$python" -m venv --clear "$1"
}

pip_install() { "$1/bin/pip" --disable-pip-version-check --no-input install --progress-bar off "${@:2}"; }

# Without an NVIDIA GPU the CPU wheel is tried first: it is a tenth of the size. Only its own libraries are used, so its
# Python dependencies are skipped; a CUDA wheel needs the libraries of its dependencies.
install_torch() {  # virtual environment
    make_venv "$1"
    if has_nvidia_gpu; then
        pip_install "$1" "torch===$kTorchVersion" || pip_install "$1" "torch==$kTorchVersion"
    else
        pip_install "$1" --no-deps "torch==$kTorchVersion+cpu" || pip_install "$1" "torch==$kTorchVersion"
    fi
}

# pip writes INSTALLER last, so that an incomplete installation is recognised.
torch_missing() {
    if [ -n "${GOETIA_TORCH_DIR:-}" ]; then
        [ -e "$GOETIA_TORCH_DIR/include/torch/csrc/api/include/torch/torch.h" ] && return 0
        fail "$kUsage" "GOETIA_TORCH_DIR names '$GOETIA_TORCH_DIR', which does not contain LibTorch; set it to the folder with include/ and lib/ of one"
    fi
    compgen -G "$root/.goetia/torch/lib/python3*/site-packages/torch-$kTorchVersion*.dist-info/INSTALLER" >/dev/null ||
        echo "LibTorch $kTorchVersion, from the torch wheel into .goetia/torch"
}
torch_about() { if has_nvidia_gpu; then echo "~10 min"; else echo "~2 min"; fi; }
torch_run() {
    run_step torch "fetching LibTorch $kTorchVersion" \
        "check the network and pip's configuration, or name a LibTorch 2.11 to 2.13 that you have with GOETIA_TORCH_DIR" \
        install_torch "$root/.goetia/torch"
}

oracles_stamp() { sha256sum <"$root/tests/requirements.txt"; }

install_oracles() {
    local venv=$root/.goetia/oracles
    make_venv "$venv"
    has_nvidia_gpu || pip_install "$venv" "torch==$kTorchVersion+cpu" || true  # else the plain one, with the rest
    pip_install "$venv" -r "$root/tests/requirements.txt"
    oracles_stamp >"$venv/.installed"
}

oracles_missing() {
    [ "$(cat "$root/.goetia/oracles/.installed" 2>/dev/null)" = "$(oracles_stamp)" ] ||
        echo "the tests' Python tools (tests/requirements.txt), into .goetia/oracles"
}
oracles_about() { echo "~4 min"; }
oracles_run() { run_step oracles "fetching the tests' Python tools" "check the network and pip's configuration" install_oracles; }
