/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-curves-card.h"

#include <glib/gi18n.h>

#include "nw-curves-choice.h"
#include "nw-plot-view.h"

/* Smoothing on offer: the weight of the past. */
static const double smoothings[] = {0, 0.6, 0.9, 0.98};

/* A curve that is drawn: what was read of its series so far. */
typedef struct {
  NwHistory *history;
  NwCurveSource source; /* name is owned */
  NwPlotTrace *raw, *smooth;
  NwPlotSmoother smoother;
} Drawn;

struct _NwCurvesCard {
  GtkWidget parent;

  GtkDropDown *what;
  GtkToggleButton *log;
  GtkDropDown *smooth;
  NwPlotView *view;

  NwRun *run;
  GListModel *compared;
  GPtrArray *choices;  /* NwCurvesChoice of the run's history */
  GPtrArray *drawn;    /* Drawn */
  NwPlotCurve *curves; /* [drawn->len], what the view draws */
  NwPlotCurves plot;
  gboolean updating;
};

G_DEFINE_FINAL_TYPE(NwCurvesCard, nw_curves_card, GTK_TYPE_WIDGET)

static void
drawn_free(Drawn *drawn)
{
  nw_history_unref(drawn->history);
  g_free(drawn->source.name);
  nw_plot_trace_free(drawn->raw);
  nw_plot_trace_free(drawn->smooth);
  g_free(drawn);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

static gsize
read_some(const Drawn *drawn, gsize from, gsize n, double *out)
{
  return drawn->source.is_epoch
             ? nw_history_read_epochs(drawn->history, drawn->source.index, from, n, out)
             : nw_history_read_steps(drawn->history, drawn->source.index, from, n, out);
}

/* Appends what is new. Returns whether anything was. */
static gboolean
catch_up(Drawn *drawn)
{
  double values[4096]; /* as much as a stored run keeps together */
  gsize before = nw_plot_trace_get_n(drawn->raw), n;

  while ((n = read_some(drawn, nw_plot_trace_get_n(drawn->raw), G_N_ELEMENTS(values), values)) >
         0) {
    nw_plot_trace_append(drawn->raw, values, n);
    if (drawn->smoother.weight > 0)
      nw_plot_smoother_feed(&drawn->smoother, values, n, drawn->smooth);
  }
  return nw_plot_trace_get_n(drawn->raw) != before;
}

/* x counts epochs: the first of 10 steps ends at 0.1, the first epoch at 1. */
static void
fill_curve(NwCurvesCard *self, const Drawn *drawn, NwPlotCurve *curve)
{
  guint steps = MAX(1, nw_history_get_steps_per_epoch(drawn->history));
  gboolean hidden = curve->hidden;

  *curve = (NwPlotCurve){
      .name = drawn->source.name,
      .color = drawn->source.color,
      .style = drawn->source.style,
      .hidden = hidden,
      .points = {.y = nw_plot_trace_get_values(drawn->raw),
                 .n = nw_plot_trace_get_n(drawn->raw),
                 .x0 = drawn->source.is_epoch ? 1 : 1.0 / steps,
                 .dx = drawn->source.is_epoch ? 1 : 1.0 / steps,
                 .trace = drawn->raw},
      .smooth = drawn->smoother.weight > 0 ? drawn->smooth : NULL,
  };
}

static void
show_curves(NwCurvesCard *self)
{
  NwHistory *history = self->run ? nw_run_get_history(self->run) : NULL;
  int best = history ? nw_history_get_best_epoch(history) : -1;

  for (guint i = 0; i < self->drawn->len; i++)
    fill_curve(self, g_ptr_array_index(self->drawn, i), &self->curves[i]);
  self->plot.curves = self->curves;
  self->plot.n_curves = self->drawn->len;
  self->plot.log = gtk_toggle_button_get_active(self->log);
  self->plot.has_mark = best >= 0;
  self->plot.mark = best + 1;
  self->plot.mark_label = _("best");
  nw_plot_view_invalidate(self->view);
}

/* ── what is drawn ───────────────────────────────────────────────────────────────────────────── */

static void
append_drawn(NwCurvesCard *self, NwHistory *history, const NwCurveSource *source, double weight)
{
  Drawn *drawn = g_new0(Drawn, 1);

  drawn->history = nw_history_ref(history);
  drawn->source = *source;
  drawn->source.name = g_strdup(source->name);
  drawn->raw = nw_plot_trace_new();
  drawn->smooth = nw_plot_trace_new();
  drawn->smoother.weight = source->is_epoch ? 0 : weight;
  catch_up(drawn);
  g_ptr_array_add(self->drawn, drawn);
}

/* The name of what a curve shows, the same in every run. */
static const char *
get_series(const NwHistory *history, const NwCurveSource *source)
{
  return (source->is_epoch ? nw_history_get_epoch_series(history, source->index)
                           : nw_history_get_step_series(history, source->index))
      ->name;
}

/* −1: that run has none. */
static int
find_series(const NwHistory *history, const char *name, gboolean is_epoch)
{
  if (is_epoch)
    return nw_history_find_epoch_series(history, name);
  for (guint i = 0; i < nw_history_get_n_step_series(history); i++)
    if (g_str_equal(nw_history_get_step_series(history, i)->name, name))
      return (int)i;
  return -1;
}

/* Of several runs one curve each: the validation's, or what there is. */
static void
append_compared(NwCurvesCard *self, const NwCurvesChoice *choice, double weight)
{
  guint n = self->compared ? g_list_model_get_n_items(self->compared) : 0;
  const NwCurveSource *source = &g_array_index(choice->curves, NwCurveSource, 0);
  const char *series;

  for (guint i = 0; i < choice->curves->len && !source->is_epoch; i++)
    if (g_array_index(choice->curves, NwCurveSource, i).is_epoch)
      source = &g_array_index(choice->curves, NwCurveSource, i);
  if (choice->curves->len > 1 && g_array_index(choice->curves, NwCurveSource, 1).is_epoch)
    source = &g_array_index(choice->curves, NwCurveSource, 1);
  series = get_series(nw_run_get_history(self->run), source);
  for (guint i = 0; i < n; i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(self->compared, i);
    NwHistory *history = nw_run_get_history(run);
    int index = history ? find_series(history, series, source->is_epoch) : -1;
    g_autofree char *title = nw_run_dup_title(run);
    NwCurveSource other = {title, source->is_epoch, (guint)index, NW_PLOT_CURVE_DASHED,
                           choice->curves->len + i};

    if (run != self->run && index >= 0)
      append_drawn(self, history, &other, weight);
  }
}

static const NwCurvesChoice *
get_choice(NwCurvesCard *self)
{
  guint selected = gtk_drop_down_get_selected(self->what);

  return self->choices && selected < self->choices->len ? g_ptr_array_index(self->choices, selected)
                                                        : NULL;
}

static void
rebuild(NwCurvesCard *self)
{
  const NwCurvesChoice *choice = get_choice(self);
  double weight =
      smoothings[MIN(gtk_drop_down_get_selected(self->smooth), G_N_ELEMENTS(smoothings) - 1)];

  if (self->updating)
    return;
  self->plot.n_curves = 0;
  g_ptr_array_set_size(self->drawn, 0);
  for (guint i = 0; choice && i < choice->curves->len; i++)
    append_drawn(self, nw_run_get_history(self->run),
                 &g_array_index(choice->curves, NwCurveSource, i), weight);
  if (choice && choice->curves->len > 0)
    append_compared(self, choice, weight);
  g_free(self->curves);
  self->curves = g_new0(NwPlotCurve, self->drawn->len + 1);
  self->plot.y_title = choice ? choice->y_title : _("loss");
  self->plot.is_zoomed = FALSE;
  show_curves(self);
}

static void
list_choices(NwCurvesCard *self)
{
  NwHistory *history = self->run ? nw_run_get_history(self->run) : NULL;
  g_autoptr(GtkStringList) titles = gtk_string_list_new(NULL);

  g_clear_pointer(&self->choices, g_ptr_array_unref);
  if (history)
    self->choices = nw_curves_choices_list(history);
  for (guint i = 0; self->choices && i < self->choices->len; i++)
    gtk_string_list_append(titles, ((NwCurvesChoice *)g_ptr_array_index(self->choices, i))->title);
  gtk_drop_down_set_model(self->what, G_LIST_MODEL(titles));
  gtk_widget_set_sensitive(GTK_WIDGET(self->what), history != NULL);
}

void
nw_curves_card_set_run(NwCurvesCard *self, NwRun *run)
{
  g_return_if_fail(NW_IS_CURVES_CARD(self));

  g_set_object(&self->run, run);
  self->updating = TRUE;
  list_choices(self);
  self->updating = FALSE;
  rebuild(self);
}

void
nw_curves_card_set_compared(NwCurvesCard *self, GListModel *runs)
{
  g_return_if_fail(NW_IS_CURVES_CARD(self));

  if (g_set_object(&self->compared, runs) || runs)
    rebuild(self);
}

void
nw_curves_card_show_output(NwCurvesCard *self, const char *output)
{
  for (guint i = 0; self->choices && i < self->choices->len; i++) {
    const NwCurvesChoice *choice = g_ptr_array_index(self->choices, i);

    if (g_strcmp0(choice->output, output) == 0) {
      gtk_drop_down_set_selected(self->what, i);
      return;
    }
  }
}

void
nw_curves_card_update(NwCurvesCard *self)
{
  gboolean grown = FALSE;

  g_return_if_fail(NW_IS_CURVES_CARD(self));

  for (guint i = 0; i < self->drawn->len; i++)
    grown |= catch_up(g_ptr_array_index(self->drawn, i));
  if (grown)
    show_curves(self);
}

static void
nw_curves_card_dispose(GObject *object)
{
  NwCurvesCard *self = NW_CURVES_CARD(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  self->updating = TRUE;
  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_object(&self->run);
  g_clear_object(&self->compared);
  g_clear_pointer(&self->choices, g_ptr_array_unref);
  g_clear_pointer(&self->drawn, g_ptr_array_unref);
  g_clear_pointer(&self->curves, g_free);
  G_OBJECT_CLASS(nw_curves_card_parent_class)->dispose(object);
}

static void
nw_curves_card_class_init(NwCurvesCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_curves_card_dispose;
  g_type_ensure(NW_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-curves-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, what);
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, log);
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, smooth);
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, view);
}

static void
nw_curves_card_init(NwCurvesCard *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  self->drawn = g_ptr_array_new_with_free_func((GDestroyNotify)drawn_free);
  self->plot = (NwPlotCurves){
      .x_title = _("epoch"),
      .y_title = _("loss"),
      .empty = _("The curves begin with the first batch."),
  };
  nw_plot_view_set(self->view, &nw_plot_curves_kind, &self->plot, NULL);
  g_signal_connect_swapped(self->what, "notify::selected", G_CALLBACK(rebuild), self);
  g_signal_connect_swapped(self->smooth, "notify::selected", G_CALLBACK(rebuild), self);
  g_signal_connect_swapped(self->log, "toggled", G_CALLBACK(show_curves), self);
  rebuild(self);
}
