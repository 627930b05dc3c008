/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-try-doubt.h"

#include <glib/gi18n.h>

static char *
dup_words(NwTrier *trier, gboolean drops, gboolean possible)
{
  guint n = nw_trier_get_n_networks(trier);

  if (n > 1)
    return g_strdup_printf(ngettext("The mean of %u run, and from where to where they answer",
                                    "The mean of %u runs, and from where to where they answer", n),
                           n);
  if (!possible)
    return g_strdup(
        _("The network has no Dropout layer with a rate above 0, nor another layer with "
          "dropout: every pass would answer the same. Several runs, judged together on "
          "the Train page, show how far they disagree."));
  if (drops)
    return g_strdup_printf(_("Asked %d times more, each time with other numbers dropped: the mean, "
                             "and where nine tenths of these answers are"),
                           NW_TRIER_PASSES);
  return NULL;
}

static void
show(GtkWidget *label, NwTrier *trier, gboolean drops, gboolean possible)
{
  g_autofree char *words = dup_words(trier, drops, possible);

  gtk_label_set_label(GTK_LABEL(label), words ? words : "");
  gtk_widget_set_visible(label, words != NULL);
}

static void
toggled_cb(GtkToggleButton *button, GtkWidget *label)
{
  NwTrier *trier = g_object_get_data(G_OBJECT(label), "nw-trier");
  gboolean drops = gtk_toggle_button_get_active(button);

  show(label, trier, drops, nw_trier_set_dropping(trier, drops));
}

GtkWidget *
nw_try_doubt_new(NwTrier *trier)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new(_("What the network answers"));
  GtkWidget *button = gtk_toggle_button_new_with_label(_("With dropout"));
  GtkWidget *label = gtk_label_new(NULL);
  gboolean alone = nw_trier_get_n_networks(trier) == 1;

  if (!alone)
    gtk_label_set_label(GTK_LABEL(title), _("What the networks answer"));
  gtk_label_set_xalign(GTK_LABEL(title), 0);
  gtk_label_set_ellipsize(GTK_LABEL(title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand(title, TRUE);
  gtk_widget_add_css_class(title, "nw-title");
  gtk_box_append(GTK_BOX(head), title);
  gtk_widget_set_tooltip_text(button, _("How sure the network is when parts of it are left out "
                                        "(MC dropout)"));
  gtk_widget_set_visible(button, alone);
  gtk_box_append(GTK_BOX(head), button);
  gtk_box_append(GTK_BOX(box), head);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_widget_add_css_class(label, "dim-label");
  gtk_widget_add_css_class(label, "caption");
  gtk_box_append(GTK_BOX(box), label);
  g_object_set_data_full(G_OBJECT(label), "nw-trier", g_object_ref(trier), g_object_unref);
  g_signal_connect(button, "toggled", G_CALLBACK(toggled_cb), label);
  show(label, trier, FALSE, TRUE);
  return box;
}
