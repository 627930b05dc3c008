/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Helpers that go wrong. The helper is this program, so main() can be whatever kind of bad helper a
 * test asks for. */
#include "nw-archive.h"
#include "nw-helper.h"
#include "test-folder.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

static void
crash(void)
{
  signal(SIGSEGV, SIG_DFL); /* also under a sanitizer */
  raise(SIGSEGV);
}

static void
spin(void)
{
  const struct rlimit second = {1, 1};

  setrlimit(RLIMIT_CPU, &second);
  signal(SIGXCPU, SIG_DFL);
  for (;;)
    ;
}

static void
complain(void)
{
  g_printerr("the 7th byte is strange");
  exit(1);
}

static void
be_silent(void)
{
  exit(0);
}

static const struct {
  const char *task;
  void (*run)(void);
  const char *piece; /* of the sentence; NULL: the helper seems to have done its work */
} bad_helpers[] = {
    {"--test-crash", crash, "“x.npz”: it is damaged so badly that its reader crashed"},
    {"--test-spin", spin, "“x.npz”: "},
    {"--test-complain", complain, "“x.npz”: the 7th byte is strange"},
    {"--test-be-silent", be_silent, NULL},
};

static void
test_bad_helpers(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_file(folder, "x.npz", "?", 1);

  for (gsize i = 0; i < G_N_ELEMENTS(bad_helpers); i++) {
    g_autoptr(GError) error = NULL;
    GMappedFile *mapped = nw_helper_run(bad_helpers[i].task, "", path, &error);

    if (bad_helpers[i].piece != NULL) {
      g_assert_null(mapped);
      test_assert_error(error, bad_helpers[i].piece);
      continue;
    }
    g_assert_no_error(error);
    g_assert_null(nw_archive_new_mapped(mapped, path, &error));
    test_assert_error(error, "“x.npz”: its reader gave no sensible answer");
  }
}

static void
test_missing_file(void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_helper_run("--read-archive", "", "/nonexistent/x.npz", &error));
  test_assert_error(error, "does not exist");
}

int
main(int argc, char **argv)
{
  int exit_code;

  for (gsize i = 0; argc == 3 && i < G_N_ELEMENTS(bad_helpers); i++)
    if (g_str_equal(argv[1], bad_helpers[i].task))
      bad_helpers[i].run();
  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/helper/one-that-goes-wrong-is-a-sentence", test_bad_helpers);
  g_test_add_func("/helper/a-missing-file-is-a-sentence", test_missing_file);
  return g_test_run();
}
