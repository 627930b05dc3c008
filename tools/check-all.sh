# The long part of ./check --all; sourced after the ordinary tests. Adds to $passed and $failed.

need_packages all
fuzz_seconds=${FUZZ_SECONDS:-60}

# Leaks: none with a frame of ours. tools/leaks.supp lists the platform's own, with reasons.
export LSAN_OPTIONS="suppressions=$PWD/tools/leaks.supp:print_suppressions=0"
asan="detect_stack_use_after_return=1:strict_string_checks=1"
# The software GL driver leaks as it is probed; the cairo renderer draws without it.
export GDK_DEBUG=gl-disable
export UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1"
export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1"

say "The history of runs survives two hundred kills"
if NETWRIGHT_TEST_KILLS=200 _build/tests/engine/test-store -p /store/survives-kill-9-at-any-moment; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
fi

say "AddressSanitizer and UndefinedBehaviorSanitizer: every test"
set_up check _build-asan --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false
build _build-asan
export ASAN_OPTIONS="$asan"
export NETWRIGHT_TEST_SLOWNESS=6
run_tests _build-asan --no-suite ui
# The platform is built without frame pointers: only the slow unwinder sees who asked GLib for memory.
export ASAN_OPTIONS="$asan:fast_unwind_on_malloc=0:malloc_context_size=10"
run_tests _build-asan --suite ui

say "ThreadSanitizer: the engine's tests"
set_up check _build-tsan --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false \
  -Dwindow=false -Ddouble=false
build _build-tsan
run_tests _build-tsan --suite engine

say "clang: everything compiles without a warning"
[ -f _build-clang/build.ninja ] || CC=clang set_up check _build-clang --buildtype=release -Dfuzz=true \
  -Db_sanitize=address,undefined -Db_lundef=false
build _build-clang
passed=$((passed + 1))

for target in _build-clang/tests/fuzz/fuzz-*; do
  [ -f "$target" ] || continue
  name=${target##*/}
  say "Fuzzing: $name for $fuzz_seconds s"
  found=$(mktemp -d)
  if "$target" -max_total_time="$fuzz_seconds" -rss_limit_mb=2048 -timeout=10 -verbosity=0 \
    -artifact_prefix="$found/" "$found" "tests/fuzz/corpus/${name#fuzz-}"; then
    passed=$((passed + 1))
  else
    say "$name found an input that fails; it is in $found."
    failed=$((failed + 1))
  fi
done
