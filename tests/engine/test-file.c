/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-error.h"
#include "nw-file.h"
#include "nw-json.h"
#include "test-folder.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void
assert_content(const char *path, const char *expected)
{
  g_autofree char *content = NULL;
  gsize length = 0;
  g_autoptr(GError) error = NULL;

  content = nw_file_read(path, 1000, &length, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(length, ==, strlen(expected));
  g_assert_cmpstr(content, ==, expected);
}

static void
test_write(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "a.txt");
  g_autoptr(GError) error = NULL;

  g_assert_true(nw_file_write_atomic(path, "one", 3, &error));
  assert_content(path, "one");
  g_assert_true(nw_file_write_atomic(path, "three", 5, &error));
  assert_content(path, "three");
  g_assert_cmpuint(test_folder_count(folder), ==, 1);
}

static void
test_link_stays(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "real.txt");
  g_autofree char *link = test_folder_path(folder, "link.txt");
  struct stat info;

  g_assert_true(nw_file_write_atomic(path, "one", 3, NULL));
  g_assert_cmpint(symlink("real.txt", link), ==, 0);
  g_assert_true(nw_file_write_atomic(link, "two", 3, NULL));
  assert_content(path, "two");
  g_assert_cmpint(lstat(link, &info), ==, 0);
  g_assert_true(S_ISLNK(info.st_mode));
}

static void
test_abandoned_writer(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "a.txt");
  NwFileWriter *writer;

  g_assert_true(nw_file_write_atomic(path, "old", 3, NULL));
  writer = nw_file_writer_new(path, NULL);
  g_assert_true(nw_file_writer_write(writer, "new and half", 12, NULL));
  nw_file_writer_free(writer);
  assert_content(path, "old");
  g_assert_cmpuint(test_folder_count(folder), ==, 1);
}

/* A limit on file size stands for a full disk: write() fails halfway in the same manner. */
static void
test_full_disk(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "a.txt");
  g_autofree char *large = g_malloc0(100000);
  g_autoptr(GError) error = NULL;
  struct rlimit old, small;

  g_assert_true(nw_file_write_atomic(path, "old", 3, NULL));
  signal(SIGXFSZ, SIG_IGN);
  g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
  small = (struct rlimit){50000, old.rlim_max};
  g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false(nw_file_write_atomic(path, large, 100000, &error));
  g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
  test_assert_error(error, "could not be saved");
  test_assert_error(error, "what was there before is unchanged");
  assert_content(path, "old");
  g_assert_cmpuint(test_folder_count(folder), ==, 1);
}

static void
test_unwritable(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *missing = test_folder_path(folder, "no/such/a.txt");
  g_autoptr(GError) error = NULL;

  g_assert_false(nw_file_write_atomic(missing, "x", 1, &error));
  test_assert_error(error, "could not be saved");
  g_clear_error(&error);
  g_assert_false(nw_file_write_atomic(folder->path, "x", 1, &error));
  test_assert_error(error, "could not be saved");
}

static void
test_read_faults(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "a.txt");
  g_autofree char *missing = test_folder_path(folder, "missing.txt");
  g_autofree char *pipe = test_folder_path(folder, "pipe");
  g_autoptr(GError) error = NULL;
  gsize length;

  g_assert_null(nw_file_read(missing, 10, &length, &error));
  test_assert_error(error, "missing.txt” does not exist");
  g_clear_error(&error);
  g_assert_null(nw_file_read(folder->path, 10, &length, &error));
  test_assert_error(error, "is a folder, not a file");
  g_clear_error(&error);
  g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
  g_assert_null(nw_file_read(pipe, 10, &length, &error));
  test_assert_error(error, "is not a file");
  g_clear_error(&error);
  g_assert_true(nw_file_write_atomic(path, "01234567890", 11, NULL));
  g_assert_null(nw_file_read(path, 10, &length, &error));
  test_assert_error(error, "is too large");
}

static JsonNode *
parse(const char *text, GError **error)
{
  return nw_json_parse(text, strlen(text), "p.json", 1000, error);
}

static void
test_json_refused(void)
{
  g_autofree char *deep = g_strnfill(100000, '[');
  const struct {
    const char *text, *piece;
  } cases[] = {
      {"", "it is empty"},
      {"{\"a\": 1", "p.json is not valid JSON (line 1)"},
      {"{\n\"a\": \n/* \" */ 1}", "(line 3): a character that cannot stand there"},
      {"{\"a\": \"\xff\"}", "it is no UTF-8 text"},
      {deep, "nested too deeply"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(parse(cases[i].text, &error));
    test_assert_error(error, cases[i].piece);
  }
}

static void
test_json_wrong_types(void)
{
  g_autoptr(JsonNode) root =
      parse("{\"n\": 3, \"t\": \"x\", \"l\": [\"a\", 2], \"z\": null}", NULL);
  JsonObject *object = json_node_get_object(root);
  const NwChoice choices[] = {{"a", "A"}, {"b", "B"}, {NULL, NULL}};
  g_autoptr(GError) error = NULL;
  const char *text = "kept";
  gint64 integer = 0;
  double number = 0;
  int choice = 7;
  char **texts = NULL;

  g_assert_true(nw_json_get_text(object, "z", "here", &text, &error));
  g_assert_true(nw_json_get_text(object, "missing", "here", &text, &error));
  g_assert_cmpstr(text, ==, "kept");
  g_assert_true(nw_json_get_number(object, "n", "here", &number, &error));
  g_assert_cmpfloat(number, ==, 3);
  g_assert_false(nw_json_get_text(object, "n", "layer 2", &text, &error));
  test_assert_error(error, "layer 2: “n” must be text");
  g_clear_error(&error);
  g_assert_false(nw_json_get_integer(object, "t", "here", &integer, &error));
  test_assert_error(error, "must be a whole number");
  g_clear_error(&error);
  g_assert_false(nw_json_get_texts(object, "l", "here", &texts, &error));
  test_assert_error(error, "must be a list of texts");
  g_clear_error(&error);
  g_assert_false(nw_json_get_choice(object, "t", "here", choices, &choice, &error));
  test_assert_error(error, "“t” is “x”, it must be one of a, b");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/file/a-written-file-replaces-the-old-one", test_write);
  g_test_add_func("/file/a-link-stays-a-link", test_link_stays);
  g_test_add_func("/file/a-writer-freed-before-commit-changes-nothing", test_abandoned_writer);
  g_test_add_func("/file/the-old-file-survives-a-full-disk", test_full_disk);
  g_test_add_func("/file/what-cannot-be-written-is-a-sentence", test_unwritable);
  g_test_add_func("/file/what-cannot-be-read-is-a-sentence", test_read_faults);
  g_test_add_func("/json/what-is-no-json-is-refused-with-its-line", test_json_refused);
  g_test_add_func("/json/a-wrong-type-is-a-sentence", test_json_wrong_types);
  return g_test_run();
}
