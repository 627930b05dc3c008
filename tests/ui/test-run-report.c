/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The report of a run. */
#include "nw-run-report.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define N_ROWS 400

static NwHistory *
history_new(gboolean has_epochs)
{
  const NwSeries steps[] = {{.name = (char *)"loss", .title = (char *)"total", .weight = 1}};
  const NwSeries epochs[] = {
      {.name = (char *)"loss", .title = (char *)"loss"},
      {.name = (char *)"val_loss", .title = (char *)"loss", .validation = TRUE},
      {.name = (char *)"digit_loss", .title = (char *)"loss", .output = (char *)"digit"},
      {.name = (char *)"val_digit_accuracy",
       .title = (char *)"accuracy",
       .output = (char *)"digit",
       .validation = TRUE,
       .higher_is_better = TRUE,
       .is_metric = TRUE},
  };
  const char *const outputs[] = {"digit", "risk", "labels", NULL};
  NwHistory *history = nw_history_new(steps, 1, epochs, 4, outputs, 10);

  for (guint e = 0; has_epochs && e < 5; e++) {
    double values[] = {1.0 / (e + 1), e == 3 ? NAN : 1.2 / (e + 1), 1, e / 5.0};

    for (guint s = 0; s < 10; s++) {
      double loss = 1.0 / (e + 0.1 * s + 0.5);
      nw_history_append_step(history, &loss);
    }
    nw_history_append_epoch(history, values, e + 1, e == 4);
  }
  return history;
}

static NwReport *
report_new(const char *output, NwHead head, gsize cols)
{
  g_autofree NwReal *p = g_new(NwReal, N_ROWS * cols), *y = g_new0(NwReal, N_ROWS * cols);
  GRand *rand = g_rand_new_with_seed((guint32)cols);
  NwReport *report;

  for (gsize i = 0; i < N_ROWS; i++) {
    double sum = 0;

    for (gsize c = 0; c < cols; c++) {
      p[i * cols + c] = (NwReal)g_rand_double_range(rand, 0.01, 0.99);
      sum += p[i * cols + c];
      if (head != NW_HEAD_SOFTMAX)
        y[i * cols + c] = g_rand_double(rand) < p[i * cols + c] ? 1 : 0;
    }
    if (head != NW_HEAD_SOFTMAX)
      continue;
    for (gsize c = 0; c < cols; c++)
      p[i * cols + c] /= (NwReal)sum;
    y[i * cols + (gsize)g_rand_int_range(rand, 0, (gint32)cols)] = 1;
  }
  g_rand_free(rand);
  report = nw_report_new(output, head, N_ROWS, cols, p, y, NULL, NULL, NULL);
  return report;
}

static char *
write_and_read(const NwRunReport *run, guint *n_pages)
{
  g_autofree char *folder = g_dir_make_tmp("nw-report-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "report.pdf", NULL);
  g_autofree char *tool = g_find_program_in_path("pdftotext");
  g_autofree char *content = NULL;
  g_autoptr(GError) error = NULL;
  char *text = NULL;
  gsize length;

  nw_run_report_write(run, path, &error);
  g_assert_no_error(error);
  g_file_get_contents(path, &content, &length, &error);
  g_assert_no_error(error);
  g_assert_cmpmem(content, 5, "%PDF-", 5);
  *n_pages = 0;
  if (tool != NULL) {
    char *argv[] = {tool, path, (char *)"-", NULL};

    g_spawn_sync(NULL, argv, NULL, 0, NULL, NULL, &text, NULL, NULL, &error);
    g_assert_no_error(error);
    for (const char *c = text; *c != '\0'; c++)
      *n_pages += *c == '\f';
  }
  g_unlink(path);
  g_assert_cmpint(g_rmdir(folder), ==, 0);
  return text;
}

static void
test_outputs(void)
{
  g_autoptr(NwProject) project = nw_project_new();
  g_autoptr(NwHistory) history = history_new(TRUE);
  char *outputs[] = {(char *)"digit", (char *)"risk", (char *)"labels", (char *)"price"};
  double losses[] = {0.3, 0.4, 0.5, NAN};
  NwReport *reports[] = {report_new("digit", NW_HEAD_SOFTMAX, 10),
                         report_new("risk", NW_HEAD_SIGMOID, 1),
                         report_new("labels", NW_HEAD_SIGMOID, 60), NULL};
  const NwEvaluation evaluation = {.samples = N_ROWS,
                                   .loss = 1.2,
                                   .n_outputs = 4,
                                   .outputs = outputs,
                                   .losses = losses,
                                   .reports = reports};
  const NwRunReport run = {.title = "three questions",
                           .when = "2 March 2025",
                           .ended = "Trained for 5 epochs.",
                           .project = project,
                           .history = history,
                           .evaluation = &evaluation,
                           .split = NW_SPLIT_TEST};
  static const char *const words[] = {"three questions",         "Trained for 5 epochs.",
                                      "Epoch 5 was the best",    "Outputs on the test split",
                                      "and 40 that are better",  "Confusion",
                                      "All labels, worst first", "Optimiser"};
  guint n_pages;
  g_autofree char *text = write_and_read(&run, &n_pages);

  for (guint i = 0; text != NULL && i < G_N_ELEMENTS(words); i++)
    if (strstr(text, words[i]) == NULL)
      g_error("the report does not say “%s”", words[i]);
  if (text != NULL) {
    g_assert_cmpuint(n_pages, >=, 3);
    g_assert_cmpuint(n_pages, <=, 8);
    g_assert_null(strstr(text, "nan"));
  }
  for (guint i = 0; i < 3; i++)
    nw_report_unref(reports[i]);
}

/* How often @part is in @text. */
static guint
count(const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
    n++;
  return n;
}

static char *
write_html(const NwRunReport *run)
{
  g_autofree char *folder = g_dir_make_tmp("nw-report-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "report.html", NULL);
  g_autoptr(GError) error = NULL;
  char *text;

  nw_run_report_write(run, path, &error);
  g_assert_no_error(error);
  g_file_get_contents(path, &text, NULL, &error);
  g_assert_no_error(error);
  g_unlink(path);
  g_assert_cmpint(g_rmdir(folder), ==, 0);
  return text;
}

/* Every id is given once, and every reference finds one. */
static void
assert_ids(const char *html)
{
  g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GRegex) given = g_regex_new(" id=\"([^\"]*)\"", 0, 0, NULL);
  g_autoptr(GRegex) used = g_regex_new("(?:href=\"#|url\\(#)([^\")]*)", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL, uses = NULL;

  for (g_regex_match(given, html, 0, &match); g_match_info_matches(match);
       g_match_info_next(match, NULL))
    g_assert_true(g_hash_table_add(ids, g_match_info_fetch(match, 1)));
  g_assert_cmpuint(g_hash_table_size(ids), >, 10);
  for (g_regex_match(used, html, 0, &uses); g_match_info_matches(uses);
       g_match_info_next(uses, NULL)) {
    g_autofree char *id = g_match_info_fetch(uses, 1);
    g_assert_true(g_hash_table_contains(ids, id));
  }
}

static void
test_html(void)
{
  g_autoptr(NwProject) project = nw_project_new();
  g_autoptr(NwHistory) history = history_new(TRUE);
  char *outputs[] = {(char *)"digit", (char *)"<risk> & \"more\"", (char *)"labels"};
  double losses[] = {0.3, 0.4, 0.5};
  NwReport *reports[] = {report_new("digit", NW_HEAD_SOFTMAX, 10),
                         report_new("<risk> & \"more\"", NW_HEAD_SIGMOID, 1),
                         report_new("labels", NW_HEAD_SIGMOID, 60)};
  const NwEvaluation evaluation = {.samples = N_ROWS,
                                   .loss = 1.2,
                                   .n_outputs = 3,
                                   .outputs = outputs,
                                   .losses = losses,
                                   .reports = reports};
  NwRunReport run = {.title = "three <questions>",
                     .project = project,
                     .history = history,
                     .evaluation = &evaluation,
                     .split = NW_SPLIT_TEST};
  g_autofree char *html = NULL;

  nw_run_report_take_origin(&run);
  html = write_html(&run);
  g_assert_true(g_str_has_prefix(html, "<!DOCTYPE html>\n<html lang="));
  g_assert_true(g_utf8_validate(html, -1, NULL));
  g_assert_nonnull(strstr(html, "<h1>three &lt;questions&gt;</h1>"));
  g_assert_nonnull(strstr(html, "&lt;risk&gt; &amp; &quot;more&quot;"));
  g_assert_null(strstr(html, "<risk>"));
  g_assert_nonnull(strstr(html, "95 % interval"));
  g_assert_nonnull(strstr(html, "Every label of “labels”"));
  g_assert_nonnull(strstr(html, run.build));
  /* Nothing comes from elsewhere, and nothing runs. */
  g_assert_cmpuint(count(html, "<script"), ==, 0);
  g_assert_cmpuint(count(html, "src="), ==, 0);
  g_assert_cmpuint(count(html, "@import"), ==, 0);
  g_assert_cmpuint(count(html, "http"), ==, count(html, "http://www.w3.org/"));
  /* Each plot in light and in dark, both with words; tables with heads and captions. */
  g_assert_cmpuint(count(html, "<svg"), >, 10);
  g_assert_cmpuint(count(html, "<svg class=\"light\" role=\"img\" aria-label=\""), ==,
                   count(html, "<svg") / 2);
  g_assert_cmpuint(count(html, "<svg class=\"dark\" role=\"img\" aria-label=\""), ==,
                   count(html, "<svg") / 2);
  g_assert_cmpuint(count(html, "aria-label=\"\""), ==, 0);
  g_assert_nonnull(strstr(html, "prefers-color-scheme:dark"));
  g_assert_cmpuint(count(html, "<table>"), ==, count(html, "</table>"));
  g_assert_cmpuint(count(html, "<table>"), ==, count(html, "<caption>"));
  g_assert_cmpuint(count(html, "<table>"), ==, count(html, "<thead>"));
  g_assert_cmpuint(count(html, "<tr"), ==, count(html, "</tr>"));
  g_assert_cmpuint(count(html, "<dl>"), ==, count(html, "</dl>"));
  assert_ids(html);
  for (guint i = 0; i < 3; i++)
    nw_report_unref(reports[i]);
}

/* Two hundred outputs: all in the table, the worst with diagrams, and a file that can be opened. */
static void
test_two_hundred(void)
{
  enum { N = 200 };
  g_autoptr(NwProject) project = nw_project_new();
  g_autoptr(NwHistory) history = history_new(TRUE);
  g_autofree char **outputs = g_new0(char *, N + 1);
  g_autofree double *losses = g_new0(double, N);
  g_autofree NwReport **reports = g_new0(NwReport *, N);
  NwEvaluation evaluation = {.samples = N_ROWS,
                             .loss = 1.2,
                             .n_outputs = N,
                             .outputs = outputs,
                             .losses = losses,
                             .reports = reports};
  const NwRunReport run = {.title = "many",
                           .project = project,
                           .history = history,
                           .evaluation = &evaluation,
                           .split = NW_SPLIT_TEST};
  g_autofree char *html = NULL;

  for (guint i = 0; i < N; i++) {
    outputs[i] = g_strdup_printf("output %03u", i);
    reports[i] = report_new(outputs[i], NW_HEAD_SIGMOID, 1);
  }
  html = write_html(&run);
  for (guint i = 0; i < N; i++) {
    g_autofree char *cell = g_strdup_printf(">output %03u</th>", i);
    g_assert_nonnull(strstr(html, cell));
  }
  g_assert_cmpuint(count(html, "<h2"), <, 25);
  g_assert_nonnull(strstr(html, "The other 188 outputs are better calibrated"));
  g_assert_cmpuint(strlen(html), <, 8000000);
  for (guint i = 0; i < N; i++) {
    g_free(outputs[i]);
    nw_report_unref(reports[i]);
  }
}

static void
test_nothing(void)
{
  g_autoptr(NwProject) project = nw_project_new();
  g_autoptr(NwHistory) history = history_new(FALSE);
  const NwRunReport run = {.title = "empty", .project = project, .history = history};
  guint n_pages;
  g_autofree char *text = write_and_read(&run, &n_pages);

  if (text != NULL) {
    g_assert_nonnull(strstr(text, "No epoch was finished"));
    g_assert_cmpuint(n_pages, ==, 1);
  }
}

static void
test_folder_missing(void)
{
  g_autoptr(NwProject) project = nw_project_new();
  g_autoptr(NwHistory) history = history_new(FALSE);
  const NwRunReport run = {.title = "empty", .project = project, .history = history};
  g_autoptr(GError) error = NULL;

  g_assert_false(nw_run_report_write(&run, "/no/such/folder/report.pdf", &error));
  g_assert_nonnull(error);
  g_assert_cmpuint(strlen(error->message), >, 10);
  g_clear_error(&error);
  g_assert_false(nw_run_report_write(&run, "/tmp/report.doc", &error));
  g_assert_nonnull(strstr(error->message, "end the name in .pdf or .html"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/run-report/shows-every-kind-of-output", test_outputs);
  g_test_add_func("/run-report/as-html-needs-no-other-file-and-no-eyes", test_html);
  g_test_add_func("/run-report/of-two-hundred-outputs-stays-readable", test_two_hundred);
  g_test_add_func("/run-report/of-a-run-without-epochs-says-so", test_nothing);
  g_test_add_func("/run-report/that-cannot-be-written-is-a-sentence", test_folder_missing);
  return g_test_run();
}
