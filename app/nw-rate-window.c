/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-rate-window.h"

#include <glib/gi18n.h>
#include <pthread.h>

#include "nw-plan.h"
#include "nw-plot-curves.h"
#include "nw-plot-text.h"
#include "nw-plot-view.h"

#define FROM    1e-7
#define TO      10.0
#define STEPS   200
#define LOOK_MS 100

/* What the window and the thread share; the last of both frees it. */
typedef struct {
  atomic_int refs;
  NwProject *project;     /* immutable */
  NwInference *inference; /* immutable */
  char *base_dir;         /* immutable */
  pthread_mutex_t lock;
  GArray *points; /* guarded by lock; NwRatePoint */
  gboolean stops; /* guarded by lock */
  NwRateTest *test; /* the thread's, then the window's */
} Job;

struct _NwRateWindow {
  AdwWindow parent;

  NwDocument *document;
  GtkLabel *sentence;
  GtkWidget *use;
  NwPlotView *view;
  Job *job;
  guint look; /* source */

  /* what the plot borrows */
  GArray *rates, *losses, *smoothed; /* double */
  NwPlotCurve curves[2];
  NwPlotCurves plot;
};

G_DEFINE_FINAL_TYPE(NwRateWindow, nw_rate_window, ADW_TYPE_WINDOW)

static void
job_unref(Job *job)
{
  if (atomic_fetch_sub(&job->refs, 1) != 1)
    return;
  nw_project_unref(job->project);
  nw_inference_unref(job->inference);
  g_free(job->base_dir);
  pthread_mutex_destroy(&job->lock);
  g_array_unref(job->points);
  nw_rate_test_free(job->test);
  g_free(job);
}

/* ── the thread ──────────────────────────────────────────────────────────────────────────────── */

static gboolean
told_cb(gpointer data, const NwRatePoint *point)
{
  Job *job = data;
  gboolean go;

  pthread_mutex_lock(&job->lock);
  g_array_append_vals(job->points, point, 1);
  go = !job->stops;
  pthread_mutex_unlock(&job->lock);
  return go;
}

static void
test_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  NwRateTestOptions options = {
      .from = FROM, .to = TO, .steps = STEPS, .told = told_cb, .told_data = job};
  g_autoptr(NwPlan) plan = nw_plan_new(job->inference, 1, FALSE, &error);
  g_autofree NwFieldRequest *requests = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  gsize n;

  if (plan) {
    requests = nw_plan_dup_requests(plan, &n);
    dataset = nw_dataset_build(nw_project_get_data(job->project), job->base_dir, NULL, requests, n,
                               &error);
  }
  if (dataset)
    job->test = nw_rate_test(job->project, dataset, &options, NULL, &error);
  if (job->test)
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

/* ── what is shown ───────────────────────────────────────────────────────────────────────────── */

static void
show_points(NwRateWindow *self)
{
  pthread_mutex_lock(&self->job->lock);
  for (guint i = self->rates->len; i < self->job->points->len; i++) {
    const NwRatePoint *point = &g_array_index(self->job->points, NwRatePoint, i);
    g_array_append_val(self->rates, point->rate);
    g_array_append_val(self->losses, point->loss);
    g_array_append_val(self->smoothed, point->smoothed);
  }
  pthread_mutex_unlock(&self->job->lock);
  for (int i = 0; i < 2; i++)
    self->curves[i].points =
        (NwPlotPoints){.x = (const double *)self->rates->data,
                       .y = (const double *)(i == 0 ? self->losses : self->smoothed)->data,
                       .n = self->rates->len};
  nw_plot_view_invalidate(self->view);
}

static gboolean
look_cb(gpointer data)
{
  show_points(data);
  return G_SOURCE_CONTINUE;
}

/* The rate to be used, in as many digits as it deserves. */
static void
write_rate(const NwRateTest *test, char text[G_ASCII_DTOSTR_BUF_SIZE])
{
  g_ascii_formatd(text, G_ASCII_DTOSTR_BUF_SIZE, "%.2g", test->suggestion);
}

static void
show_result(NwRateWindow *self)
{
  const NwRateTest *test = self->job->test;
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  write_rate(test, text);
  g_autofree char *rate = nw_plot_format_value(g_ascii_strtod(text, NULL));
  g_autofree char *label = g_strdup_printf(_("Use %s"), rate);
  g_autofree char *sentence = g_strdup_printf(
      _("The loss falls fastest at a learning rate of %s%s"), rate,
      test->ran_away ? _("; at larger ones it runs away.") : ".");

  if (!isfinite(test->suggestion)) {
    gtk_label_set_label(self->sentence, _("The loss did not fall at any rate: look at the data and "
                                          "the network first."));
    return;
  }
  gtk_label_set_label(self->sentence, sentence);
  self->plot.has_mark = TRUE;
  self->plot.mark = test->suggestion;
  self->plot.mark_label = _("suggested");
  gtk_button_set_label(GTK_BUTTON(self->use), label);
  gtk_widget_set_sensitive(self->use, TRUE);
  gtk_widget_grab_focus(self->use);
}

static void
tested_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwRateWindow *self = NW_RATE_WINDOW(object);
  g_autoptr(GError) error = NULL;

  g_clear_handle_id(&self->look, g_source_remove);
  if (!self->job)
    return; /* it was closed */
  show_points(self);
  if (g_task_propagate_boolean(G_TASK(result), &error))
    show_result(self);
  else
    gtk_label_set_label(self->sentence, error->message);
}

static void
use_cb(NwRateWindow *self)
{
  NwProject *now = nw_document_get_project(self->document);
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_autoptr(NwParams) params = NULL;
  g_autoptr(NwProject) project = NULL;

  write_rate(self->job->test, text);
  params = nw_params_with(nw_project_get_optimizer_params(now), "learning_rate", text, NULL);
  if (params) {
    project = nw_project_with_optimizer_params(now, params);
    nw_document_edit(self->document, project, _("Change Learning rate"), NULL);
  }
  gtk_window_close(GTK_WINDOW(self));
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_rate_window_dispose(GObject *object)
{
  NwRateWindow *self = NW_RATE_WINDOW(object);

  g_clear_handle_id(&self->look, g_source_remove);
  if (self->view)
    nw_plot_view_set(self->view, NULL, NULL, NULL);
  self->view = NULL;
  if (self->job) {
    pthread_mutex_lock(&self->job->lock);
    self->job->stops = TRUE;
    pthread_mutex_unlock(&self->job->lock);
  }
  g_clear_pointer(&self->job, job_unref);
  g_clear_pointer(&self->rates, g_array_unref);
  g_clear_pointer(&self->losses, g_array_unref);
  g_clear_pointer(&self->smoothed, g_array_unref);
  g_clear_object(&self->document);
  G_OBJECT_CLASS(nw_rate_window_parent_class)->dispose(object);
}

static void
nw_rate_window_class_init(NwRateWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_rate_window_dispose;
  g_type_ensure(NW_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-rate-window.ui");
  gtk_widget_class_bind_template_child(widget_class, NwRateWindow, sentence);
  gtk_widget_class_bind_template_child(widget_class, NwRateWindow, use);
  gtk_widget_class_bind_template_child(widget_class, NwRateWindow, view);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
nw_rate_window_init(NwRateWindow *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  self->rates = g_array_new(FALSE, FALSE, sizeof(double));
  self->losses = g_array_new(FALSE, FALSE, sizeof(double));
  self->smoothed = g_array_new(FALSE, FALSE, sizeof(double));
  self->curves[0] = (NwPlotCurve){.name = _("batch"), .style = NW_PLOT_CURVE_DASHED, .color = 0};
  self->curves[1] = (NwPlotCurve){.name = _("smoothed"), .style = NW_PLOT_CURVE_LINE, .color = 1};
  self->plot = (NwPlotCurves){
      .x_title = _("learning rate"),
      .y_title = _("loss"),
      .empty = _("Reading the data…"),
      .curves = self->curves,
      .n_curves = 2,
      .log_x = TRUE,
  };
  nw_plot_view_set(self->view, &nw_plot_curves_kind, &self->plot, NULL);
  g_signal_connect_swapped(self->use, "clicked", G_CALLBACK(use_cb), self);
}

NwRateWindow *
nw_rate_window_new(GtkWindow *parent, NwDocument *document)
{
  NwRateWindow *self = g_object_new(NW_TYPE_RATE_WINDOW, "transient-for", parent, NULL);
  Job *job = g_new0(Job, 1);
  g_autoptr(GTask) task = NULL;

  self->document = g_object_ref(document);
  atomic_init(&job->refs, 2);
  job->project = nw_project_ref(nw_document_get_project(document));
  job->inference = nw_inference_ref(nw_document_get_inference(document));
  job->base_dir = g_strdup(nw_document_get_base_dir(document));
  pthread_mutex_init(&job->lock, NULL);
  job->points = g_array_new(FALSE, FALSE, sizeof(NwRatePoint));
  self->job = job;
  self->look = g_timeout_add(LOOK_MS, look_cb, self);
  task = g_task_new(self, NULL, tested_cb, NULL);
  g_task_set_task_data(task, job, (GDestroyNotify)job_unref);
  g_task_run_in_thread(task, test_thread);
  return self;
}
