/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-curves-card.h"

#include <glib/gi18n.h>

#include "nw-curve-reader.h"
#include "nw-curves-choice.h"
#include "nw-curves-picker.h"
#include "nw-plot-view.h"

/* Smoothing on offer: the weight of the past. */
static const double smoothings[] = {0, 0.6, 0.9, 0.98};

/* What x may be: epochs, batches, batches on a log scale, time. */
static const struct {
  NwCurveAxis axis;
  gboolean log;
  const char *title;
} axes[] = {
    {NW_CURVE_BY_EPOCH, FALSE, N_("epoch")},
    {NW_CURVE_BY_STEP, FALSE, N_("batch")},
    {NW_CURVE_BY_STEP, TRUE, N_("batch")},
    {NW_CURVE_BY_TIME, FALSE, N_("time in s")},
};

#define TURN_USEC  8000   /* of reading between frames */
#define SHOWN_USEC 100000 /* between what is seen of it */
#define FOLLOWED 5 /* epochs that are in view while the newest are followed */

struct _NwCurvesCard {
  GtkWidget parent;

  NwCurvesPicker *what;
  GtkToggleButton *log;
  GtkDropDown *smooth;
  GtkDropDown *across;
  GtkToggleButton *follow;
  NwPlotView *view;

  NwRun *run;
  GListModel *compared;
  GPtrArray *choices;  /* NwCurvesChoice of the run's history */
  GPtrArray *drawn;    /* NwCurveReader */
  NwPlotCurve *curves; /* [drawn->len], what the view draws */
  NwPlotCurves plot;
  gboolean updating;
  guint turn;     /* the source that reads on; 0: all is read */
  gint64 shown_at; /* µs, monotonic */
};

G_DEFINE_FINAL_TYPE(NwCurvesCard, nw_curves_card, GTK_TYPE_WIDGET)

static guint
get_axis(NwCurvesCard *self)
{
  return MIN(gtk_drop_down_get_selected(self->across), G_N_ELEMENTS(axes) - 1);
}

/* How much of x the last FOLLOWED epochs take. */
static double
get_followed(NwCurvesCard *self, NwHistory *history)
{
  NwCurveAxis axis = axes[get_axis(self)].axis;
  int n = (int)nw_history_get_n_epochs(history), first = n - FOLLOWED;

  if (first < 1)
    return 0;
  return nw_curve_axis_place_epoch(axis, history, n) -
         nw_curve_axis_place_epoch(axis, history, first);
}

static void
show_curves(NwCurvesCard *self)
{
  NwHistory *history = self->run ? nw_run_get_history(self->run) : NULL;
  NwCurveAxis axis = axes[get_axis(self)].axis;
  const NwCurvesChoice *choice = nw_curves_picker_get(self->what);
  int best = history ? nw_history_get_best_epoch(history) : -1;

  for (guint i = 0; i < self->drawn->len; i++)
    nw_curve_reader_fill(g_ptr_array_index(self->drawn, i), &self->curves[i]);
  self->plot.curves = self->curves;
  self->plot.n_curves = self->drawn->len;
  self->plot.log = gtk_toggle_button_get_active(self->log) && !self->plot.stacked;
  self->plot.log_x = axes[get_axis(self)].log;
  self->plot.x_title = _(axes[get_axis(self)].title);
  self->plot.follow =
      history && gtk_toggle_button_get_active(self->follow) ? get_followed(self, history) : 0;
  self->plot.has_mark = best >= 0;
  self->plot.mark = best >= 0 ? nw_curve_axis_place_epoch(axis, history, best + 1) : 0;
  self->plot.mark_label = _("best");
  self->plot.about = choice ? choice->title : NULL;
  self->shown_at = g_get_monotonic_time();
  nw_plot_view_invalidate(self->view);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

/* Reads for a turn. Returns whether there is more. */
static gboolean
read_on(NwCurvesCard *self, gboolean *grown)
{
  gint64 until = g_get_monotonic_time() + TURN_USEC;
  gboolean is_behind = FALSE;

  *grown = FALSE;
  for (guint i = 0; i < self->drawn->len; i++) {
    NwCurveReader *reader = g_ptr_array_index(self->drawn, i);

    *grown |= nw_curve_reader_catch_up(reader, until);
    is_behind |= nw_curve_reader_is_behind(reader);
  }
  return is_behind;
}

static gboolean
turn_cb(gpointer data)
{
  NwCurvesCard *self = data;
  gboolean grown, is_behind = read_on(self, &grown);

  if (!is_behind || g_get_monotonic_time() - self->shown_at > SHOWN_USEC)
    show_curves(self);
  if (is_behind)
    return G_SOURCE_CONTINUE;
  self->turn = 0;
  return G_SOURCE_REMOVE;
}

/* What is new; the rest of a long run in turns, behind frames and input. */
static gboolean
catch_up(NwCurvesCard *self)
{
  gboolean grown = FALSE;

  if (self->turn == 0 && read_on(self, &grown))
    self->turn = g_idle_add_full(G_PRIORITY_LOW, turn_cb, self, NULL);
  else if (self->turn != 0)
    return FALSE;
  return grown;
}

/* ── what is drawn ───────────────────────────────────────────────────────────────────────────── */

static void
append_drawn(NwCurvesCard *self, NwRun *run, const NwCurveSource *source, double weight,
             gboolean stacked)
{
  guint n = self->drawn->len;
  const NwCurveReader *below = stacked && n > 0 ? g_ptr_array_index(self->drawn, n - 1) : NULL;

  g_ptr_array_add(self->drawn, nw_curve_reader_new(run, source, axes[get_axis(self)].axis,
                                                    weight, below));
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
  series = source->score_of ? NULL : get_series(nw_run_get_history(self->run), source);
  for (guint i = 0; i < n; i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(self->compared, i);
    NwHistory *history = nw_run_get_history(run);
    int index = (int)source->index;
    g_autofree char *title = nw_run_dup_title(run);
    NwCurveSource other = *source;

    if (run == self->run || !history)
      continue;
    if (!source->score_of)
      index = find_series(history, series, source->is_epoch);
    other.name = title;
    other.index = (guint)index;
    other.style = NW_PLOT_CURVE_DASHED;
    other.color = choice->curves->len + i;
    if (index >= 0)
      append_drawn(self, run, &other, weight, FALSE);
  }
}

static void
rebuild(NwCurvesCard *self)
{
  const NwCurvesChoice *choice = nw_curves_picker_get(self->what);
  double weight =
      smoothings[MIN(gtk_drop_down_get_selected(self->smooth), G_N_ELEMENTS(smoothings) - 1)];

  if (self->updating)
    return;
  self->plot.n_curves = 0;
  g_ptr_array_set_size(self->drawn, 0);
  for (guint i = 0; choice && i < choice->curves->len; i++)
    append_drawn(self, self->run, &g_array_index(choice->curves, NwCurveSource, i), weight,
                 choice->stacked);
  if (choice && choice->curves->len > 0 && !choice->stacked)
    append_compared(self, choice, weight);
  g_free(self->curves);
  self->curves = g_new0(NwPlotCurve, self->drawn->len + 1);
  self->plot.y_title = choice ? choice->y_title : _("loss");
  self->plot.stacked = choice && choice->stacked;
  gtk_widget_set_sensitive(GTK_WIDGET(self->log), !self->plot.stacked);
  self->plot.is_zoomed = FALSE;
  g_clear_handle_id(&self->turn, g_source_remove);
  catch_up(self);
  show_curves(self);
}

static void
list_choices(NwCurvesCard *self)
{
  NwHistory *history = self->run ? nw_run_get_history(self->run) : NULL;

  g_clear_pointer(&self->choices, g_ptr_array_unref);
  if (history)
    self->choices = nw_curves_choices_list(history, !nw_run_is_stored(self->run));
  nw_curves_picker_set(self->what, self->choices);
}

void
nw_curves_card_set_run(NwCurvesCard *self, NwRun *run)
{
  g_return_if_fail(NW_IS_CURVES_CARD(self));

  g_set_object(&self->run, run);
  list_choices(self);
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
      nw_curves_picker_choose(self->what, i);
      return;
    }
  }
}

void
nw_curves_card_update(NwCurvesCard *self)
{
  g_return_if_fail(NW_IS_CURVES_CARD(self));

  if (catch_up(self))
    show_curves(self);
}

static void
nw_curves_card_dispose(GObject *object)
{
  NwCurvesCard *self = NW_CURVES_CARD(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  self->updating = TRUE;
  g_clear_handle_id(&self->turn, g_source_remove);
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
  g_type_ensure(NW_TYPE_CURVES_PICKER);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-curves-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, what);
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, log);
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, smooth);
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, across);
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, follow);
  gtk_widget_class_bind_template_child(widget_class, NwCurvesCard, view);
}

static void
nw_curves_card_init(NwCurvesCard *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  self->drawn = g_ptr_array_new_with_free_func((GDestroyNotify)nw_curve_reader_free);
  self->plot = (NwPlotCurves){
      .x_title = _("epoch"),
      .y_title = _("loss"),
      .empty = _("The curves begin with the first batch."),
  };
  nw_plot_view_set(self->view, &nw_plot_curves_kind, &self->plot, NULL);
  g_signal_connect_swapped(self->what, "chosen", G_CALLBACK(rebuild), self);
  g_signal_connect_swapped(self->smooth, "notify::selected", G_CALLBACK(rebuild), self);
  g_signal_connect_swapped(self->log, "toggled", G_CALLBACK(show_curves), self);
  g_signal_connect_swapped(self->across, "notify::selected", G_CALLBACK(rebuild), self);
  g_signal_connect_swapped(self->follow, "toggled", G_CALLBACK(show_curves), self);
  rebuild(self);
}
