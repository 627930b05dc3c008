/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-layers-card.h"

#include <glib/gi18n.h>

#include "nw-plot-strips.h"
#include "nw-plot-view.h"
#include "nw-tooltip.h"

struct _NwLayersCard {
  GtkWidget parent;

  GtkDropDown *measure;
  GtkLabel *hint;
  GtkWidget *complaint_box;
  GtkLabel *complaint;
  NwPlotView *view;

  NwRun *run;
  NwHealth *shown; /* (nullable) the newest that is drawn */

  /* what the plot borrows */
  NwPlotStrips plot;
  GPtrArray *names;        /* of layers, interned */
  GArray *values, *epochs; /* double */
};

G_DEFINE_FINAL_TYPE(NwLayersCard, nw_layers_card, GTK_TYPE_WIDGET)

static const NwHealthMeasure *
get_measure(NwLayersCard *self)
{
  guint selected = gtk_drop_down_get_selected(self->measure);

  return &nw_health_measures[selected < nw_n_health_measures ? selected : 0];
}

/* A layer without weights of its own has none to move, one of whole numbers answers none. */
static gboolean
has_measure(const NwLayerHealth *layer, const NwHealthMeasure *measure)
{
  return measure->of_weights ? layer->weight >= 0 : layer->units > 0;
}

static void
fill_plot(NwLayersCard *self)
{
  const NwHealthMeasure *measure = get_measure(self);
  guint n = self->run ? nw_run_get_n_healths(self->run) : 0;
  NwHealth *first = n > 0 ? nw_run_get_health(self->run, 0) : NULL;

  g_ptr_array_set_size(self->names, 0);
  g_array_set_size(self->values, 0);
  g_array_set_size(self->epochs, 0);
  for (guint i = 0; i < n; i++)
    g_array_append_val(self->epochs, nw_run_get_health(self->run, i)->epochs);
  for (guint l = 0; first && l < first->n_layers; l++) {
    if (!has_measure(&first->layers[l], measure))
      continue;
    g_ptr_array_add(self->names, (gpointer)first->layers[l].name);
    for (guint i = 0; i < n; i++) {
      double value = measure->get(&nw_run_get_health(self->run, i)->layers[l]);
      g_array_append_val(self->values, value);
    }
  }
  self->plot.names = (const char *const *)self->names->pdata;
  self->plot.n_strips = self->names->len;
  self->plot.values = (const double *)self->values->data;
  self->plot.n_steps = n;
  self->plot.epochs = (const double *)self->epochs->data;
  self->plot.shares = measure->is_share;
}

/* Of all layers, the first complaint on the card and all in its tooltip. */
static void
show_complaints(NwLayersCard *self)
{
  g_autoptr(GString) all = g_string_new(NULL);
  g_autofree char *first = NULL;

  for (guint i = 0; self->shown && i < self->shown->n_layers; i++) {
    g_autofree char *text = nw_layer_health_dup_complaint(&self->shown->layers[i]);

    if (!text)
      continue;
    g_string_append_printf(all, "%s%s", all->len > 0 ? "\n" : "", text);
    if (!first)
      first = g_steal_pointer(&text);
  }
  gtk_widget_set_visible(self->complaint_box, first != NULL);
  gtk_label_set_label(self->complaint, first ? first : "");
  nw_tooltip_set(self->complaint_box, all->str);
}

static void
show(NwLayersCard *self)
{
  NwHealth *newest = self->run ? nw_run_get_newest_health(self->run) : NULL;

  g_clear_pointer(&self->shown, nw_health_unref);
  self->shown = newest ? nw_health_ref(newest) : NULL;
  fill_plot(self);
  show_complaints(self);
  gtk_label_set_label(self->hint, _(get_measure(self)->summary));
  nw_tooltip_set(GTK_WIDGET(self->hint), _(get_measure(self)->summary));
  nw_plot_view_invalidate(self->view);
}

static void
health_cb(NwLayersCard *self)
{
  if (gtk_widget_get_mapped(GTK_WIDGET(self)))
    show(self);
}

void
nw_layers_card_set_run(NwLayersCard *self, NwRun *run)
{
  g_return_if_fail(NW_IS_LAYERS_CARD(self));

  if (self->run)
    g_signal_handlers_disconnect_by_data(self->run, self);
  g_set_object(&self->run, run);
  if (run)
    g_signal_connect_object(run, "health", G_CALLBACK(health_cb), self, G_CONNECT_SWAPPED);
  show(self);
}

static void
nw_layers_card_dispose(GObject *object)
{
  NwLayersCard *self = NW_LAYERS_CARD(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  if (self->run)
    g_signal_handlers_disconnect_by_data(self->run, self);
  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_pointer(&self->shown, nw_health_unref);
  g_clear_object(&self->run);
  g_clear_pointer(&self->names, g_ptr_array_unref);
  g_clear_pointer(&self->values, g_array_unref);
  g_clear_pointer(&self->epochs, g_array_unref);
  G_OBJECT_CLASS(nw_layers_card_parent_class)->dispose(object);
}

static void
nw_layers_card_class_init(NwLayersCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_layers_card_dispose;
  g_type_ensure(NW_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource(
      widget_class, "/io/github/netwright/Netwright/ui/nw-layers-card.ui");
  gtk_widget_class_bind_template_child(widget_class, NwLayersCard, measure);
  gtk_widget_class_bind_template_child(widget_class, NwLayersCard, hint);
  gtk_widget_class_bind_template_child(widget_class, NwLayersCard, complaint_box);
  gtk_widget_class_bind_template_child(widget_class, NwLayersCard, complaint);
  gtk_widget_class_bind_template_child(widget_class, NwLayersCard, view);
}

static void
nw_layers_card_init(NwLayersCard *self)
{
  g_autoptr(GtkStringList) titles = gtk_string_list_new(NULL);

  gtk_widget_init_template(GTK_WIDGET(self));
  self->names = g_ptr_array_new();
  self->values = g_array_new(FALSE, FALSE, sizeof(double));
  self->epochs = g_array_new(FALSE, FALSE, sizeof(double));
  self->plot.empty = _("Here you see, once training runs, how each layer learns.");
  nw_plot_view_set(self->view, &nw_plot_strips_kind, &self->plot, NULL);
  for (gsize i = 0; i < nw_n_health_measures; i++)
    gtk_string_list_append(titles, _(nw_health_measures[i].title));
  gtk_drop_down_set_model(self->measure, G_LIST_MODEL(titles));
  g_signal_connect_swapped(self->measure, "notify::selected", G_CALLBACK(show), self);
  g_signal_connect_swapped(self, "map", G_CALLBACK(show), self);
  show(self);
}
