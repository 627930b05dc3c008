/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-param-form.h"

#include "nw-param-row.h"

#include <glib/gi18n.h>

/* A titled group: a row that folds the rows behind it. */
typedef struct {
  const char *title; /* as in the table */
  GtkWidget *header, *summary, *arrow;
} Group;

struct _NwParamForm {
  GtkWidget parent_instance;
  GtkWidget *plain, *folded; /* lists: rows without a group; groups */
  GPtrArray *values;         /* NwParams */
  GPtrArray *rows;           /* NwParamRow, borrowed from the lists */
  GArray *groups;            /* Group */
  GHashTable *open;          /* titles of groups that are unfolded; outlives a change of table */
  const char *const *keys;   /* (nullable) the only rows, or those left out */
  gboolean keys_shown;
};

G_DEFINE_FINAL_TYPE(NwParamForm, nw_param_form, GTK_TYPE_WIDGET)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── rows ────────────────────────────────────────────────────────────────────────────────────── */

/* In every value's table, with the same type. */
static gboolean
is_common(NwParamForm *form, const NwParamSpec *spec)
{
  for (guint i = 1; i < form->values->len; i++) {
    const NwParamSpec *other = nw_params_find_spec(form->values->pdata[i], spec->key);
    if (!other || other->type != spec->type || other->choices != spec->choices)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_chosen(NwParamForm *form, const NwParamSpec *spec)
{
  return form->keys == NULL || g_strv_contains(form->keys, spec->key) == form->keys_shown;
}

static void
commit_cb(NwParamRow *row, const char *text, NwParamForm *form)
{
  const char *key = nw_param_row_get_spec(row)->key;
  g_autofree char *copy = g_strdup(text);

  for (guint i = 0; i < form->values->len; i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(NwParams) params = nw_params_with(form->values->pdata[i], key, copy, &error);
    if (params)
      continue;
    nw_param_row_show_error(row, error->message);
    return;
  }
  g_signal_emit(form, signals[CHANGED], 0, key, copy);
}

static Group *
find_group(NwParamForm *form, const char *title)
{
  for (guint i = 0; i < form->groups->len; i++) {
    Group *group = &g_array_index(form->groups, Group, i);
    if (g_str_equal(group->title, title))
      return group;
  }
  return NULL;
}

static gboolean
is_open(NwParamForm *form, const char *title)
{
  return title == NULL || g_hash_table_contains(form->open, title);
}

static gboolean
applies(NwParamForm *form, const char *key)
{
  for (guint i = 0; i < form->values->len; i++) {
    if (!nw_params_applies(form->values->pdata[i], key))
      return FALSE;
  }
  return TRUE;
}

/* What of a folded group is not at its default: “Kernel L2 0.01”. */
static void
update_summary(NwParamForm *form, Group *group)
{
  g_autoptr(GString) text = g_string_new(NULL);
  gboolean open = is_open(form, group->title), any = FALSE;

  for (guint i = 0; i < form->rows->len; i++) {
    NwParamRow *row = form->rows->pdata[i];
    const NwParamSpec *spec = nw_param_row_get_spec(row);
    const char *value = nw_param_row_get_text(row);

    if (g_strcmp0(spec->group, group->title) != 0 || !applies(form, spec->key))
      continue;
    any = TRUE;
    if (!nw_param_row_is_initial(row))
      g_string_append_printf(text, "%s%s %s", text->len ? ", " : "", _(spec->title),
                             value ? value : "—");
  }
  gtk_label_set_text(GTK_LABEL(group->summary), open ? "" : text->str);
  gtk_image_set_from_icon_name(GTK_IMAGE(group->arrow),
                               open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_widget_set_visible(group->header, any);
  gtk_accessible_update_state(GTK_ACCESSIBLE(group->header), GTK_ACCESSIBLE_STATE_EXPANDED, open,
                              -1);
}

static void
update_visibility(NwParamForm *form)
{
  gboolean plain = FALSE, folded = FALSE;

  for (guint i = 0; i < form->rows->len; i++) {
    const NwParamSpec *spec = nw_param_row_get_spec(form->rows->pdata[i]);
    gboolean applied = applies(form, spec->key);

    gtk_widget_set_visible(form->rows->pdata[i], applied && is_open(form, spec->group));
    plain |= applied && !spec->group;
    folded |= applied && spec->group;
  }
  for (guint i = 0; i < form->groups->len; i++)
    update_summary(form, &g_array_index(form->groups, Group, i));
  gtk_widget_set_visible(form->plain, plain);
  gtk_widget_set_visible(form->folded, folded);
}

static void
header_activated_cb(GtkListBox *list, GtkListBoxRow *row, NwParamForm *form)
{
  for (guint i = 0; i < form->groups->len; i++) {
    Group *group = &g_array_index(form->groups, Group, i);
    if (group->header != GTK_WIDGET(row))
      continue;
    if (!g_hash_table_remove(form->open, group->title))
      g_hash_table_add(form->open, g_strdup(group->title));
  }
  update_visibility(form);
}

static void
add_group(NwParamForm *form, const char *title)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6), *label = gtk_label_new(_(title));
  Group group = {.title = title,
                 .header = gtk_list_box_row_new(),
                 .summary = gtk_label_new(NULL),
                 .arrow = gtk_image_new()};

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_xalign(GTK_LABEL(group.summary), 1);
  gtk_label_set_ellipsize(GTK_LABEL(group.summary), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand(group.summary, TRUE);
  gtk_widget_add_css_class(group.summary, "dim-label");
  gtk_widget_add_css_class(group.header, "nw-param");
  gtk_list_box_row_set_selectable(GTK_LIST_BOX_ROW(group.header), FALSE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(group.header), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(title), -1);
  gtk_box_append(GTK_BOX(box), label);
  gtk_box_append(GTK_BOX(box), group.summary);
  gtk_box_append(GTK_BOX(box), group.arrow);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(group.header), box);
  g_array_append_val(form->groups, group);
}

static void
clear_list(GtkWidget *list)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child(list)))
    gtk_list_box_remove(GTK_LIST_BOX(list), child);
}

static void
append_group_rows(NwParamForm *form, const char *title)
{
  GtkWidget *list = title ? form->folded : form->plain;

  if (title)
    gtk_list_box_append(GTK_LIST_BOX(list), find_group(form, title)->header);
  for (guint i = 0; i < form->rows->len; i++) {
    if (g_strcmp0(nw_param_row_get_spec(form->rows->pdata[i])->group, title) == 0)
      gtk_list_box_append(GTK_LIST_BOX(list), form->rows->pdata[i]);
  }
}

static void
rebuild(NwParamForm *form, GPtrArray *specs)
{
  g_ptr_array_set_size(form->rows, 0);
  g_array_set_size(form->groups, 0);
  clear_list(form->plain);
  clear_list(form->folded);
  for (guint i = 0; i < specs->len; i++) {
    const NwParamSpec *spec = specs->pdata[i];
    GtkWidget *row = nw_param_row_new(spec);
    g_signal_connect_object(row, "commit", G_CALLBACK(commit_cb), form, 0);
    g_ptr_array_add(form->rows, row);
    if (spec->group && !find_group(form, spec->group))
      add_group(form, spec->group);
  }
  append_group_rows(form, NULL);
  for (guint i = 0; i < form->groups->len; i++)
    append_group_rows(form, g_array_index(form->groups, Group, i).title);
}

static gboolean
has_rows_of(NwParamForm *form, GPtrArray *specs)
{
  if (form->rows->len != specs->len)
    return FALSE;
  for (guint i = 0; i < specs->len; i++) {
    if (nw_param_row_get_spec(form->rows->pdata[i]) != specs->pdata[i])
      return FALSE;
  }
  return TRUE;
}

static void
show_row(NwParamForm *form, NwParamRow *row)
{
  const char *key = nw_param_row_get_spec(row)->key;
  g_autofree char *text = nw_params_to_text(form->values->pdata[0], key);
  gboolean initial = nw_params_is_initial(form->values->pdata[0], key), same = TRUE;

  for (guint i = 1; i < form->values->len && same; i++) {
    g_autofree char *other = nw_params_to_text(form->values->pdata[i], key);
    same = g_str_equal(text, other);
  }
  nw_param_row_show(row, same ? text : NULL, initial && same);
}

void
nw_param_form_set_values(NwParamForm *form, NwParams *const *values, guint n)
{
  g_autoptr(GPtrArray) specs = g_ptr_array_new();

  g_return_if_fail(NW_IS_PARAM_FORM(form));
  g_ptr_array_set_size(form->values, 0);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add(form->values, nw_params_ref(values[i]));
  for (const NwParamSpec *spec = n ? nw_params_get_specs(values[0]) : NULL; spec && spec->key;
       spec++) {
    if (is_common(form, spec) && is_chosen(form, spec))
      g_ptr_array_add(specs, (gpointer)spec);
  }
  if (!has_rows_of(form, specs))
    rebuild(form, specs);
  for (guint i = 0; i < form->rows->len; i++)
    show_row(form, form->rows->pdata[i]);
  update_visibility(form);
}

void
nw_param_form_choose(NwParamForm *form, const char *const *keys, gboolean shown)
{
  g_return_if_fail(NW_IS_PARAM_FORM(form));
  form->keys = keys;
  form->keys_shown = shown;
}

GtkWidget *
nw_param_form_find_row(NwParamForm *form, const char *key)
{
  for (guint i = 0; i < form->rows->len; i++) {
    NwParamRow *row = form->rows->pdata[i];
    if (key ? g_str_equal(nw_param_row_get_spec(row)->key, key)
            : gtk_widget_get_visible(GTK_WIDGET(row)))
      return GTK_WIDGET(row);
  }
  return NULL;
}

/* ── class ───────────────────────────────────────────────────────────────────────────────────── */

static void
nw_param_form_dispose(GObject *object)
{
  NwParamForm *form = NW_PARAM_FORM(object);

  g_clear_pointer(&form->plain, gtk_widget_unparent);
  g_clear_pointer(&form->folded, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_param_form_parent_class)->dispose(object);
}

static void
nw_param_form_finalize(GObject *object)
{
  NwParamForm *form = NW_PARAM_FORM(object);

  g_ptr_array_unref(form->values);
  g_ptr_array_unref(form->rows);
  g_array_unref(form->groups);
  g_hash_table_unref(form->open);
  G_OBJECT_CLASS(nw_param_form_parent_class)->finalize(object);
}

static void
nw_param_form_class_init(NwParamFormClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_param_form_dispose;
  G_OBJECT_CLASS(class)->finalize = nw_param_form_finalize;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BOX_LAYOUT);
  signals[CHANGED] = g_signal_new("changed", NW_TYPE_PARAM_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static GtkWidget *
make_list(NwParamForm *form)
{
  GtkWidget *list = gtk_list_box_new();

  gtk_widget_add_css_class(list, "boxed-list");
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
  gtk_widget_set_parent(list, GTK_WIDGET(form));
  return list;
}

static void
nw_param_form_init(NwParamForm *form)
{
  GtkBoxLayout *layout = GTK_BOX_LAYOUT(gtk_widget_get_layout_manager(GTK_WIDGET(form)));

  gtk_orientable_set_orientation(GTK_ORIENTABLE(layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing(layout, 12);
  form->plain = make_list(form);
  form->folded = make_list(form);
  g_signal_connect(form->folded, "row-activated", G_CALLBACK(header_activated_cb), form);
  form->values = g_ptr_array_new_with_free_func((GDestroyNotify)nw_params_unref);
  form->rows = g_ptr_array_new();
  form->groups = g_array_new(FALSE, FALSE, sizeof(Group));
  form->open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

GtkWidget *
nw_param_form_new(void)
{
  return g_object_new(NW_TYPE_PARAM_FORM, NULL);
}
