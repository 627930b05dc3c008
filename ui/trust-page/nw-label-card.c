/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-label-card.h"

#include <glib/gi18n.h>

#include "nw-plot-confusion.h"
#include "nw-plot-pr.h"
#include "nw-plot-roc.h"
#include "nw-plot-view.h"
#include "nw-threshold.h"

#define CURVE_POINTS 400
#define MAX_CLASSES  24 /* more make no readable matrix */

struct _NwLabelCard {
  GtkWidget parent;

  GtkLabel *title;
  GtkLabel *verdict;
  GtkLabel *facts;
  GtkWidget *previous;
  GtkWidget *next;
  NwPlotView *reliability;
  GtkWidget *threshold_box;
  GtkRange *threshold;
  GtkLabel *hint;
  GtkWidget *use_best;
  NwPlotView *confusion;
  NwPlotView *pr;
  NwPlotView *roc;
  NwPlotView *classes;

  char *name;
  const char *style; /* of the verdict */
  NwReport *report;
  int label;
  NwBelief belief;
  NwRank *rank; /* of the label; NULL for a top class, soft targets and single classes */
  double best;  /* threshold with the best F1 */

  /* what the plots borrow */
  NwPlotReliability reliability_plot;
  NwPlotConfusion confusion_plot;
  guint64 counts[4];
  NwPlotTradeoff pr_plot, roc_plot;
  NwPlotTradeoffCurve pr_curve, roc_curve;
  NwPlotConfusion classes_plot;
  guint64 *class_counts;
  const char **class_names;
};

G_DEFINE_FINAL_TYPE(NwLabelCard, nw_label_card, GTK_TYPE_WIDGET)

enum { SIGNAL_PREVIOUS, SIGNAL_NEXT, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── threshold ───────────────────────────────────────────────────────────────────────────────── */

static void
show_hint(NwLabelCard *self, const NwConfusion *now)
{
  NwConfusion at_best;
  g_autofree char *text = NULL;

  gtk_widget_set_visible(self->use_best, isfinite(self->best));
  if (!isfinite(self->best)) {
    gtk_label_set_label(self->hint, "");
    return;
  }
  at_best = nw_rank_confusion_at(self->rank, self->best);
  text = g_strdup_printf(
      _("Precision %.2f, recall %.2f, F1 %.2f, accuracy %.3f. The best F1 is %.2f at %.2f."),
      nw_confusion_precision(now), nw_confusion_recall(now), nw_confusion_f1(now),
      nw_confusion_accuracy(now), nw_confusion_f1(&at_best), self->best);
  gtk_label_set_label(self->hint, text);
}

static void
show_threshold(NwLabelCard *self)
{
  static const char *const classes[] = {N_("yes"), N_("no")};
  static const char *translated[2];
  double threshold = gtk_range_get_value(self->threshold);
  NwConfusion now;

  if (!self->rank)
    return;
  now = nw_rank_confusion_at(self->rank, threshold);
  self->counts[0] = now.tp;
  self->counts[1] = now.fn;
  self->counts[2] = now.fp;
  self->counts[3] = now.tn;
  translated[0] = _(classes[0]);
  translated[1] = _(classes[1]);
  self->confusion_plot = (NwPlotConfusion){
      .title = _("True and said"), .classes = translated, .counts = self->counts, .n_classes = 2};
  nw_plot_view_set(self->confusion, &nw_plot_confusion_kind, &self->confusion_plot, NULL);

  self->pr_plot.threshold = self->roc_plot.threshold = threshold;
  nw_plot_view_set(self->pr, &nw_plot_pr_kind, &self->pr_plot, NULL);
  nw_plot_view_set(self->roc, &nw_plot_roc_kind, &self->roc_plot, NULL);
  show_hint(self, &now);
}

static void
use_best_cb(NwLabelCard *self)
{
  gtk_range_set_value(self->threshold, self->best);
}

static void
make_rank(NwLabelCard *self)
{
  gsize n = nw_report_get_summary(self->report)->rows;
  g_autofree double *p = g_new(double, n + 1);
  g_autofree double *y = g_new(double, n + 1);

  n = nw_report_read_known(self->report, (guint)self->label, p, y);
  self->rank = nw_rank_new(p, y, n);
  if (self->rank->positives == 0 || self->rank->negatives == 0)
    g_clear_pointer(&self->rank, nw_rank_free);
}

static void
make_curves(NwLabelCard *self)
{
  guint n_pr, n_roc;
  NwCurvePoint *pr = nw_pr_curve(self->rank, CURVE_POINTS, &n_pr);
  NwCurvePoint *roc = nw_roc_curve(self->rank, CURVE_POINTS, &n_roc);

  self->pr_curve = (NwPlotTradeoffCurve){
      .points = pr,
      .n_points = n_pr,
      .band = nw_pr_band(self->rank, nw_report_get_witnesses(self->report)),
      .area = nw_report_get_average_precision(self->report, (guint)self->label)};
  self->roc_curve =
      (NwPlotTradeoffCurve){.points = roc,
                            .n_points = n_roc,
                            .band = nw_roc_band(self->rank, nw_report_get_witnesses(self->report)),
                            .area = nw_report_get_auc(self->report, (guint)self->label)};
  self->pr_plot = (NwPlotTradeoff){.title = _("Precision and recall"),
                                   .curves = &self->pr_curve,
                                   .n_curves = 1,
                                   .base = self->belief.prevalence,
                                   .has_threshold = TRUE};
  self->roc_plot = (NwPlotTradeoff){.title = _("ROC"),
                                    .curves = &self->roc_curve,
                                    .n_curves = 1,
                                    .base = NAN,
                                    .has_threshold = TRUE};
}

/* ── all classes of a softmax head ───────────────────────────────────────────────────────────── */

/* counts[truth][said] with said the likeliest class. */
static void
count_classes(NwReport *report, guint k, guint64 *counts)
{
  gsize n = nw_report_get_summary(report)->rows;
  g_autofree double *best = g_new(double, n + 1);
  g_autofree guint *said = g_new0(guint, n + 1);
  g_autofree guint *truth = g_new0(guint, n + 1);
  g_autofree double *p = g_new(double, n + 1);
  g_autofree double *y = g_new(double, n + 1);

  for (guint c = 0; c < k; c++) {
    nw_report_read(report, c, p, y);
    for (gsize i = 0; i < n; i++) {
      if (c == 0 || p[i] > best[i]) {
        best[i] = p[i];
        said[i] = c;
      }
      if (y[i] > 0.5)
        truth[i] = c;
    }
  }
  for (gsize i = 0; i < n; i++)
    counts[truth[i] * k + said[i]]++;
}

static void
show_classes(NwLabelCard *self)
{
  guint k = nw_report_get_summary(self->report)->n_labels;

  gtk_widget_set_visible(GTK_WIDGET(self->classes), k > 1 && k <= MAX_CLASSES);
  if (k <= 1 || k > MAX_CLASSES)
    return;
  self->class_counts = g_new0(guint64, k * k);
  self->class_names = g_new0(const char *, k + 1);
  for (guint c = 0; c < k; c++)
    self->class_names[c] = nw_report_get_label(self->report, c)->name;
  count_classes(self->report, k, self->class_counts);
  self->classes_plot = (NwPlotConfusion){.title = _("What was true, and what was said"),
                                         .classes = self->class_names,
                                         .counts = self->class_counts,
                                         .n_classes = k};
  nw_plot_view_set(self->classes, &nw_plot_confusion_kind, &self->classes_plot, NULL);
}

/* ── card ────────────────────────────────────────────────────────────────────────────────────── */

static void
show_title(NwLabelCard *self)
{
  g_autofree char *facts = NULL;
  gboolean steps = nw_report_get_summary(self->report)->steps > 1;

  if (self->label == NW_BELIEF_CONFIDENCE)
    facts = g_strdup_printf(steps ? _("%zu steps") : _("%zu samples"), self->belief.count);
  else
    facts = g_strdup_printf(steps ? _("%zu steps, %zu positive") : _("%zu samples, %zu positive"),
                            self->belief.count, self->belief.positives);
  gtk_label_set_label(self->title, self->name);
  gtk_label_set_label(self->facts, facts);
  gtk_label_set_label(self->verdict, nw_verdict_get_title(self->belief.verdict));
  if (self->style)
    gtk_widget_remove_css_class(GTK_WIDGET(self->verdict), self->style);
  self->style = nw_belief_get_style(self->belief.verdict);
  gtk_widget_add_css_class(GTK_WIDGET(self->verdict), self->style);
}

/* The plots let go of what is about to be freed. */
static void
forget(NwLabelCard *self)
{
  nw_plot_view_set(self->reliability, NULL, NULL, NULL);
  nw_plot_view_set(self->confusion, NULL, NULL, NULL);
  nw_plot_view_set(self->pr, NULL, NULL, NULL);
  nw_plot_view_set(self->roc, NULL, NULL, NULL);
  nw_plot_view_set(self->classes, NULL, NULL, NULL);
  g_clear_pointer((gpointer *)&self->pr_curve.points, g_free);
  g_clear_pointer((gpointer *)&self->roc_curve.points, g_free);
  g_clear_pointer((gpointer *)&self->pr_curve.band, g_free);
  g_clear_pointer((gpointer *)&self->roc_curve.band, g_free);
  g_clear_pointer(&self->class_counts, g_free);
  g_clear_pointer(&self->class_names, g_free);
  g_clear_pointer(&self->rank, nw_rank_free);
  g_clear_pointer(&self->report, nw_report_unref);
}

void
nw_label_card_set(NwLabelCard *self, const NwTrustEntry *entry)
{
  gboolean same = entry && g_strcmp0(entry->name, self->name) == 0;

  g_return_if_fail(NW_IS_LABEL_CARD(self));

  forget(self);
  gtk_widget_set_visible(GTK_WIDGET(self), entry != NULL);
  if (!entry)
    return;
  if (!same) {
    g_free(self->name);
    self->name = g_strdup(entry->name);
    gtk_range_set_value(self->threshold, 0.5);
  }
  self->report = nw_report_ref(entry->report);
  self->label = entry->label;
  nw_belief_get(self->report, self->label, &self->belief);
  show_title(self);
  nw_belief_fill_reliability(&self->belief, &self->reliability_plot);
  nw_plot_view_set(self->reliability, &nw_plot_reliability_kind, &self->reliability_plot, NULL);

  if (self->label == NW_BELIEF_CONFIDENCE) {
    gtk_widget_set_visible(self->threshold_box, FALSE);
    show_classes(self);
    return;
  }
  gtk_widget_set_visible(GTK_WIDGET(self->classes), FALSE);
  if (!nw_report_get_summary(self->report)->soft)
    make_rank(self);
  gtk_widget_set_visible(self->threshold_box, self->rank != NULL);
  if (!self->rank)
    return;
  self->best = nw_threshold_best_f1(self->rank);
  make_curves(self);
  show_threshold(self);
}

static void
previous_cb(NwLabelCard *self)
{
  g_signal_emit(self, signals[SIGNAL_PREVIOUS], 0);
}

static void
next_cb(NwLabelCard *self)
{
  g_signal_emit(self, signals[SIGNAL_NEXT], 0);
}

static void
nw_label_card_dispose(GObject *object)
{
  NwLabelCard *self = NW_LABEL_CARD(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  if (child) {
    forget(self);
    gtk_widget_unparent(child);
  }
  g_clear_pointer(&self->name, g_free);
  G_OBJECT_CLASS(nw_label_card_parent_class)->dispose(object);
}

static void
nw_label_card_class_init(NwLabelCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_label_card_dispose;
  g_type_ensure(NW_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/github/netwright/Netwright/ui/nw-label-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, title);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, verdict);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, facts);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, previous);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, next);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, reliability);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, threshold_box);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, threshold);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, hint);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, use_best);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, confusion);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, pr);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, roc);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, classes);
  signals[SIGNAL_PREVIOUS] = g_signal_new("previous", NW_TYPE_LABEL_CARD, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NEXT] = g_signal_new("next", NW_TYPE_LABEL_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 0);
}

static void
nw_label_card_init(NwLabelCard *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  g_signal_connect_swapped(self->threshold, "value-changed", G_CALLBACK(show_threshold), self);
  g_signal_connect_swapped(self->use_best, "clicked", G_CALLBACK(use_best_cb), self);
  g_signal_connect_swapped(self->previous, "clicked", G_CALLBACK(previous_cb), self);
  g_signal_connect_swapped(self->next, "clicked", G_CALLBACK(next_cb), self);
}
