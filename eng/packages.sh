# Sourced by the other scripts: Debian packages, installed only where they are missing.

# Says what is wrong on standard error and ends the script.
fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

# need_packages WHAT_FOR NEED...
#   A NEED is "command:package" (the package is installed if the command is not on PATH; this way a machine that has, say,
#   another vendor's containerd keeps it) or "package" alone (installed if dpkg does not have it: libraries and headers).
need_packages() {
  local what_for=$1 need missing=()
  shift
  for need in "$@"; do
    case $need in
      *:*) PATH=$PATH:/usr/sbin:/sbin command -v "${need%%:*}" >/dev/null || missing+=("${need#*:}") ;;
      *) dpkg-query -W -f '${db:Status-Status}\n' "$need" 2>/dev/null | grep -qx installed || missing+=("$need") ;;
    esac
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  command -v apt-get >/dev/null ||
    fail "$what_for needs the Debian packages: ${missing[*]}. This machine has no apt-get: install their equivalents by hand."
  [ "$(id -u)" = 0 ] ||
    fail "$what_for needs packages that are missing. Install them as root: apt-get install ${missing[*]}"

  printf 'installing for %s: %s\n' "$what_for" "${missing[*]}" >&2
  local log
  log=$(mktemp)
  # With fresh package lists the update can be spared; with stale or empty ones the first try fails.
  if ! apt_install "${missing[@]}" >"$log" 2>&1; then
    # A foreign source that does not answer must not stop us: what counts is whether the packages can be had afterwards.
    apt-get -q update >>"$log" 2>&1 || true
    if ! apt_install "${missing[@]}" >>"$log" 2>&1; then
      cat "$log" >&2
      rm -f "$log"
      fail "apt-get could not install: ${missing[*]} (its output is above)"
    fi
  fi
  rm -f "$log"
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "$@" </dev/null
}

# The .NET SDK is the one thing that a machine must bring along.
need_dotnet() {
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
  # The SDK refuses to start where libicu is missing, unless it is told to do without. With it, it need not be told.
  PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q libicuuc || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  # Compiler servers that outlive the script would keep its output open (a CI job would wait for them).
  export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
  local wanted
  wanted=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json)
  command -v dotnet >/dev/null ||
    fail "the .NET SDK is missing: 'dotnet' is not on PATH. Install the SDK $wanted or a newer feature release (https://dot.net)."
  dotnet --version >/dev/null 2>&1 ||
    fail "no .NET SDK that global.json allows: it asks for $wanted or a newer feature release, found: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')"
}
