/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-threshold-box.h"

#include <glib/gi18n.h>

#include "nw-plot-confusion.h"
#include "nw-plot-curves.h"
#include "nw-plot-pr.h"
#include "nw-plot-roc.h"
#include "nw-plot-text.h"
#include "nw-plot-view.h"

#define CURVE_POINTS 400
#define MAX_KINDS    16

/* The label on some rows. */
typedef struct {
  const char *title; /* NULL: there are none */
  NwRank *rank;
  double *cost_x, *cost_y; /* of the cost curve */
  gsize n_cost;
} Rows;

/* Of the three, those that differ: where it is chosen, where it is tried, what the page shows. */
enum { CHOICE, TEST, SHOWN, N_ROWS };

struct _NwThresholdBox {
  GtkWidget parent;

  GtkWidget *box;
  GtkRange *threshold;
  GtkDropDown *goal;
  GtkRange *share;
  GtkRange *ratio;
  GtkLabel *hint;
  GtkGrid *numbers;
  NwPlotView *confusion;
  NwPlotView *cost;
  NwPlotView *pr;
  NwPlotView *roc;

  NwReport *report;
  int label;
  gboolean is_chosen_elsewhere; /* not on the rows that the page shows */
  Rows rows[N_ROWS];
  const NwRank *shown; /* of these */
  double threshold_now;
  gboolean is_found;
  guint kind;
  double values[MAX_KINDS]; /* of each kind, as chosen last */
  gboolean is_filling;

  /* what the plots borrow */
  NwPlotConfusion confusion_plot;
  guint64 counts[4];
  NwPlotTradeoff pr_plot, roc_plot;
  NwPlotTradeoffCurve pr_curve, roc_curve;
  NwPlotCurves cost_plot;
  NwPlotCurve cost_curves[N_ROWS];
};

G_DEFINE_FINAL_TYPE(NwThresholdBox, nw_threshold_box, GTK_TYPE_WIDGET)

enum { SIGNAL_GOAL, N_SIGNALS };
static guint signals[N_SIGNALS];

static const NwThresholdKind *
get_kind(NwThresholdBox *self)
{
  return &nw_threshold_kinds[self->kind];
}

const NwThresholdKind *
nw_threshold_box_get_goal(NwThresholdBox *self, double *value)
{
  *value = self->values[self->kind];
  return get_kind(self);
}

/* ── what a threshold does ───────────────────────────────────────────────────────────────────── */

/* A miss costs so much, whatever the threshold is chosen by. */
static double
get_miss_cost(NwThresholdBox *self)
{
  return self->values[nw_threshold_kind_find("cost") - nw_threshold_kinds];
}

static void
attach(NwThresholdBox *self, int column, int row, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), column == 0 ? 0 : 1);
  gtk_widget_set_hexpand(label, column == 0);
  gtk_widget_add_css_class(label, "caption");
  gtk_widget_add_css_class(label, "nw-number");
  if (style)
    gtk_widget_add_css_class(label, style);
  gtk_grid_attach(self->numbers, label, column, row, 1, 1);
}

static void
show_numbers(NwThresholdBox *self)
{
  const char *const titles[] = {_("rows"), _("precision"), _("recall"),
                                _("F1"),   _("accuracy"),  _("cost")};
  GtkWidget *child;
  int row = 1;

  while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->numbers))))
    gtk_grid_remove(self->numbers, child);
  for (int i = 0; i < (int)G_N_ELEMENTS(titles); i++)
    attach(self, i, 0, titles[i], "dim-label");
  for (guint i = 0; i < N_ROWS; i++) {
    NwConfusion at;

    if (!self->rows[i].title)
      continue;
    at = nw_rank_confusion_at(self->rows[i].rank, self->threshold_now);
    const double numbers[] = {nw_confusion_precision(&at), nw_confusion_recall(&at),
                              nw_confusion_f1(&at), nw_confusion_accuracy(&at),
                              nw_confusion_cost(&at, get_miss_cost(self))};
    attach(self, 0, row, self->rows[i].title, NULL);
    for (int k = 0; k < (int)G_N_ELEMENTS(numbers); k++) {
      g_autofree char *text = g_strdup_printf("%.3f", numbers[k]);
      attach(self, k + 1, row, text, NULL);
    }
    row++;
  }
}

static gsize
count(const Rows *rows)
{
  return rows->rank->positives + rows->rank->negatives;
}

static void
show_hint(NwThresholdBox *self)
{
  const NwThresholdKind *kind = get_kind(self);
  const Rows *choice = &self->rows[CHOICE], *test = &self->rows[TEST];
  g_autofree char *what = kind->describe(self->values[self->kind], self->is_found);
  g_autofree char *where = NULL, *text = NULL;

  if (self->kind == 0)
    where = g_strdup("");
  else if (!self->is_chosen_elsewhere)
    where = g_strdup_printf(_("Chosen on these %zu rows, where it looks better than it is."),
                            count(choice));
  else if (test->title)
    where = g_strdup_printf(_("Chosen on %zu validation rows, tried on %zu test rows."),
                            count(choice), count(test));
  else
    where = g_strdup_printf(
        _("Chosen on %zu validation rows; there are no test rows to try it on."), count(choice));
  text = g_strdup_printf("%s %s", what, where);
  gtk_label_set_label(self->hint, text);
}

static void
show_cost(NwThresholdBox *self)
{
  guint n = 0;

  nw_plot_view_set(self->cost, NULL, NULL, NULL);
  for (guint i = 0; i < N_ROWS; i++) {
    Rows *rows = &self->rows[i];

    if (!rows->title)
      continue;
    rows->n_cost = nw_cost_curve(rows->rank, get_miss_cost(self), rows->cost_x, rows->cost_y);
    self->cost_curves[n] = (NwPlotCurve){
        .name = rows->title,
        .color = n,
        .style = i == CHOICE ? NW_PLOT_CURVE_LINE : NW_PLOT_CURVE_DASHED,
        .points = {.x = rows->cost_x, .y = rows->cost_y, .n = rows->n_cost},
    };
    n++;
  }
  self->cost_plot = (NwPlotCurves){.title = _("Cost of a row"),
                                   .x_title = _("threshold"),
                                   .y_title = _("in false alarms (log)"),
                                   .curves = self->cost_curves,
                                   .n_curves = n,
                                   .log = TRUE,
                                   .has_mark = TRUE,
                                   .mark = self->threshold_now};
  nw_plot_view_set(self->cost, &nw_plot_curves_kind, &self->cost_plot, NULL);
}

static void
show_threshold(NwThresholdBox *self)
{
  static const char *translated[2];
  NwConfusion now = nw_rank_confusion_at(self->shown, self->threshold_now);

  self->counts[0] = now.tp;
  self->counts[1] = now.fn;
  self->counts[2] = now.fp;
  self->counts[3] = now.tn;
  translated[0] = _("yes");
  translated[1] = _("no");
  self->confusion_plot = (NwPlotConfusion){
      .title = _("True and said"), .classes = translated, .counts = self->counts, .n_classes = 2};
  nw_plot_view_set(self->confusion, &nw_plot_confusion_kind, &self->confusion_plot, NULL);

  self->pr_plot.threshold = self->roc_plot.threshold = self->threshold_now;
  nw_plot_view_set(self->pr, &nw_plot_pr_kind, &self->pr_plot, NULL);
  nw_plot_view_set(self->roc, &nw_plot_roc_kind, &self->roc_plot, NULL);
  show_cost(self);
  show_numbers(self);
  show_hint(self);
}

/* ── choosing ────────────────────────────────────────────────────────────────────────────────── */

/* The slider of a kind is that of its values' scale: a ratio goes by its logarithm. */
static double
from_slider(const NwThresholdKind *kind, double at)
{
  double ratio = pow(10, at);
  double unit = pow(10, floor(at) - 1); /* two digits */

  return kind->log ? CLAMP(round(ratio / unit) * unit, kind->low, kind->high) : at / 100;
}

static void
show_goal(NwThresholdBox *self)
{
  const NwThresholdKind *kind = get_kind(self);
  gboolean has_value = self->kind > 0 && kind->low < kind->high;
  double value = self->values[self->kind];

  self->is_filling = TRUE;
  gtk_drop_down_set_selected(self->goal, self->kind);
  gtk_widget_set_visible(GTK_WIDGET(self->share), has_value && !kind->log);
  gtk_widget_set_visible(GTK_WIDGET(self->ratio), has_value && kind->log);
  if (has_value)
    gtk_range_set_value(kind->log ? self->ratio : self->share,
                        kind->log ? log10(value) : 100 * value);
  self->is_filling = FALSE;
}

/* Where no threshold does what is asked, it stays where it is. */
static void
choose(NwThresholdBox *self)
{
  double chosen;

  if (!self->shown)
    return;
  chosen = get_kind(self)->choose(self->rows[CHOICE].rank, self->values[self->kind]);
  self->is_found = isfinite(chosen);
  if (self->is_found)
    self->threshold_now = chosen;
  self->is_filling = TRUE;
  gtk_range_set_value(self->threshold, self->threshold_now);
  self->is_filling = FALSE;
  show_threshold(self);
}

static void
goal_changed(NwThresholdBox *self)
{
  show_goal(self);
  choose(self);
  g_signal_emit(self, signals[SIGNAL_GOAL], 0);
}

static void
moved_cb(NwThresholdBox *self)
{
  if (self->is_filling)
    return;
  self->kind = 0;
  self->values[0] = gtk_range_get_value(self->threshold);
  goal_changed(self);
}

static void
goal_cb(NwThresholdBox *self)
{
  if (self->is_filling || gtk_drop_down_get_selected(self->goal) == GTK_INVALID_LIST_POSITION)
    return;
  self->kind = gtk_drop_down_get_selected(self->goal);
  if (self->kind == 0) /* from where it is */
    self->values[0] = self->threshold_now;
  goal_changed(self);
}

static void
value_cb(NwThresholdBox *self, GtkRange *slider)
{
  if (self->is_filling)
    return;
  self->values[self->kind] = from_slider(get_kind(self), gtk_range_get_value(slider));
  goal_changed(self);
}

/* ── the label ───────────────────────────────────────────────────────────────────────────────── */

static void
rows_set(Rows *rows, const char *title, NwReport *report, guint label)
{
  rows->title = title;
  rows->rank = nw_report_dup_rank(report, label);
  rows->cost_x = g_new(double, 2 * rows->rank->n_steps + 2);
  rows->cost_y = g_new(double, 2 * rows->rank->n_steps + 2);
}

static void
rows_clear(Rows *rows)
{
  g_clear_pointer(&rows->rank, nw_rank_free);
  g_clear_pointer(&rows->cost_x, g_free);
  g_clear_pointer(&rows->cost_y, g_free);
  *rows = (Rows){0};
}

/* Rows without both classes choose nothing. */
static gboolean
has_both(const NwRank *rank)
{
  return rank->positives > 0 && rank->negatives > 0;
}

static void
make_rows(NwThresholdBox *self, const NwTrustEntry *entry)
{
  guint label = (guint)entry->label;

  self->is_chosen_elsewhere = entry->validation != NULL;
  rows_set(&self->rows[CHOICE], entry->validation ? _("validation") : _("these rows"),
           entry->validation ? entry->validation : entry->report, label);
  if (entry->test)
    rows_set(&self->rows[TEST], _("test"), entry->test, label);
  if (entry->report == entry->test)
    self->shown = self->rows[TEST].rank;
  else if (!entry->validation || entry->report == entry->validation)
    self->shown = self->rows[CHOICE].rank;
  else
    rows_set(&self->rows[SHOWN], _("training"), entry->report, label);
  if (self->rows[SHOWN].title)
    self->shown = self->rows[SHOWN].rank;
}

static void
make_curves(NwThresholdBox *self)
{
  double witnesses = nw_report_get_witnesses(self->report);
  guint n_pr, n_roc, label = (guint)self->label;
  NwCurvePoint *pr = nw_pr_curve(self->shown, CURVE_POINTS, &n_pr);
  NwCurvePoint *roc = nw_roc_curve(self->shown, CURVE_POINTS, &n_roc);

  self->pr_curve =
      (NwPlotTradeoffCurve){.points = pr,
                            .n_points = n_pr,
                            .band = nw_pr_band(self->shown, witnesses),
                            .area = nw_report_get_average_precision(self->report, label)};
  self->roc_curve = (NwPlotTradeoffCurve){.points = roc,
                                          .n_points = n_roc,
                                          .band = nw_roc_band(self->shown, witnesses),
                                          .area = nw_report_get_auc(self->report, label)};
  self->pr_plot = (NwPlotTradeoff){.title = _("Precision and recall"),
                                   .curves = &self->pr_curve,
                                   .n_curves = 1,
                                   .base = nw_report_get_label(self->report, label)->prevalence,
                                   .has_threshold = TRUE};
  self->roc_plot = (NwPlotTradeoff){.title = _("ROC"),
                                    .curves = &self->roc_curve,
                                    .n_curves = 1,
                                    .base = NAN,
                                    .has_threshold = TRUE};
}

/* The plots let go of what is about to be freed. */
static void
forget(NwThresholdBox *self)
{
  NwPlotView *views[] = {self->confusion, self->cost, self->pr, self->roc};

  for (guint i = 0; i < G_N_ELEMENTS(views); i++)
    nw_plot_view_set(views[i], NULL, NULL, NULL);
  g_clear_pointer((gpointer *)&self->pr_curve.points, g_free);
  g_clear_pointer((gpointer *)&self->roc_curve.points, g_free);
  g_clear_pointer((gpointer *)&self->pr_curve.band, g_free);
  g_clear_pointer((gpointer *)&self->roc_curve.band, g_free);
  for (guint i = 0; i < N_ROWS; i++)
    rows_clear(&self->rows[i]);
  self->shown = NULL;
  g_clear_pointer(&self->report, nw_report_unref);
}

void
nw_threshold_box_set(NwThresholdBox *self, const NwTrustEntry *entry)
{
  g_return_if_fail(NW_IS_THRESHOLD_BOX(self));

  forget(self);
  if (entry && entry->label >= 0 && nw_report_has_rows(entry->report) &&
      !nw_report_get_summary(entry->report)->soft) {
    self->report = nw_report_ref(entry->report);
    self->label = entry->label;
    make_rows(self, entry);
    if (!has_both(self->shown) || !has_both(self->rows[CHOICE].rank))
      forget(self);
  }
  gtk_widget_set_visible(GTK_WIDGET(self), self->shown != NULL);
  if (!self->shown)
    return;
  make_curves(self);
  choose(self);
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static char *
format_share_cb(GtkScale *scale, double value, gpointer unused)
{
  return nw_plot_format_percent(value / 100);
}

static char *
format_ratio_cb(GtkScale *scale, double value, gpointer unused)
{
  double ratio = from_slider(nw_threshold_kind_find("cost"), value);

  return ratio >= 1 ? g_strdup_printf("%.3g : 1", ratio) : g_strdup_printf("1 : %.3g", 1 / ratio);
}

static void
nw_threshold_box_dispose(GObject *object)
{
  NwThresholdBox *self = NW_THRESHOLD_BOX(object);

  if (self->box) {
    forget(self);
    g_clear_pointer(&self->box, gtk_widget_unparent);
  }
  G_OBJECT_CLASS(nw_threshold_box_parent_class)->dispose(object);
}

static void
nw_threshold_box_class_init(NwThresholdBoxClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_threshold_box_dispose;
  g_type_ensure(NW_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-threshold-box.ui");
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, box);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, threshold);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, goal);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, share);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, ratio);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, hint);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, numbers);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, confusion);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, cost);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, pr);
  gtk_widget_class_bind_template_child(widget_class, NwThresholdBox, roc);
  signals[SIGNAL_GOAL] = g_signal_new("goal", NW_TYPE_THRESHOLD_BOX, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 0);
}

static void
nw_threshold_box_init(NwThresholdBox *self)
{
  g_autoptr(GtkStringList) titles = gtk_string_list_new(NULL);

  gtk_widget_init_template(GTK_WIDGET(self));
  for (guint i = 0; nw_threshold_kinds[i].id; i++) {
    g_assert(i < MAX_KINDS);
    gtk_string_list_append(titles, _(nw_threshold_kinds[i].title));
    self->values[i] = nw_threshold_kinds[i].initial;
  }
  self->threshold_now = 0.5;
  self->kind = (guint)(nw_threshold_kind_find("f1") - nw_threshold_kinds);
  gtk_drop_down_set_model(self->goal, G_LIST_MODEL(titles));
  gtk_scale_set_format_value_func(GTK_SCALE(self->share), format_share_cb, NULL, NULL);
  gtk_scale_set_format_value_func(GTK_SCALE(self->ratio), format_ratio_cb, NULL, NULL);
  show_goal(self);
  g_signal_connect_swapped(self->threshold, "value-changed", G_CALLBACK(moved_cb), self);
  g_signal_connect_swapped(self->goal, "notify::selected", G_CALLBACK(goal_cb), self);
  g_signal_connect_swapped(self->share, "value-changed", G_CALLBACK(value_cb), self);
  g_signal_connect_swapped(self->ratio, "value-changed", G_CALLBACK(value_cb), self);
}
