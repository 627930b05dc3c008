# Shared by ./run and ./check: packages, builds, tests. Sourced, not run.
# shellcheck shell=sh disable=SC2034 # need_packages and need_by_hand read the lists by eval

say() {
  printf '%s\n' "$*" >&2
}

# Debian and Ubuntu packages. "run" builds and starts the program, "check" tests it.
packages_run="build-essential meson ninja-build pkg-config gettext libgtk-4-dev libadwaita-1-dev
  libopenblas-dev libjson-glib-dev libarchive-dev libsqlite3-dev adwaita-icon-theme
  gsettings-desktop-schemas fonts-cantarell librsvg2-common"
packages_check="xvfb xauth xdotool openbox imagemagick x11-utils dbus dbus-x11 at-spi2-core python3
  python3-numpy python3-gi desktop-file-utils appstream libxml2-utils libglib2.0-bin shared-mime-info
  poppler-utils fonts-dejavu-core"
packages_all="clang libclang-rt-dev valgrind"

# The same for the other systems, to be installed by hand.
names_dnf="gcc meson ninja-build pkgconf-pkg-config gettext gtk4-devel libadwaita-devel openblas-devel
  json-glib-devel libarchive-devel sqlite-devel"
names_pacman="base-devel meson gettext gtk4 libadwaita openblas json-glib libarchive sqlite"
names_brew="meson ninja pkg-config gettext gtk4 libadwaita openblas json-glib libarchive sqlite"

missing_of() {
  for package in "$@"; do
    case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
      'install ok installed') ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

# need_packages SET…: installs what is missing, or says how and stops.
need_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    need_by_hand
    return
  fi
  wanted=
  for set in "$@"; do
    eval "wanted=\"\$wanted \$packages_$set\""
  done
  # shellcheck disable=SC2086
  missing=$(missing_of $wanted)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -eq 0 ]; then
    root=
  elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    root=sudo
  else
    say "Some packages are missing and only an administrator can install them:"
    say "  apt-get install -y --no-install-recommends $missing"
    exit 1
  fi
  say "Installing: $missing"
  log=$(mktemp)
  # shellcheck disable=SC2086
  if ! { $root apt-get update && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    say "The packages could not be installed; see the lines above."
    exit 1
  fi
  rm -f "$log"
}

# Other systems: stop with the names unless everything is there already.
need_by_hand() {
  if command -v meson >/dev/null 2>&1 && command -v pkg-config >/dev/null 2>&1 &&
    pkg-config --exists 'gtk4 >= 4.8' 'libadwaita-1 >= 1.2' json-glib-1.0 libarchive sqlite3 openblas
  then
    return 0
  fi
  for tool in dnf pacman brew; do
    command -v "$tool" >/dev/null 2>&1 || continue
    eval "names=\$names_$tool"
    case $tool in
      dnf) how="sudo dnf install" ;;
      pacman) how="sudo pacman -S --needed" ;;
      brew) how="brew install" ;;
    esac
    # shellcheck disable=SC2086,SC2154
    say "Netwright needs some packages. Install them with:" "
  $how" $names "
and run this again."
    exit 1
  done
  say "Netwright needs GTK 4 (4.8 or newer), libadwaita, OpenBLAS, json-glib, libarchive, SQLite and meson. Install them and run this again."
  exit 1
}

# set_up PURPOSE FOLDER [MESON ARGUMENT…]: configures once for each purpose. What ./run configured does
# not know the test tools that ./check has installed since.
set_up() {
  purpose=$1 folder=$2
  shift 2
  [ ! -f "$folder/.set-up-for-$purpose" ] || [ ! -f "$folder/build.ninja" ] || return 0
  [ ! -f "$folder/build.ninja" ] || set -- --reconfigure "$@"
  say "Configuring $folder …"
  log=$(mktemp)
  meson setup "$folder" "$@" >"$log" 2>&1 || build_failed
  rm -f "$log"
  touch "$folder/.set-up-for-$purpose"
}

# build FOLDER [TARGET…]: builds what changed.
build() {
  folder=$1
  shift
  ! ninja -C "$folder" -n "$@" 2>/dev/null | grep -q 'no work to do' || return 0
  say "Building $folder …"
  log=$(mktemp)
  ninja -C "$folder" "$@" >"$log" 2>&1 || build_failed
  rm -f "$log"
}

build_failed() {
  grep -E 'error|ERROR|FAILED' "$log" >&2 || tail -n 30 "$log" >&2
  say "The build failed; the whole log is in $log."
  exit 1
}

# run_tests FOLDER [MESON ARGUMENT…]: adds to $passed and $failed.
run_tests() {
  folder=$1
  shift
  meson test -C "$folder" --no-rebuild --print-errorlogs --timeout-multiplier 4 "$@" || true
  set -- "$(count_results "$folder" OK)" "$(count_results "$folder" FAIL)"
  passed=$((passed + $1))
  failed=$((failed + $2))
}

# Tests, not programs: TAP programs say how many sentences held.
count_results() {
  python3 - "$1/meson-logs/testlog.json" "$2" <<'PY'
import json, re, sys
ok = fail = 0
for line in open(sys.argv[1]):
    test = json.loads(line)
    passed = len(re.findall(r'^ok (?!.*# SKIP)', test.get('stdout', ''), re.M))
    bad = len(re.findall(r'^not ok ', test.get('stdout', ''), re.M))
    if test['result'] in ('OK', 'EXPECTEDFAIL'):
        ok += max(passed, 1)
    elif test['result'] != 'SKIP':
        ok += passed
        fail += max(bad, 1)
print(ok if sys.argv[2] == 'OK' else fail)
PY
}
