/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-table-private.h"
#include "test-folder.h"

#include <locale.h>
#include <math.h>

static NwTable *
read_text(const char *text, gssize length, const NwReadOptions *options, GError **error)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_file(folder, "t.csv", text, length);

  return nw_table_read(path, options, error);
}

static NwTable *
read_good(const char *text)
{
  g_autoptr(GError) error = NULL;
  NwTable *table = read_text(text, -1, NULL, &error);

  g_assert_no_error(error);
  return table;
}

static double
number(const NwTable *table, gsize row, gsize column)
{
  double value;

  nw_table_get_numbers(table, column, row, 1, &value);
  return value;
}

static void
assert_cells(const NwTable *table, gsize row, const char *const *expected)
{
  for (gsize i = 0; expected[i] != NULL; i++) {
    g_autofree char *cell = nw_table_dup_cell(table, row, i);
    g_assert_cmpstr(cell, ==, expected[i]);
  }
}

static void
test_plain(void)
{
  g_autoptr(NwTable) table = read_good("a,b,name\n1,2.5,x\n-3,1e2,y\n");

  g_assert_cmpuint(nw_table_get_n_columns(table), ==, 3);
  g_assert_cmpuint(nw_table_get_n_rows(table), ==, 2);
  g_assert_cmpint(nw_table_get_delimiter(table), ==, NW_DELIMITER_COMMA);
  g_assert_cmpint(nw_table_get_header(table), ==, NW_HEADER_YES);
  g_assert_cmpstr(nw_table_get_column(table, 1)->name, ==, "b");
  g_assert_cmpfloat(number(table, 1, 0), ==, -3);
  g_assert_cmpfloat(number(table, 1, 1), ==, 100);
  g_assert_true(nw_table_get_column(table, 2)->is_text);
  g_assert_cmpstr(nw_table_get_text(table, 1, 2), ==, "y");
  g_assert_cmpint(nw_table_find(table, "name"), ==, 2);
  g_assert_cmpint(nw_table_find(table, "missing"), ==, -1);
  g_assert_cmpuint(nw_table_get_line(table, 1), ==, 3);
}

static void
test_quotes(void)
{
  g_autoptr(NwTable) table =
      read_good("id,text,n\r\n1,\"two\r\nlines, \"\"quoted\"\"\",3\r\n2,\"\",4\r\n");
  const char *const first[] = {"1", "two\r\nlines, \"quoted\"", "3", NULL};

  assert_cells(table, 0, first);
  g_assert_null(nw_table_get_text(table, 1, 1));
  g_assert_cmpuint(nw_table_get_column(table, 1)->missing, ==, 1);
  g_assert_cmpuint(nw_table_get_line(table, 0), ==, 2);
  g_assert_cmpuint(nw_table_get_line(table, 1), ==, 4);
}

static void
test_newlines(void)
{
  const char *const texts[] = {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r",
                               "a,b\n1,2\n\n\n3,4",
                               "\uFEFFa,b\n1,2\n3,4\n"};

  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(NwTable) table = read_good(texts[i]);
    g_assert_cmpuint(nw_table_get_n_rows(table), ==, 2);
    g_assert_cmpuint(nw_table_get_n_columns(table), ==, 2);
    g_assert_cmpstr(nw_table_get_column(table, 0)->name, ==, "a");
    g_assert_cmpfloat(number(table, 1, 1), ==, 4);
  }
}

static void
test_delimiters(void)
{
  g_autoptr(NwTable) semicolon = read_good("a;b\n1,5;2,25\n-0,5;1e3\n");
  g_autoptr(NwTable) tab = read_good("a\tb\n1,5\t2\nx\t3\n");
  g_autoptr(NwTable) one = read_good("a\n1\n2\n");
  const NwReadOptions comma = {NULL, NW_DELIMITER_COMMA, NW_HEADER_NO};
  g_autoptr(NwTable) forced = read_text("1;2,3\n", -1, &comma, NULL);

  g_assert_cmpint(nw_table_get_delimiter(semicolon), ==, NW_DELIMITER_SEMICOLON);
  g_assert_cmpfloat(number(semicolon, 0, 0), ==, 1.5);
  g_assert_cmpfloat(number(semicolon, 0, 1), ==, 2.25);
  g_assert_cmpfloat(number(semicolon, 1, 0), ==, -0.5);
  g_assert_cmpint(nw_table_get_delimiter(tab), ==, NW_DELIMITER_TAB);
  g_assert_cmpstr(nw_table_get_text(tab, 0, 0), ==, "1,5");
  g_assert_cmpuint(nw_table_get_n_columns(one), ==, 1);
  g_assert_cmpuint(nw_table_get_n_columns(forced), ==, 2);
  g_assert_cmpstr(nw_table_get_text(forced, 0, 0), ==, "1;2");
}

static void
test_headers(void)
{
  const struct {
    const char *text;
    NwHeader header;
  } cases[] = {
      {"5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n", NW_HEADER_NO},
      {"width,species\n5.1,setosa\n", NW_HEADER_YES},
      {"0,1,label\n0.5,0.25,3\n", NW_HEADER_YES},
      {",x\n0,5\n1,6\n", NW_HEADER_YES},
      {"colour,shape\nred,round\nblue,square\n", NW_HEADER_YES},
      {"red,round\nblue,square\nred,square\n", NW_HEADER_NO},
      {"1,2\n3,4\n", NW_HEADER_NO},
      {"?,2\n3,4\n", NW_HEADER_NO},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(NwTable) table = read_good(cases[i].text);
    g_assert_cmpint(nw_table_get_header(table), ==, cases[i].header);
  }
}

static void
test_names(void)
{
  g_autoptr(NwTable) table = read_good("x,,x,x\n1,2,3,4\n");
  g_autoptr(NwTable) unnamed = read_good("1,2\n3,4\n");

  g_assert_cmpstr(nw_table_get_column(table, 0)->name, ==, "x");
  g_assert_cmpstr(nw_table_get_column(table, 1)->name, ==, "column 2");
  g_assert_cmpstr(nw_table_get_column(table, 2)->name, ==, "x (3)");
  g_assert_cmpstr(nw_table_get_column(table, 3)->name, ==, "x (4)");
  g_assert_cmpstr(nw_table_get_column(unnamed, 1)->name, ==, "column 2");
  g_assert_cmpuint(nw_table_get_line(unnamed, 0), ==, 1);
}

static void
test_missing(void)
{
  g_autoptr(NwTable) table = read_good("a,b\n1,x\n,NA\n?,\nNaN,n/a\n<NA>, \n-1.#IND,NULL\n2,y\n");
  const NwTableColumn *a = nw_table_get_column(table, 0), *b = nw_table_get_column(table, 1);

  g_assert_false(a->is_text);
  g_assert_cmpuint(a->missing, ==, 5);
  g_assert_true(isnan(number(table, 1, 0)));
  g_assert_cmpuint(b->missing, ==, 5);
  g_assert_cmpuint(b->n_values, ==, 2);
}

static void
test_encodings(void)
{
  g_autoptr(NwTable) utf8 = read_good("n,stadt\n1,Zürich\n2,Łódź\n");
  g_autoptr(NwTable) windows = read_good("n,stadt\n1,Z\xfcrich\n2,\x80 5 \x96 \x81\n");

  g_assert_cmpstr(nw_table_get_text(utf8, 0, 1), ==, "Zürich");
  g_assert_cmpstr(nw_table_get_text(windows, 0, 1), ==, "Zürich");
  g_assert_cmpstr(nw_table_get_text(windows, 1, 1), ==, "€ 5 – \xef\xbf\xbd");
}

static void
test_statistics(void)
{
  g_autoptr(NwTable) table = read_good("a,b,c\n1,u,inf\n3,v,0\n5,u,0.25\n,u,1\n");
  const NwTableColumn *a = nw_table_get_column(table, 0), *b = nw_table_get_column(table, 1),
                      *c = nw_table_get_column(table, 2);

  g_assert_cmpuint(a->rows, ==, 4);
  g_assert_cmpuint(a->missing, ==, 1);
  g_assert_cmpfloat(a->min, ==, 1);
  g_assert_cmpfloat(a->max, ==, 5);
  g_assert_cmpfloat(a->mean, ==, 3);
  g_assert_cmpfloat_with_epsilon(a->sd, sqrt(8.0 / 3), 1e-12);
  g_assert_true(a->whole);
  g_assert_cmpuint(a->bins[0], ==, 1);
  g_assert_cmpuint(a->bins[10], ==, 1);
  g_assert_cmpuint(a->bins[19], ==, 1);
  g_assert_cmpuint(a->n_values, ==, 3);
  g_assert_cmpstr(a->values[2].text, ==, "5");
  g_assert_cmpuint(b->n_values, ==, 2);
  g_assert_cmpstr(b->values[0].text, ==, "u");
  g_assert_cmpuint(b->values[0].count, ==, 3);
  g_assert_cmpuint(c->infinite, ==, 1);
  g_assert_false(c->whole);
}

static void
test_guesses(void)
{
  g_autoptr(GString) text = g_string_new("id,width,flag,yes,remark,empty,k,even\n");
  const NwColumnKind expected[] = {NW_COLUMN_NUMBER,   NW_COLUMN_NUMBER, NW_COLUMN_BINARY,
                                   NW_COLUMN_BINARY,   NW_COLUMN_IGNORE, NW_COLUMN_IGNORE,
                                   NW_COLUMN_CATEGORY, NW_COLUMN_BINARY};
  g_autoptr(NwTable) table = NULL;

  for (int i = 0; i < 60; i++)
    g_string_append_printf(text, "%d,%d.5,%d,%s,remark %d,,%d,%d\n", i, i % 7, i % 2,
                           i % 3 ? "True" : "False", i, i % 10, i % 2);
  table = read_good(text->str);
  for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
    g_assert_cmpint(nw_table_get_column(table, i)->guess, ==, expected[i]);
}

static void
test_numbers(void)
{
  const char *const good[] = {"0",
                              "-0",
                              "+5",
                              ".5",
                              "5.",
                              "1e5",
                              "1E-5",
                              "123456789012345678901234567890",
                              "0.1",
                              "2.2250738585072014e-308",
                              "1.7976931348623157e308",
                              "4.9e-324",
                              "0.000000000000000000000000000123",
                              "9007199254740993",
                              "1e23"};
  const char *const bad[] = {"",    "-",     ".",   "e5",  "1e",  "1e+",  "0x10",
                             "1 2", "1_000", "1,5", "12a", "--1", "1.2.3"};
  double value;

  setlocale(LC_ALL, ""); /* whatever the person's is, it must not matter */
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    g_assert_true(nw_text_to_number(good[i], strlen(good[i]), FALSE, &value));
    g_assert_cmpfloat(value, ==, g_ascii_strtod(good[i], NULL));
  }
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    g_assert_false(nw_text_to_number(bad[i], strlen(bad[i]), FALSE, &value));
  g_assert_true(nw_text_to_number("-Infinity", 9, FALSE, &value));
  g_assert_true(isinf(value) && value < 0);
}

/* Against the C library, on numbers as programs write them. */
static void
test_random_numbers(void)
{
  for (int i = 0; i < 20000; i++) {
    const char *const formats[] = {"%.17g", "%.6f", "%.3e", "%.12f"};
    double exact = ldexp(g_test_rand_double_range(-1, 1), g_test_rand_int_range(-60, 60)), value;
    g_autofree char *text = g_strdup_printf(formats[i % 4], exact);

    g_assert_true(nw_text_to_number(text, strlen(text), FALSE, &value));
    g_assert_cmpfloat(value, ==, g_ascii_strtod(text, NULL));
  }
}

static void
test_bad_files(void)
{
  const struct {
    const char *text;
    gssize length;
    const char *piece;
  } cases[] = {
      {"", 0, "“t.csv” is empty"},
      {"\n\n\n", 3, "“t.csv” is empty"},
      {"a,b\n1,2\n3\n", -1, "“t.csv”, line 3: the row has 1 of 2 cells"},
      {"a,b\n\"x\ny\",2\n3,4,5\n", -1, "line 4: the row has 3 of 2 cells"},
      {"a,b\n1,\"2\n3,4\n", -1, "line 2: a quoted cell does not end"},
      {"a,\"b", -1, "line 1: a quoted cell does not end"},
      {"\xff\xfe"
       "a\0",
       4, "is UTF-16 text; save it as UTF-8"},
      {"a,b\n1,\0\n", 8, "it has bytes that are 0"},
  };
  const NwReadOptions csv = {nw_reader_find("csv"), NW_DELIMITER_AUTO, NW_HEADER_AUTO};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(read_text(cases[i].text, cases[i].length, &csv, &error));
    test_assert_error(error, cases[i].piece);
  }
}

static void
test_no_such_file(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *missing = test_folder_path(folder, "missing.csv");
  g_autofree char *strange = test_folder_file(folder, "a.bin", "\0\1\2", 3);
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_table_read(missing, NULL, &error));
  test_assert_error(error, "missing.csv” does not exist");
  g_clear_error(&error);
  g_assert_null(nw_table_read(folder->path, NULL, &error));
  test_assert_error(error, "is a folder, not a file");
  g_clear_error(&error);
  g_assert_null(nw_table_read(strange, NULL, &error));
  test_assert_error(error, "“a.bin” is of no kind that can be read here");
}

static void
test_header_alone(void)
{
  g_autoptr(NwTable) table = read_good("a,b,c\n");

  g_assert_cmpuint(nw_table_get_n_rows(table), ==, 0);
  g_assert_cmpstr(nw_table_get_column(table, 2)->name, ==, "c");
}

static void
test_hash(void)
{
  g_autoptr(NwTable) table = read_good("a\n1\n");

  /* printf 'a\n1\n' | sha256sum */
  g_assert_cmpstr(nw_table_get_hash(table), ==,
                  "309b0e45a73d3fc5325e2b6ed0a01ef8b9cde6b05a5633c1f893f970d52bfddc");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/csv/numbers-and-text-have-types", test_plain);
  g_test_add_func("/csv/quotes-hold-delimiters-newlines-and-doubled-quotes", test_quotes);
  g_test_add_func("/csv/every-newline-and-a-byte-order-mark-are-understood", test_newlines);
  g_test_add_func("/csv/the-delimiter-is-found-or-forced", test_delimiters);
  g_test_add_func("/csv/a-row-of-names-is-told-from-data", test_headers);
  g_test_add_func("/csv/every-column-gets-a-name-of-its-own", test_names);
  g_test_add_func("/csv/markers-of-missing-cells-are-known", test_missing);
  g_test_add_func("/csv/text-that-is-no-utf-8-is-windows-1252", test_encodings);
  g_test_add_func("/csv/statistics-leave-out-what-is-not-finite", test_statistics);
  g_test_add_func("/csv/kinds-are-guessed", test_guesses);
  g_test_add_func("/csv/numbers-are-read-in-the-c-locale", test_numbers);
  g_test_add_func("/csv/numbers-are-correctly-rounded", test_random_numbers);
  g_test_add_func("/csv/a-bad-file-is-a-sentence-with-its-line", test_bad_files);
  g_test_add_func("/csv/what-cannot-be-opened-is-a-sentence", test_no_such_file);
  g_test_add_func("/csv/a-header-alone-is-a-table-without-rows", test_header_alone);
  g_test_add_func("/csv/a-table-knows-the-hash-of-its-file", test_hash);
  return g_test_run();
}
