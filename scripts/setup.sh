# Sourced by ./play and ./test: makes sure that everything that Debian must provide is there.
# It installs what is missing when it may, says what and why, and stops with the exact line to type
# when it may not.

# A compiler, make and pkg-config build the programs and their C, the sound and gamepad libraries the client; the X11, Wayland and Vulkan libraries are loaded by the
# client when it starts; Xvfb is a screen for machines without one, and Mesa draws without a GPU.
readonly build_packages="gcc make libc6-dev pkg-config libwayland-dev libxkbcommon-dev libasound2-dev libudev-dev"
readonly client_packages="libasound2 libudev1 libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2 libxkbcommon-x11-0 libvulkan1 mesa-vulkan-drivers"
readonly screen_packages="xvfb xauth"
readonly tool_packages="git procps"

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
die() { say "$*"; exit 1; }

missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
            printf '%s ' "$package"
    done
}

# setup_packages REASON PACKAGE...
setup_packages() {
    local reason=$1 missing sudo=""
    shift
    command -v dpkg-query >/dev/null || { say "this is no Debian: make sure that you have $*"; return; }
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null && sudo="sudo"
        [ -n "$sudo" ] || [ ! -t 0 ] || ! command -v sudo >/dev/null || sudo="sudo"
        [ -n "$sudo" ] || die "packages are missing ($reason). Type:  sudo apt-get install $missing"
    fi
    say "installing ${missing% } ($reason)"
    # shellcheck disable=SC2086
    $sudo apt-get -q -y update >/dev/null 2>&1 || say "the list of packages could not be updated"
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends $missing \
        >/dev/null || die "that failed. Type:  sudo apt-get install $missing"
}

setup_rust() {
    command -v cargo >/dev/null || [ ! -f "$HOME/.cargo/env" ] || . "$HOME/.cargo/env"
    command -v cargo >/dev/null || die "Rust is missing: install it from https://rustup.rs, then try again"
}

# The folder that cargo builds into.
target_folder() { printf '%s\n' "${CARGO_TARGET_DIR:-target}"; }

has_display() { [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; }
