/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-label-card.h"

#include <glib/gi18n.h>

#include "nw-plot-confusion.h"
#include "nw-plot-view.h"
#include "nw-threshold-box.h"

#define MAX_CLASSES 24 /* more make no readable matrix */

struct _NwLabelCard {
  GtkWidget parent;

  GtkLabel *title;
  GtkLabel *verdict;
  GtkLabel *facts;
  GtkWidget *previous;
  GtkWidget *next;
  NwPlotView *reliability;
  NwThresholdBox *threshold_box;
  NwPlotView *classes;

  char *name;
  const char *style; /* of the verdict */
  NwReport *report;
  int label;
  NwBelief belief;

  /* what the plots borrow */
  NwPlotReliability reliability_plot;
  NwPlotConfusion classes_plot;
  guint64 *class_counts;
  const char **class_names;
};

G_DEFINE_FINAL_TYPE(NwLabelCard, nw_label_card, GTK_TYPE_WIDGET)

enum { SIGNAL_PREVIOUS, SIGNAL_NEXT, N_SIGNALS };
static guint signals[N_SIGNALS];

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
  nw_plot_view_set(self->classes, NULL, NULL, NULL);
  g_clear_pointer(&self->class_counts, g_free);
  g_clear_pointer(&self->class_names, g_free);
  g_clear_pointer(&self->report, nw_report_unref);
}

NwThresholdBox *
nw_label_card_get_threshold_box(NwLabelCard *self)
{
  return self->threshold_box;
}

void
nw_label_card_set(NwLabelCard *self, const NwTrustEntry *entry)
{
  g_return_if_fail(NW_IS_LABEL_CARD(self));

  forget(self);
  nw_threshold_box_set(self->threshold_box, entry);
  gtk_widget_set_visible(GTK_WIDGET(self), entry != NULL);
  if (!entry)
    return;
  g_free(self->name);
  self->name = g_strdup(entry->name);
  self->report = nw_report_ref(entry->report);
  self->label = entry->label;
  nw_belief_get(self->report, self->label, &self->belief);
  show_title(self);
  nw_belief_fill_reliability(&self->belief, &self->reliability_plot);
  nw_plot_view_set(self->reliability, &nw_plot_reliability_kind, &self->reliability_plot, NULL);
  gtk_widget_set_visible(GTK_WIDGET(self->classes), FALSE);
  if (self->label == NW_BELIEF_CONFIDENCE)
    show_classes(self);
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
  g_type_ensure(NW_TYPE_THRESHOLD_BOX);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/github/netwright/Netwright/ui/nw-label-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, title);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, verdict);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, facts);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, previous);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, next);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, reliability);
  gtk_widget_class_bind_template_child(widget_class, NwLabelCard, threshold_box);
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
  g_signal_connect_swapped(self->previous, "clicked", G_CALLBACK(previous_cb), self);
  g_signal_connect_swapped(self->next, "clicked", G_CALLBACK(next_cb), self);
}
