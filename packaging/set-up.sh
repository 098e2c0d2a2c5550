#!/usr/bin/env bash
# Sets up what NetBuilder needs on Debian and Ubuntu, and says what is missing where it may not:
#   set-up.sh packages [EXTRA]   .venv with the Python packages of pyproject.toml
#   set-up.sh libraries          the system libraries and fonts a window needs
#   set-up.sh desktop            the virtual desktop of the tests
# Each leaves a stamp in .venv, so that make knows it is done.
set -eu
cd "$(dirname "$0")/.."

say() { echo "set-up: $*" >&2; }

may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

apt() {
    local root=""
    [ "$(id -u)" = 0 ] || root="sudo -n"
    $root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" >&2 </dev/null
}

# install PACKAGE... : 0 if they were installed; else says the line that would install them.
install() {
    if may_install; then
        say "installing $*"
        apt update && apt install -y --no-install-recommends "$@" && return 0
    fi
    if command -v apt-get >/dev/null; then
        say "some system packages are missing. Install them, then call make again:"
        echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*" >&2
    else
        say "please install what your system calls these Debian packages: $*"
    fi
    return 1
}

find_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11 python3.14; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

packages() {
    local extra=${1:-} python version
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python=$(find_python || true)
        if [ -z "$python" ]; then
            say "Python 3.11 or newer is needed and was not found."
            ! command -v python3 >/dev/null || return 1  # what this release has is too old
            install python3 python3-venv $(libraries_missing)
            python=$(find_python)
        elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
            install "$version-venv" $(libraries_missing)
        fi
        say "making .venv with $("$python" --version)"
        "$python" -m venv --clear .venv
    fi
    say "installing the Python packages (PyTorch among them: some minutes the first time)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".${extra:+[$extra]}" </dev/null
    touch .venv/packages ${extra:+".venv/packages-$extra"}
}

# A library as the linker knows it, and the package that brings it: package names differ between releases.
libraries_needed() {
    cat <<'LIST'
libEGL.so.1 libegl1
libGL.so.1 libgl1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libX11-xcb.so.1 libx11-xcb1
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render.so.0 libxcb-render0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-shm.so.0 libxcb-shm0
libxcb-sync.so.1 libxcb-sync1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xinerama.so.0 libxcb-xinerama0
libxcb-xkb.so.1 libxcb-xkb1
LIST
}

# The packages of the libraries and fonts that are not there.
libraries_missing() {
    local known library package
    [ "$(uname -s)" = Linux ] || return 0
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
    while read -r library package; do
        case "$known" in *"$library "*) ;; *) echo "$package" ;; esac
    done < <(libraries_needed)
    if ! find /usr/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" -name '*.[to]tf' 2>/dev/null | grep -q .; then
        echo fonts-dejavu-core
    fi
}

libraries() {
    local missing
    missing=$(libraries_missing)
    if [ -n "$missing" ] && ! install $missing; then
        # Without a display nothing can be shown anyway, and all but the window works without them.
        [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && return 0
        return 1
    fi
    # Better looking, but not worth failing for: not every release has them.
    if may_install && ! find /usr/share/fonts -iname 'inter*' | grep -q .; then
        { apt update && apt install -y --no-install-recommends fonts-inter fonts-jetbrains-mono; } ||
            say "going on without the font Inter"
    fi
    touch .venv/libraries
}

desktop() {
    local missing="" command package
    while read -r command package; do
        command -v "$command" >/dev/null || missing="$missing $package"
    done <<'LIST'
Xvfb xvfb
openbox openbox
xdotool xdotool
import imagemagick
LIST
    [ -z "$missing" ] || install $missing
    touch .venv/desktop
}

case "${1:-}" in
    packages | libraries | desktop) "$@" ;;
    *)
        say "usage: set-up.sh packages [EXTRA] | libraries | desktop"
        exit 2
        ;;
esac
