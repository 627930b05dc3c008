/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-export-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "nw-export-row.h"
#include "nw-format.h"
#include "nw-readback.h"
#include "nw-run-plots.h"
#include "nw-run-report.h"

struct _NwExportPage {
  GtkWidget parent;

  GtkLabel *sentence;
  GtkListBox *weights;
  GtkListBox *predictions;
  GtkListBox *report;
  GtkListBox *plots;
  GtkDropDown *split;

  NwRun *run;
  char *title;
};

G_DEFINE_FINAL_TYPE(NwExportPage, nw_export_page, GTK_TYPE_WIDGET)

/* ── writing and measuring, in a thread ──────────────────────────────────────────────────────── */

typedef struct {
  const NwFormat *format; /* NULL: the report */
  NwExport what;          /* references */
  char *path;
  NwReadback readback;
  /* for the report */
  NwHistory *history;
  char *title, *when, *ended;
} Job;

static void
job_free(Job *job)
{
  nw_project_unref(job->what.project);
  nw_weights_unref(job->what.weights);
  g_clear_pointer(&job->what.dataset, nw_dataset_unref);
  g_clear_pointer(&job->history, nw_history_unref);
  g_free(job->path);
  g_free(job->title);
  g_free(job->when);
  g_free(job->ended);
  g_free(job);
}

static gboolean
write_report(Job *job, GError **error)
{
  NwRunReport report = {.title = job->title,
                        .when = job->when,
                        .ended = job->ended,
                        .project = job->what.project,
                        .history = job->history,
                        .dataset = job->what.dataset,
                        .split = job->what.split};
  g_autoptr(NwEvaluation) evaluation = nw_evaluate(job->what.project, job->what.weights,
                                                   job->what.dataset, job->what.split, 0, error);

  nw_run_report_take_origin(&report);
  report.evaluation = evaluation;
  return evaluation && nw_run_report_write(&report, job->path, error);
}

static gboolean
write_and_measure(Job *job, GError **error)
{
  if (!job->format)
    return write_report(job, error);
  return job->format->write(&job->what, job->path, error) &&
         nw_readback_measure(job->format, &job->what, job->path, &job->readback, error);
}

static void
export_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (write_and_measure(job, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

static char *
dup_result(const Job *job)
{
  g_autofree char *name = g_path_get_basename(job->path);
  const char *of;

  if (!job->format)
    return g_strdup_printf(_("%s is written."), name);
  of = job->readback.predictions ? _("predictions") : _("weights");

  if (job->readback.largest == 0)
    return g_strdup_printf(
        _("%s: read back, all %zu %s are the same, bit for bit."), name,
        job->readback.numbers, of);
  return g_strdup_printf(
      _("%s: read back, the largest difference among %zu %s is %.2g."), name,
      job->readback.numbers, of, job->readback.largest);
}

static void
exported_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwExportRow *row = NW_EXPORT_ROW(object);
  const Job *job = g_task_get_task_data(G_TASK(result));
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  nw_export_row_set_busy(row, FALSE);
  if (!g_task_propagate_boolean(G_TASK(result), &error)) {
    nw_export_row_set_result(row, error->message, "error");
    return;
  }
  text = dup_result(job);
  nw_export_row_set_result(row, text, "success");
}

/* @format: NULL writes the report */
static void
export_in_thread(NwExportPage *self, NwExportRow *row, const NwFormat *format, const char *path)
{
  g_autoptr(GTask) task = NULL;
  NwDataset *dataset = nw_run_get_dataset(self->run);
  Job *job = g_new0(Job, 1);

  job->format = format;
  job->what = (NwExport){.project = nw_project_ref(nw_run_get_used_project(self->run)),
                         .weights = nw_weights_ref(nw_run_get_weights(self->run)),
                         .dataset = dataset ? nw_dataset_ref(dataset) : NULL,
                         .split = (NwSplit)gtk_drop_down_get_selected(self->split)};
  job->path = g_strdup(path);
  job->history = nw_history_ref(nw_run_get_history(self->run));
  job->title = g_strdup(self->title);
  job->when = g_date_time_format(nw_run_get_started(self->run), "%x %H:%M");
  job->ended = g_strdup(nw_run_get_message(self->run));
  nw_export_row_set_busy(row, TRUE);
  task = g_task_new(row, NULL, exported_cb, NULL);
  g_task_set_task_data(task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread(task, export_thread);
}

static void
export_plot(NwExportPage *self, NwExportRow *row, const NwRunPlot *plot, const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *name = g_path_get_basename(path);
  g_autofree char *text = NULL;

  if (!plot->write(self->run, path, plot->width, plot->height, &error)) {
    nw_export_row_set_result(row, error->message, "error");
    return;
  }
  text = g_strdup_printf(_("%s is written."), name);
  nw_export_row_set_result(row, text, "success");
}

/* ── choosing where ──────────────────────────────────────────────────────────────────────────── */

static void
chosen_cb(GtkNativeDialog *dialog, int response, NwExportRow *row)
{
  GtkWidget *page = gtk_widget_get_ancestor(GTK_WIDGET(row), NW_TYPE_EXPORT_PAGE);
  const NwFormat *format = g_object_get_data(G_OBJECT(row), "nw-format");
  const NwRunPlot *plot = g_object_get_data(G_OBJECT(row), "nw-plot");
  g_autoptr(GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
  path = file ? g_file_get_path(file) : NULL;
  g_object_unref(dialog);
  if (!path || !page)
    return;
  if (!plot)
    export_in_thread(NW_EXPORT_PAGE(page), row, format, path);
  else
    export_plot(NW_EXPORT_PAGE(page), row, plot, path);
}

static char *
dup_file_name(const NwFormat *format, const NwRunPlot *plot, const char *report)
{
  if (plot)
    return g_strconcat(plot->id, ".svg", NULL);
  if (format)
    return g_strconcat(format->needs_data ? "predictions" : "weights", format->suffix, NULL);
  return g_strdup(report);
}

static void
export_cb(NwExportRow *row)
{
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(row));
  const NwFormat *format = g_object_get_data(G_OBJECT(row), "nw-format");
  const NwRunPlot *plot = g_object_get_data(G_OBJECT(row), "nw-plot");
  const char *report = g_object_get_data(G_OBJECT(row), "nw-report");
  g_autofree char *name = dup_file_name(format, plot, report);
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new(
      format ? _(format->title)
      : plot ? _(plot->title)
             : _("Report"),
      GTK_WINDOW(root), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Export"), NULL);

  gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(chooser), name);
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(chooser), TRUE);
  g_signal_connect_object(chooser, "response", G_CALLBACK(chosen_cb), row, 0);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(chooser));
}

/* ── page ────────────────────────────────────────────────────────────────────────────────────── */

static void
update(NwExportPage *self)
{
  gboolean has_weights = self->run && nw_run_get_weights(self->run);
  gboolean has_history = self->run && nw_run_get_history(self->run) &&
                         nw_history_get_n_steps(nw_run_get_history(self->run)) > 0;
  gboolean has_reports = self->run && nw_run_get_n_reports(self->run) > 0;
  g_autofree char *sentence = NULL;
  GtkListBoxRow *row;

  gtk_widget_set_sensitive(GTK_WIDGET(self->report), has_weights);
  gtk_widget_set_sensitive(GTK_WIDGET(self->weights), has_weights);
  gtk_widget_set_sensitive(GTK_WIDGET(self->predictions), has_weights);
  for (int i = 0; (row = gtk_list_box_get_row_at_index(self->plots, i)); i++)
    gtk_widget_set_sensitive(GTK_WIDGET(row),
                             nw_run_plots[i].needs_reports ? has_reports : has_history);
  if (has_weights)
    sentence = g_strdup_printf(_("What run %u learned, with the weights of its best epoch. Every "
                                 "file is read back and compared with the engine."),
                               nw_run_get_number(self->run));
  else
    sentence =
        g_strdup(self->run && nw_run_is_active(self->run)
                     ? _("Weights and predictions can be taken away when the run has ended.")
                     : _("Train the network first: then everything below can be taken away."));
  gtk_label_set_label(self->sentence, sentence);
}

void
nw_export_page_set_run(NwExportPage *self, NwRun *run)
{
  g_return_if_fail(NW_IS_EXPORT_PAGE(self));

  if (run != self->run) {
    if (self->run)
      g_signal_handlers_disconnect_by_data(self->run, self);
    g_set_object(&self->run, run);
    if (run) {
      g_signal_connect_object(run, "epoch", G_CALLBACK(update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object(run, "state", G_CALLBACK(update), self, G_CONNECT_SWAPPED);
    }
  }
  update(self);
}

void
nw_export_page_set_title(NwExportPage *self, const char *title)
{
  g_return_if_fail(NW_IS_EXPORT_PAGE(self));

  g_free(self->title);
  self->title = g_strdup(title);
}

static void
nw_export_page_dispose(GObject *object)
{
  NwExportPage *self = NW_EXPORT_PAGE(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  if (self->run)
    g_signal_handlers_disconnect_by_data(self->run, self);
  g_clear_object(&self->run);
  g_clear_pointer(&self->title, g_free);
  g_clear_pointer(&child, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_export_page_parent_class)->dispose(object);
}

static void
nw_export_page_class_init(NwExportPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_export_page_dispose;
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-export-page.ui");
  gtk_widget_class_bind_template_child(widget_class, NwExportPage, sentence);
  gtk_widget_class_bind_template_child(widget_class, NwExportPage, weights);
  gtk_widget_class_bind_template_child(widget_class, NwExportPage, predictions);
  gtk_widget_class_bind_template_child(widget_class, NwExportPage, report);
  gtk_widget_class_bind_template_child(widget_class, NwExportPage, plots);
  gtk_widget_class_bind_template_child(widget_class, NwExportPage, split);
}

static void
append_row(GtkListBox *list, GtkWidget *row, const char *key, gconstpointer what)
{
  g_object_set_data(G_OBJECT(row), key, (gpointer)what);
  g_signal_connect(row, "export", G_CALLBACK(export_cb), NULL);
  gtk_list_box_append(list, row);
}

static const struct {
  const char *name, *title, *readers, *carries;
} reports[] = {
    {"report.pdf", N_("Report (PDF)"), N_("people, and printers"),
     N_("Summary, numbers, curves, reliability on the rows chosen under Predictions, model, data "
        "and "
        "settings, on A4 pages")},
    {"report.html", N_("Report (HTML)"), N_("people, in any browser"),
     N_("The same as one file that needs no other, light and dark, with words for every plot")},
};

static void
nw_export_page_init(NwExportPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  for (const NwFormat *format = nw_formats; format->id; format++)
    append_row(format->needs_data ? self->predictions : self->weights,
               nw_export_row_new(_(format->title), _(format->readers), _(format->carries),
                                 _(format->lacks)),
               "nw-format", format);
  for (gsize i = 0; i < G_N_ELEMENTS(reports); i++)
    append_row(
        self->report,
        nw_export_row_new(_(reports[i].title), _(reports[i].readers), _(reports[i].carries), NULL),
        "nw-report", reports[i].name);
  for (const NwRunPlot *plot = nw_run_plots; plot->id; plot++)
    append_row(self->plots,
               nw_export_row_new(_(plot->title),
                                 _("browsers and papers (SVG, PDF, PNG), spreadsheets (CSV): the "
                                   "file's ending decides"),
                                 _(plot->shows), NULL),
               "nw-plot", plot);
  update(self);
}
