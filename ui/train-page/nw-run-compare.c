/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-compare.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "nw-run-text.h"

#define MAX_CHARS 26 /* of a value */

/* ── what came out ───────────────────────────────────────────────────────────────────────────── */

static char *
dup_started(NwRun *run)
{
  return g_date_time_format(nw_run_get_started(run), "%e %b %Y, %H:%M");
}

static char *
dup_ended(NwRun *run)
{
  if (nw_run_is_active(run))
    return g_strdup(_("is training"));
  return g_strdup(nw_run_get_message(run) ? nw_run_get_message(run) : "–");
}

static char *
dup_tags(NwRun *run)
{
  return g_strdup(nw_run_get_text(run, NW_RUN_TAGS));
}

static char *
dup_note(NwRun *run)
{
  return g_strdup(nw_run_get_text(run, NW_RUN_NOTE));
}

static const struct {
  const char *title;
  char *(*dup)(NwRun *run);
} facts[] = {
    {N_("started"), dup_started},
    {N_("ended"), dup_ended},
    {N_("epochs"), nw_run_dup_epochs},
    {N_("best loss"), nw_run_dup_best_loss},
    {N_("mean ECE"), nw_run_dup_ece},
    {N_("time"), nw_run_dup_time},
    {N_("tags"), dup_tags},
    {N_("note"), dup_note},
};

/* ── the table ───────────────────────────────────────────────────────────────────────────────── */

static void
attach(GtkGrid *grid, const char *text, int column, int row, const char *style)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_yalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars(GTK_LABEL(label), MAX_CHARS);
  gtk_label_set_selectable(GTK_LABEL(label), column > 0);
  gtk_widget_set_can_focus(label, FALSE);
  if (style)
    gtk_widget_add_css_class(label, style);
  gtk_grid_attach(grid, label, column, row, 1, 1);
}

static int
attach_title(GtkGrid *grid, const char *text, int row)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_add_css_class(label, "heading");
  gtk_widget_set_margin_top(label, 12);
  gtk_grid_attach(grid, label, 0, row, 1, 1);
  return row + 1;
}

static int
attach_facts(GtkGrid *grid, GListModel *runs, int row)
{
  guint n = g_list_model_get_n_items(runs);

  for (guint i = 0; i < n; i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(runs, i);
    g_autofree char *title = nw_run_dup_title(run);

    attach(grid, title, (int)i + 1, row, "heading");
  }
  row++;
  for (gsize f = 0; f < G_N_ELEMENTS(facts); f++) {
    gboolean any = FALSE;

    for (guint i = 0; i < n; i++) {
      g_autoptr(NwRun) run = g_list_model_get_item(runs, i);
      g_autofree char *text = facts[f].dup(run);

      any |= *text != '\0';
      if (*text)
        attach(grid, text, (int)i + 1, row, "nw-number");
    }
    if (any)
      attach(grid, _(facts[f].title), 0, row++, "dim-label");
  }
  return row;
}

static void
attach_settings(GtkGrid *grid, GListModel *runs, int row)
{
  g_autoptr(GPtrArray) projects = g_ptr_array_new();
  g_autoptr(GPtrArray) diffs = NULL;

  for (guint i = 0; i < g_list_model_get_n_items(runs); i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(runs, i);

    g_ptr_array_add(projects, nw_run_get_project(run));
  }
  diffs = nw_settings_diff((NwProject *const *)projects->pdata, projects->len);
  row = attach_title(grid, diffs->len ? _("Settings that differ") : _("All settings are the same"),
                     row);
  for (guint i = 0; i < diffs->len; i++, row++) {
    const NwSettingDiff *diff = g_ptr_array_index(diffs, i);

    attach(grid, diff->key, 0, row, "dim-label");
    for (guint k = 0; k < diff->n; k++)
      attach(grid, diff->values[k] ? diff->values[k] : "–", (int)k + 1, row, "nw-number");
  }
}

static GtkWidget *
create_table(GListModel *runs)
{
  GtkWidget *grid = gtk_grid_new(), *scrolled = gtk_scrolled_window_new();

  gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
  gtk_grid_set_column_spacing(GTK_GRID(grid), 24);
  gtk_widget_set_margin_start(grid, 18);
  gtk_widget_set_margin_end(grid, 18);
  gtk_widget_set_margin_top(grid, 12);
  gtk_widget_set_margin_bottom(grid, 18);
  attach_settings(GTK_GRID(grid), runs, attach_facts(GTK_GRID(grid), runs, 0));
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), grid);
  gtk_widget_set_vexpand(scrolled, TRUE);
  return scrolled;
}

void
nw_run_compare_present(GtkWindow *parent, GListModel *runs)
{
  GtkWidget *window = adw_window_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkEventController *keys = gtk_shortcut_controller_new();
  int width = 220 + 220 * (int)MIN(g_list_model_get_n_items(runs), 4);

  gtk_window_set_title(GTK_WINDOW(window), _("Compare Runs"));
  gtk_window_set_default_size(GTK_WINDOW(window), width, 520);
  gtk_window_set_transient_for(GTK_WINDOW(window), parent);
  gtk_window_set_destroy_with_parent(GTK_WINDOW(window), TRUE);
  gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys),
                                       gtk_shortcut_new(gtk_shortcut_trigger_parse_string("Escape"),
                                                        gtk_named_action_new("window.close")));
  gtk_widget_add_controller(window, keys);
  gtk_box_append(GTK_BOX(box), adw_header_bar_new());
  gtk_box_append(GTK_BOX(box), create_table(runs));
  adw_window_set_content(ADW_WINDOW(window), box);
  gtk_window_present(GTK_WINDOW(window));
}
