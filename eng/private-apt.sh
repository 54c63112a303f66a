# Sourced by the other scripts, after packages.sh: packages of another Debian suite, without touching the machine's own apt configuration.

# Mirror and key, from the first Debian archive (not the security one) among the machine's own sources.
read_deb822() {
  awk 'BEGIN { RS = ""; FS = "\n" }
       { uri = ""; key = ""; suites = ""
         for (i = 1; i <= NF; i++) {
           if ($i ~ /^URIs:/)      { uri = $i; sub(/^URIs:[ \t]*/, "", uri); sub(/[ \t].*/, "", uri) }
           if ($i ~ /^Suites:/)    { suites = $i }
           if ($i ~ /^Signed-By:/) { key = $i; sub(/^Signed-By:[ \t]*/, "", key) } }
         if (uri != "" && suites ~ /(bookworm|trixie|forky|sid|stable|testing|unstable)/ && suites !~ /security/) { print uri; print key; exit } }' "$@"
}
read_one_line() {
  awk '$1 == "deb" { key = ""; i = 2
         if ($2 ~ /^\[/) { for (; i <= NF; i++) { if (match($i, /signed-by=[^] ]+/)) key = substr($i, RSTART + 10, RLENGTH - 10); if ($i ~ /\]$/) { i++; break } } }
         if ($(i + 1) ~ /^(bookworm|trixie|forky|sid|stable|testing|unstable)$/) { print $i; print key; exit } }' "$@"
}

# need_private_apt SUITE FOLDER TYPES: makes private_apt, which is apt-get with a configuration of its own below FOLDER. Mirror and key are
# the machine's, the suite is SUITE, TYPES are "deb" or "deb deb-src". It knows of no installed package: nothing is ever installed with it.
need_private_apt() {
  local suite=$1 types=$3 source_of_machine="" key
  private_apt_folder=$2
  local nullglob
  nullglob=$(shopt -p nullglob || true)
  shopt -s nullglob
  local deb822=(/etc/apt/sources.list.d/*.sources) one_line=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list)
  $nullglob
  [ ${#deb822[@]} -eq 0 ] || source_of_machine=$(read_deb822 "${deb822[@]}")
  [ -n "$source_of_machine" ] || [ ! -e "${one_line[0]}" ] || source_of_machine=$(read_one_line "${one_line[0]}" "${one_line[@]:1}")
  [ -n "$source_of_machine" ] ||
    fail "found no Debian archive in /etc/apt/sources.list or /etc/apt/sources.list.d: the reference plugins come from there"
  private_apt_uri=$(sed -n 1p <<<"$source_of_machine")
  key=$(sed -n 2p <<<"$source_of_machine")

  chmod 755 "$private_apt_folder" # apt fetches as another user
  mkdir -p "$private_apt_folder"/{state/lists/partial,cache/archives/partial,none}
  {
    printf 'Types: %s\nURIs: %s\nSuites: %s\nComponents: main\n' "$types" "$private_apt_uri" "$suite"
    [ -z "$key" ] || printf 'Signed-By: %s\n' "$key"
  } >"$private_apt_folder/private.sources"
}

private_apt() {
  local work=$private_apt_folder
  apt-get -q -o Dir::Etc::sourcelist="$work/private.sources" -o Dir::Etc::sourceparts="$work/none" \
    -o Dir::Etc::preferencesparts="$work/none" -o Dir::Etc::preferences="$work/none/preferences" \
    -o Dir::State="$work/state" -o Dir::State::status=/dev/null -o Dir::Cache="$work/cache" \
    -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}
