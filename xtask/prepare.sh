# Sourced by ./resurge and ./test: finds cargo (1.95 or newer) and a C linker, or says how to get them.
# shellcheck shell=bash

missing() {
    printf 'error: %s\nhelp: %s\n' "$1" "$2" >&2
    exit 2
}

if ! command -v cargo >/dev/null 2>&1 && [ -f "$HOME/.cargo/env" ]; then
    . "$HOME/.cargo/env"
fi
if ! command -v cargo >/dev/null 2>&1; then
    missing "cargo was not found" "install Rust 1.95 or newer from https://rustup.rs, then run this again"
fi

resurge_cargo_version="$(cargo --version | cut -d' ' -f2)"
if [ "$(printf '%s\n1.95\n' "$resurge_cargo_version" | sort -V | head -n 1)" != "1.95" ]; then
    missing "cargo $resurge_cargo_version is too old" "run \`rustup update stable\`; Rust 1.95 or newer is needed"
fi

if ! command -v cc >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "installing a C linker (gcc, libc6-dev) with apt-get" >&2
        apt-get update -qq >&2 && apt-get install -y -qq gcc libc6-dev >&2 ||
            missing "apt-get could not install gcc" "install a C compiler by hand, then run this again"
    else
        missing "no C linker (cc) was found" \
            "on Debian: sudo apt-get install gcc libc6-dev; on macOS: xcode-select --install"
    fi
fi
