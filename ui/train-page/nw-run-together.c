/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-together.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "nw-plot-text.h"
#include "nw-run.h"
#include "nw-try-window.h"

/* ── what is judged ──────────────────────────────────────────────────────────────────────────── */

typedef struct {
  char *title;
  NwProject *project;
  NwWeights *weights; /* NULL until they are read again */
  char *store;        /* (nullable) where it is written down, and its number there */
  gint64 id;
  GPtrArray *reports; /* (nullable) as nw_joint_evaluate() gives */
} Member;

/* The thread's while it runs, then the window's. */
typedef struct {
  GPtrArray *members; /* Member */
  NwRun *run;         /* (nullable) one of this session, which inputs can be tried with */
  guint shown;        /* which of the members it is */
  NwDataset *dataset; /* NULL until it is read again */
  NwSplit split;
  gsize n_rows;
  GPtrArray *together; /* reports */
} Job;

static void
member_free(gpointer data)
{
  Member *member = data;

  g_free(member->title);
  g_free(member->store);
  nw_project_unref(member->project);
  g_clear_pointer(&member->weights, nw_weights_unref);
  g_clear_pointer(&member->reports, g_ptr_array_unref);
  g_free(member);
}

static void
job_free(gpointer data)
{
  Job *job = data;

  g_ptr_array_unref(job->members);
  g_clear_object(&job->run);
  g_clear_pointer(&job->dataset, nw_dataset_unref);
  g_clear_pointer(&job->together, g_ptr_array_unref);
  g_free(job);
}

static Job *
job_new(GListModel *runs)
{
  Job *job = g_new0(Job, 1);

  job->members = g_ptr_array_new_with_free_func(member_free);
  for (guint i = 0; i < g_list_model_get_n_items(runs); i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(runs, i);
    Member *member = g_new0(Member, 1);
    NwWeights *weights = nw_run_get_weights(run);

    member->title = nw_run_dup_title(run);
    member->project = nw_project_ref(nw_run_get_project(run));
    member->store = g_strdup(nw_run_get_store(run, &member->id));
    member->weights = weights ? nw_weights_ref(weights) : NULL;
    g_ptr_array_add(job->members, member);
    if (!job->run && weights && nw_run_get_dataset(run)) {
      job->run = g_object_ref(run);
      job->shown = i;
      job->dataset = nw_dataset_ref(nw_run_get_dataset(run));
    }
  }
  return job;
}

/* ── the thread ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
fail(GError **error, const char *format, const Member *member)
{
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, format, member->title);
  return FALSE;
}

/* What the run left in the history: weights, and the data, if nobody has them yet. */
static gboolean
read_again(Job *job, Member *member, GError **error)
{
  g_autoptr(NwStore) store = NULL;
  g_autoptr(NwStoredRun) stored = NULL;

  if (member->weights && job->dataset)
    return TRUE;
  if (!member->store)
    return fail(error, _("“%s” left no weights; select runs that did."), member);
  store = nw_store_open(member->store, NW_STORE_READ, error);
  stored = store ? nw_store_find_run(store, member->id, error) : NULL;
  if (!stored)
    return FALSE;
  if (!member->weights)
    member->weights = nw_stored_run_load_weights(stored, member->project, error);
  if (!member->weights)
    return FALSE;
  if (!job->dataset)
    job->dataset = nw_stored_run_load_dataset(stored, member->project, error);
  else if (stored->data_hash && nw_dataset_get_hash(job->dataset) &&
           !g_str_equal(stored->data_hash, nw_dataset_get_hash(job->dataset)))
    return fail(
        error,
        _("The data have changed since “%s” was trained; judge it together with runs on the "
          "same data."),
        member);
  return job->dataset != NULL;
}

static gboolean
read_all(Job *job, GError **error)
{
  const Member *first = g_ptr_array_index(job->members, 0);

  for (guint i = 0; i < job->members->len; i++) {
    Member *member = g_ptr_array_index(job->members, i);

    if (!nw_data_settings_equal(nw_project_get_data(first->project),
                                nw_project_get_data(member->project)))
      return fail(
          error,
          _("“%s” was trained on other data than the first of the selected runs, or on other "
            "parts of them, or prepared otherwise; what it held out is not what the others "
            "did."),
          member);
    if (!read_again(job, member, error))
      return FALSE;
  }
  return TRUE;
}

/* Test rows, else validation rows: those that nobody was trained on. */
static gboolean
choose_split(Job *job, GError **error)
{
  job->split = NW_SPLIT_TEST;
  nw_dataset_get_split(job->dataset, job->split, &job->n_rows);
  if (job->n_rows > 0)
    return TRUE;
  job->split = NW_SPLIT_VALIDATION;
  nw_dataset_get_split(job->dataset, job->split, &job->n_rows);
  if (job->n_rows == 0)
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("There is nothing held out to judge on; give the test part some rows on "
                          "the Data page and train again."));
  return job->n_rows > 0;
}

static GPtrArray *
judge(Job *job, guint first, guint n, GError **error)
{
  g_autofree NwWeights **weights = g_new(NwWeights *, n);
  g_autofree NwProject **projects = g_new(NwProject *, n);
  NwMembers members = {.weights = weights, .n_weights = n, .projects = projects};

  for (guint i = 0; i < n; i++) {
    const Member *member = g_ptr_array_index(job->members, first + i);
    weights[i] = member->weights;
    projects[i] = member->project;
  }
  return nw_joint_evaluate(projects[0], &members, job->dataset, job->split, 0, error);
}

static gboolean
judge_all(Job *job, GError **error)
{
  for (guint i = 0; i < job->members->len; i++) {
    Member *member = g_ptr_array_index(job->members, i);

    member->reports = judge(job, i, 1, error);
    if (!member->reports)
      return FALSE;
  }
  job->together = judge(job, 0, job->members->len, error);
  return job->together != NULL;
}

static void
judge_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (read_all(job, &error) && choose_split(job, &error) && judge_all(job, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

/* ── the table ───────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  const char *title;
  double (*get)(const NwReportSummary *summary);
  gboolean is_share;
} Column;

static double
get_loss(const NwReportSummary *summary)
{
  return summary->log_loss;
}

static double
get_accuracy(const NwReportSummary *summary)
{
  return summary->accuracy;
}

static double
get_ece(const NwReportSummary *summary)
{
  return summary->ece;
}

static double
get_brier(const NwReportSummary *summary)
{
  return summary->brier;
}

static double
get_rmse(const NwReportSummary *summary)
{
  return summary->rmse;
}

static double
get_mae(const NwReportSummary *summary)
{
  return summary->mae;
}

static const Column of_probabilities[] = {{N_("log loss"), get_loss},
                                          {N_("accuracy"), get_accuracy, TRUE},
                                          {N_("ECE"), get_ece, TRUE},
                                          {N_("Brier"), get_brier},
                                          {NULL}};
static const Column of_values[] = {{N_("RMSE"), get_rmse}, {N_("MAE"), get_mae}, {NULL}};

static const Column *
get_columns(NwReport *report)
{
  return nw_report_get_summary(report)->head == NW_HEAD_VALUES ? of_values : of_probabilities;
}

static void
attach(GtkGrid *grid, const char *text, int column, int row, const char *style)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), column > 0 ? 1 : 0);
  gtk_widget_add_css_class(label, "nw-number");
  if (column == 0) {
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_width_chars(GTK_LABEL(label), 16);
    gtk_widget_set_hexpand(label, TRUE);
  }
  if (style)
    gtk_widget_add_css_class(label, style);
  gtk_grid_attach(grid, label, column, row, 1, 1);
}

static void
attach_report(GtkGrid *grid, const char *title, NwReport *report, int row, const char *style)
{
  const Column *columns = get_columns(report);

  attach(grid, title, 0, row, style);
  for (int k = 0; columns[k].title; k++) {
    double value = columns[k].get(nw_report_get_summary(report));
    g_autofree char *text = columns[k].is_share && !isnan(value) ? nw_plot_format_percent(value)
                                                                 : nw_plot_format_value(value);
    attach(grid, text, k + 1, row, style);
  }
}

/* Whether together they are better than each alone, by what the first column says: log loss judges
 * probabilities as a whole. */
static char *
dup_verdict(const Job *job, guint output)
{
  const Column *column = get_columns(g_ptr_array_index(job->together, output));
  double together = column->get(nw_report_get_summary(g_ptr_array_index(job->together, output)));
  double best = INFINITY, sum = 0;
  g_autofree char *own = nw_plot_format_value(together), *other = NULL, *mean = NULL;

  for (guint i = 0; i < job->members->len; i++) {
    const Member *member = g_ptr_array_index(job->members, i);
    double alone = column->get(nw_report_get_summary(g_ptr_array_index(member->reports, output)));
    best = MIN(best, alone);
    sum += alone;
  }
  other = nw_plot_format_value(best);
  mean = nw_plot_format_value(sum / job->members->len);
  if (together < best)
    return g_strdup_printf(
        _("Together they are better than any alone: %s %s, and %s the best one."), _(column->title),
        own, other);
  return g_strdup_printf(_("One alone is as good or better: %s %s, and %s together; %s is the mean "
                           "over the runs."),
                         _(column->title), other, own, mean);
}

static int
attach_output(GtkGrid *grid, const Job *job, guint output, int row)
{
  NwReport *report = g_ptr_array_index(job->together, output);
  const Column *columns = get_columns(report);
  g_autofree char *verdict = dup_verdict(job, output);
  GtkWidget *label = gtk_label_new(verdict);

  attach(grid, nw_report_get_output(report), 0, row, "heading");
  for (int k = 0; columns[k].title; k++)
    attach(grid, _(columns[k].title), k + 1, row, "dim-label");
  row++;
  for (guint i = 0; i < job->members->len; i++) {
    const Member *member = g_ptr_array_index(job->members, i);
    attach_report(grid, member->title, g_ptr_array_index(member->reports, output), row++, NULL);
  }
  attach_report(grid, _("all together"), report, row++, "heading");
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 50);
  gtk_widget_set_margin_bottom(label, 18);
  gtk_widget_add_css_class(label, "dim-label");
  gtk_grid_attach(grid, label, 0, row++, 5, 1);
  return row;
}

static GtkWidget *
create_table(const Job *job)
{
  GtkWidget *grid = gtk_grid_new();
  int row = 0;

  gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
  gtk_grid_set_column_spacing(GTK_GRID(grid), 24);
  for (guint i = 0; i < job->together->len; i++)
    if (g_ptr_array_index(job->together, i))
      row = attach_output(GTK_GRID(grid), job, i, row);
  return grid;
}

/* ── the window ──────────────────────────────────────────────────────────────────────────────── */

static void
try_cb(GtkButton *button, Job *job)
{
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(button));
  GtkWindow *parent = gtk_window_get_transient_for(GTK_WINDOW(root));
  g_autoptr(GPtrArray) weights = g_ptr_array_new(), projects = g_ptr_array_new();
  NwMembers others;

  for (guint i = 0; i < job->members->len; i++) {
    const Member *member = g_ptr_array_index(job->members, i);

    if (i == job->shown)
      continue;
    g_ptr_array_add(weights, member->weights);
    g_ptr_array_add(projects, member->project);
  }
  others = (NwMembers){.weights = (NwWeights *const *)weights->pdata,
                       .n_weights = weights->len,
                       .projects = (NwProject *const *)projects->pdata};
  gtk_window_present(GTK_WINDOW(nw_try_window_new_together(parent, job->run, &others, job->split)));
  gtk_window_close(GTK_WINDOW(root));
}

static GtkWidget *
create_page(Job *job)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scrolled = gtk_scrolled_window_new(), *label, *button;
  g_autofree char *text = g_strdup_printf(
      job->split == NW_SPLIT_TEST
          ? ngettext("The mean of what the runs answer to %zu test row, beside each of them",
                     "The mean of what the runs answer to %zu test rows, beside each of them",
                     job->n_rows)
          : ngettext("The mean of what the runs answer to %zu validation row, beside each of them",
                     "The mean of what the runs answer to %zu validation rows, beside each of them",
                     job->n_rows),
      job->n_rows);

  label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_widget_set_hexpand(label, TRUE);
  gtk_box_append(GTK_BOX(box), label);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), create_table(job));
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_AUTOMATIC,
                                 GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand(scrolled, TRUE);
  gtk_box_append(GTK_BOX(box), scrolled);
  button = gtk_button_new_with_label(_("Try an Input on All…"));
  gtk_widget_set_halign(button, GTK_ALIGN_END);
  gtk_widget_set_sensitive(button, job->run != NULL);
  if (!job->run)
    gtk_widget_set_tooltip_text(button,
                                _("Select a run of this session, too: its data are at hand"));
  g_signal_connect(button, "clicked", G_CALLBACK(try_cb), job);
  gtk_box_append(GTK_BOX(box), button);
  gtk_widget_set_margin_start(box, 18);
  gtk_widget_set_margin_end(box, 18);
  gtk_widget_set_margin_top(box, 12);
  gtk_widget_set_margin_bottom(box, 18);
  return box;
}

static void
judged_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  AdwBin *content = ADW_BIN(object);
  g_autoptr(GError) error = NULL;
  Job *job = g_task_get_task_data(G_TASK(result));
  gboolean judged = g_task_propagate_boolean(G_TASK(result), &error);

  if (!gtk_widget_get_root(GTK_WIDGET(content))) /* the window is closed */
    return;
  if (judged) {
    adw_bin_set_child(content, create_page(job));
  } else {
    GtkWidget *status = adw_status_page_new();
    g_autofree char *markup = g_markup_escape_text(error->message, -1);
    adw_status_page_set_title(ADW_STATUS_PAGE(status), _("They Cannot Be Judged Together"));
    adw_status_page_set_description(ADW_STATUS_PAGE(status), markup);
    adw_bin_set_child(content, status);
  }
}

void
nw_run_together_present(GtkWindow *parent, GListModel *runs)
{
  GtkWidget *window = adw_window_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *content = adw_bin_new(), *status = adw_status_page_new();
  GtkEventController *keys = gtk_shortcut_controller_new();
  g_autoptr(GTask) task = g_task_new(content, NULL, judged_cb, NULL);
  Job *job = job_new(runs);

  gtk_window_set_title(GTK_WINDOW(window), _("Judge Together"));
  gtk_window_set_default_size(GTK_WINDOW(window), 620, 480);
  gtk_window_set_transient_for(GTK_WINDOW(window), parent);
  gtk_window_set_destroy_with_parent(GTK_WINDOW(window), TRUE);
  gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys),
                                       gtk_shortcut_new(gtk_shortcut_trigger_parse_string("Escape"),
                                                        gtk_named_action_new("window.close")));
  gtk_widget_add_controller(window, keys);
  gtk_box_append(GTK_BOX(box), adw_header_bar_new());
  adw_status_page_set_description(ADW_STATUS_PAGE(status), _("Asking each of them…"));
  adw_bin_set_child(ADW_BIN(content), status);
  gtk_widget_set_vexpand(content, TRUE);
  gtk_box_append(GTK_BOX(box), content);
  adw_window_set_content(ADW_WINDOW(window), box);
  g_object_set_data_full(G_OBJECT(content), "nw-job", job, job_free); /* which the task holds */
  g_task_set_task_data(task, job, NULL);
  g_task_run_in_thread(task, judge_thread);
  gtk_window_present(GTK_WINDOW(window));
}
