/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-balance-panel.h"

#include <glib/gi18n.h>

#include "nw-names.h"

#define MAX_ROWS  12 /* per target; the rarest come first when there are more */
#define MAX_ALONE 3  /* more targets that are one yes/no column each stand together */

struct _NwBalancePanel {
  GtkWidget parent;

  GtkWidget *box;
};

G_DEFINE_FINAL_TYPE(NwBalancePanel, nw_balance_panel, GTK_TYPE_WIDGET)

/* One class, or one yes/no column. */
typedef struct {
  const char *name;
  gsize count, rows;
} Share;

static int
compare_rarest_first(gconstpointer a, gconstpointer b)
{
  const Share *first = a, *second = b;

  return (first->count > second->count) - (first->count < second->count);
}

/* Values that read as true: of two values that are known the second is 1 (see NW_COLUMN_BINARY). */
static gsize
count_positives(const NwTableColumn *column, const NwUnknown *unknown)
{
  const NwTableValue *last = NULL;
  gsize n = 0;

  for (gsize i = 0; i < column->n_values; i++)
    if (!nw_unknown_has_text(unknown, column->values[i].text)) {
      last = &column->values[i];
      n++;
    }
  return n == 2 || (n == 1 && !column->is_text && g_ascii_strtod(last->text, NULL) > 0)
             ? last->count
             : 0;
}

static void
collect(GArray *shares, const NwTableColumn *column, NwColumnKind kind, const NwUnknown *unknown)
{
  Share share = {.rows = column->rows - MIN(column->rows, nw_unknown_count(unknown, column))};

  if (kind == NW_COLUMN_BINARY && column->shape.rank == 0) {
    share.name = column->name;
    share.count = count_positives(column, unknown);
    g_array_append_val(shares, share);
  } else if (kind == NW_COLUMN_CATEGORY) {
    for (gsize i = 0; i < column->n_values; i++) {
      if (nw_unknown_has_text(unknown, column->values[i].text))
        continue;
      share.name = column->values[i].text;
      share.count = column->values[i].count;
      g_array_append_val(shares, share);
    }
  }
}

static GArray *
collect_field(const NwBinding *binding, const NwUnknown *unknown, NwDataSettings *settings,
              NwTable *table)
{
  GArray *shares = g_array_new(FALSE, FALSE, sizeof(Share));

  for (char **name = binding->columns; *name; name++) {
    gssize index = nw_table_find(table, *name);
    const NwColumnSetting *setting = nw_data_settings_find_column(settings, binding->source, *name);
    const NwTableColumn *column;
    NwColumnKind kind;

    if (index < 0)
      continue;
    column = nw_table_get_column(table, (gsize)index);
    kind = setting && setting->has_kind ? setting->kind : column->guess;
    if (!(setting && setting->has_kind) && nw_unknown_leaves_binary(unknown, column))
      kind = NW_COLUMN_BINARY;
    collect(shares, column, kind, unknown);
  }
  return shares;
}

static GtkWidget *
create_row(const Share *share, gsize prefix)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = gtk_label_new(share->name + prefix);
  GtkWidget *bar = gtk_level_bar_new_for_interval(0, 1);
  double part = share->rows ? (double)share->count / (double)share->rows : 0;
  g_autofree char *text =
      g_strdup_printf("%" G_GSIZE_FORMAT " · %.1f %%", share->count, part * 100);
  GtkWidget *number = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(name), 0);
  gtk_label_set_width_chars(GTK_LABEL(name), 10);
  gtk_label_set_max_width_chars(GTK_LABEL(name), 10);
  gtk_label_set_ellipsize(GTK_LABEL(name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_tooltip_text(name, share->name);
  gtk_level_bar_remove_offset_value(GTK_LEVEL_BAR(bar), GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value(GTK_LEVEL_BAR(bar), GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value(GTK_LEVEL_BAR(bar), GTK_LEVEL_BAR_OFFSET_FULL);
  gtk_level_bar_set_value(GTK_LEVEL_BAR(bar), part);
  gtk_widget_set_hexpand(bar, TRUE);
  gtk_widget_set_valign(bar, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(bar), GTK_ACCESSIBLE_PROPERTY_LABEL, share->name,
                                 -1);
  gtk_label_set_xalign(GTK_LABEL(number), 1);
  gtk_label_set_width_chars(GTK_LABEL(number), 14);
  gtk_widget_add_css_class(number, "nw-number");
  gtk_widget_add_css_class(number, "caption");
  gtk_box_append(GTK_BOX(row), name);
  gtk_box_append(GTK_BOX(row), bar);
  gtk_box_append(GTK_BOX(row), number);
  return row;
}

static void
append_caption(NwBalancePanel *self, const char *text)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_add_css_class(label, "caption-heading");
  gtk_widget_add_css_class(label, "dim-label");
  gtk_box_append(GTK_BOX(self->box), label);
}

static gsize
common_prefix(const GArray *shares)
{
  g_autofree const char **names = g_new0(const char *, shares->len + 1);

  for (guint i = 0; i < shares->len; i++)
    names[i] = g_array_index(shares, Share, i).name;
  return nw_names_common_prefix(names, shares->len);
}

static void
append_field(NwBalancePanel *self, const char *field, GArray *shares)
{
  gsize prefix = common_prefix(shares);
  g_autofree char *more = NULL;

  append_caption(self, field);
  if (shares->len > MAX_ROWS)
    g_array_sort(shares, compare_rarest_first);
  for (guint i = 0; i < shares->len && i < MAX_ROWS; i++)
    gtk_box_append(GTK_BOX(self->box), create_row(&g_array_index(shares, Share, i), prefix));
  if (shares->len <= MAX_ROWS)
    return;
  more = g_strdup_printf(_("and %u that are more frequent"), shares->len - MAX_ROWS);
  append_caption(self, more);
}

gboolean
nw_balance_panel_set(NwBalancePanel *self, const GArray *fields, NwDataSettings *settings,
                     NwTables *tables)
{
  g_autoptr(GPtrArray) several = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  g_autoptr(GArray) alone = g_array_new(FALSE, FALSE, sizeof(Share));
  GtkWidget *child;

  g_return_val_if_fail(NW_IS_BALANCE_PANEL(self), FALSE);

  while ((child = gtk_widget_get_first_child(self->box)))
    gtk_box_remove(GTK_BOX(self->box), child);
  for (guint i = 0; i < fields->len; i++) {
    const NwFieldInfo *field = &g_array_index(fields, NwFieldInfo, i);
    const NwBinding *binding = nw_data_settings_find_binding(settings, field->request.name);
    NwTable *table = binding ? nw_tables_get(tables, binding->source, NULL) : NULL;
    g_autoptr(GArray) shares = NULL;

    if (field->request.role != NW_FIELD_TARGET || !table)
      continue;
    shares = collect_field(binding, &field->request.unknown, settings, table);
    if (shares->len == 0)
      continue;
    if (shares->len == 1)
      g_array_append_vals(alone, shares->data, 1);
    g_ptr_array_add(several, g_steal_pointer(&shares));
    g_ptr_array_add(names, (gpointer)field->request.name);
  }
  if (alone->len > MAX_ALONE) {
    g_autofree char *caption = g_strdup_printf(_("%u yes/no targets"), alone->len);
    append_field(self, caption, alone);
  }
  for (guint i = 0; i < several->len; i++) {
    GArray *shares = g_ptr_array_index(several, i);
    if (shares->len > 1 || alone->len <= MAX_ALONE)
      append_field(self, g_ptr_array_index(names, i), shares);
  }
  return gtk_widget_get_first_child(self->box) != NULL;
}

static void
nw_balance_panel_dispose(GObject *object)
{
  g_clear_pointer(&NW_BALANCE_PANEL(object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_balance_panel_parent_class)->dispose(object);
}

static void
nw_balance_panel_class_init(NwBalancePanelClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_balance_panel_dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void
nw_balance_panel_init(NwBalancePanel *self)
{
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
}
