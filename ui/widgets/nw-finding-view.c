/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-finding-view.h"


#define BUTTON_PADDING 4 /* characters that a button's frame takes */

const char *
nw_severity_get_icon(NwSeverity severity)
{
  static const char *const icons[] = {
      [NW_SEVERITY_ADVICE] = "emblem-ok-symbolic",
      [NW_SEVERITY_HINT] = "dialog-information-symbolic",
      [NW_SEVERITY_WARNING] = "dialog-warning-symbolic",
      [NW_SEVERITY_ERROR] = "dialog-error-symbolic",
  };

  return icons[severity];
}

void
nw_finding_set_remedy(GtkWidget *button, guint finding, guint remedy)
{
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "(uu)", finding, remedy);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "design.remedy");
}

static GtkWidget *
make_button(const NwFinding *finding, guint index, guint remedy, int width)
{
  GtkWidget *button = gtk_button_new_with_label(finding->remedies[remedy].title);
  GtkWidget *label = gtk_button_get_child(GTK_BUTTON(button));

  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars(GTK_LABEL(label), width - BUTTON_PADDING);
  gtk_widget_set_tooltip_text(button, finding->remedies[remedy].title);
  gtk_widget_add_css_class(button, "nw-remedy");
  gtk_widget_set_halign(button, GTK_ALIGN_START);
  nw_finding_set_remedy(button, index, remedy);
  return button;
}

/* As many side by side as fit. */
static void
append_remedies(GtkWidget *box, const NwFinding *finding, guint index, int width)
{
  GtkWidget *line = NULL;
  glong left = 0;

  for (guint i = 0; i < finding->n_remedies; i++) {
    glong length = g_utf8_strlen(finding->remedies[i].title, -1) + BUTTON_PADDING;

    if (!line || length > left) {
      line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
      gtk_box_append(GTK_BOX(box), line);
      left = width;
    }
    gtk_box_append(GTK_BOX(line), make_button(finding, index, i, width));
    left -= length;
  }
}

GtkWidget *
nw_finding_view_new(const NwFindings *findings, guint index, int width)
{
  const NwFinding *finding = nw_findings_get(findings, index);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name(nw_severity_get_icon(finding->severity));
  GtkWidget *label = gtk_label_new(finding->message);

  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_max_width_chars(GTK_LABEL(label), width);
  gtk_widget_set_valign(icon, GTK_ALIGN_START);
  gtk_widget_set_hexpand(column, TRUE);
  gtk_widget_add_css_class(box, "nw-finding");
  gtk_widget_add_css_class(box, nw_severity_get_id(finding->severity));
  gtk_box_append(GTK_BOX(column), label);
  append_remedies(column, finding, index, width);
  gtk_box_append(GTK_BOX(box), icon);
  gtk_box_append(GTK_BOX(box), column);
  return box;
}
