/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-binding-row.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#define LONGEST 13 /* characters of a column's name in the button */

struct _NwBindingRow {
  AdwActionRow parent;

  char *field;
  NwFieldInfo info;
  NwDataSettings *settings;
  NwTables *tables;
  GtkWidget *button;
  GtkWidget *chosen; /* what the button says */
  GtkWidget *fit;    /* shown while the columns make more or fewer numbers than are wanted */
  gboolean misfit;
  char *problem, *remedy; /* (nullable): of the misfit */

  /* in the popover, made when it opens */
  GtkWidget *popover;
  GtkDropDown *sources;
  GtkWidget *search;
  GtkListBox *list;
  GtkWidget *length; /* shown for sequences: what becomes of those of another length */
  GtkWidget *wanted; /* how many steps are wanted */
  GtkWidget *manners[NW_N_FITS];
  GtkWidget *filling, *fill; /* with what, sensitive while some are filled up */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE(NwBindingRow, nw_binding_row, ADW_TYPE_ACTION_ROW)

enum { SIGNAL_EDITED, SIGNAL_FIT, N_SIGNALS };
static guint signals[N_SIGNALS];

const char *
nw_binding_row_get_field(NwBindingRow *self)
{
  return self->field;
}

/* How many numbers a row's columns make, as the network sees them; −1 while the file is unread. */
static gint64
count_elements(NwBindingRow *self, const NwBinding *binding, guint *n_columns)
{
  NwTable *table = nw_tables_get(self->tables, binding->source, NULL);
  gint64 elements = 0;

  *n_columns = g_strv_length(binding->columns);
  if (!table)
    return -1;
  for (char **name = binding->columns; *name; name++) {
    gssize index = nw_table_find(table, *name);
    const NwTableColumn *column;
    const NwColumnSetting *setting;
    NwColumnKind kind;

    if (index < 0)
      continue;
    column = nw_table_get_column(table, (gsize)index);
    setting = nw_data_settings_find_column(self->settings, binding->source, *name);
    kind = setting && setting->has_kind ? setting->kind : column->guess;
    if (kind == NW_COLUMN_CATEGORY && self->info.request.category_as == NW_CATEGORY_AS_ONE_HOT)
      elements += (gint64)column->n_values;
    else if (kind == NW_COLUMN_BINARY && !binding->columns[1] &&
             nw_shape_elements(&column->shape) == 1 &&
             nw_shape_elements(&self->info.request.type.shape) == 2)
      elements += 2; /* no and yes */
    else
      elements += nw_shape_elements(&column->shape);
  }
  return elements;
}

/* “64 numbers” or what else the field wants. */
static char *
dup_wanted(const NwFieldInfo *info)
{
  g_autofree char *shape = NULL;

  if (!info->known)
    return g_strdup(_("not connected yet"));
  shape = nw_shape_to_text(&info->request.type.shape);
  if (info->request.role == NW_FIELD_WEIGHT)
    return info->request.type.shape.rank == 0 ? g_strdup(_("wants one weight per row"))
                                              : g_strdup_printf(_("wants %s weights"), shape);
  if (info->request.n_steps > 0)
    return g_strdup_printf(_("wants %s labels in their order"), shape);
  if (info->request.type.dtype == NW_INT32 && info->request.role == NW_FIELD_TARGET)
    return info->request.type.shape.rank == 0
               ? g_strdup(_("wants one class per row"))
               : g_strdup_printf(_("wants one class for each of %s steps"), shape);
  if (info->request.type.dtype == NW_INT32)
    return g_strdup_printf(_("wants %s whole numbers"), shape);
  return g_strdup_printf(_("wants %s"), shape);
}

/* What is done to sequences on the way. (nullable) */
static const char *
get_manner(const NwBinding *binding)
{
  static const char *const fits[NW_N_FITS] = {
      [NW_FIT_END] = N_("cut or filled up at the end"),
      [NW_FIT_START] = N_("cut or filled up in front"),
  };

  if (binding->last_step)
    return _("the last step alone");
  return fits[binding->fit] ? _(fits[binding->fit]) : NULL;
}

/* Numbers of the columns that mean “not known”. */
static gsize
count_unknown(NwBindingRow *self, const NwBinding *binding)
{
  NwTable *table = nw_tables_get(self->tables, binding->source, NULL);
  gsize n = 0;

  for (char **name = binding->columns; table && *name; name++) {
    gssize index = nw_table_find(table, *name);

    if (index >= 0)
      n += nw_unknown_count(&self->info.request.unknown, nw_table_get_column(table, (gsize)index));
  }
  return n;
}

static void
append_clause(char **text, const char *clause)
{
  g_autofree char *before = *text;

  *text = g_strdup_printf("%s · %s", before, clause);
}

static void
fit_cb(NwBindingRow *self)
{
  g_signal_emit(self, signals[SIGNAL_FIT], 0);
}

static gboolean
is_open(NwBindingRow *self)
{
  return self->popover && gtk_widget_get_visible(self->popover);
}

static void
show_fit(NwBindingRow *self)
{
  gtk_widget_set_visible(self->fit, self->remedy != NULL);
  if (!self->remedy)
    return;
  gtk_label_set_label(GTK_LABEL(gtk_button_get_child(GTK_BUTTON(self->fit))), self->remedy);
  gtk_widget_set_tooltip_text(self->fit, self->problem);
}

/* While the popover is open the row keeps still: a row that gets another height moves what the
 * popover points to, and GTK 4.8 cannot place an open popover anew. “closed” makes up for it. */
static void
show_binding(NwBindingRow *self)
{
  const NwBinding *binding = nw_data_settings_find_binding(self->settings, self->field);
  g_autofree char *wanted = dup_wanted(&self->info);
  g_autofree char *subtitle = NULL, *markup = NULL, *label = NULL;
  guint n_columns = 0;
  gint64 elements;
  gsize n_unknown;

  if (!self->settings || is_open(self))
    return;
  show_fit(self);
  gtk_widget_remove_css_class(GTK_WIDGET(self), "nw-unbound");
  if (!binding) {
    subtitle = g_strdup_printf(_("%s · nothing feeds it"), wanted);
    gtk_widget_add_css_class(GTK_WIDGET(self), "nw-unbound");
    label = g_strdup(_("Choose…"));
  } else {
    elements = count_elements(self, binding, &n_columns);
    if (self->misfit)
      gtk_widget_add_css_class(GTK_WIDGET(self), "nw-unbound");
    if (self->misfit && elements >= 0)
      subtitle = g_strdup_printf(_("%s · gets %" PRId64), wanted, elements);
    else if (elements >= 0 && self->info.request.type.dtype == NW_REAL && !get_manner(binding))
      subtitle =
          g_strdup_printf(_("%s · gets %" PRId64 " from %s"), wanted, elements, binding->source);
    else
      subtitle = g_strdup_printf(_("%s · from %s"), wanted, binding->source);
    if (get_manner(binding))
      append_clause(&subtitle, get_manner(binding));
    n_unknown = count_unknown(self, binding);
    if (n_unknown > 0) {
      g_autofree char *clause = g_strdup_printf(_("%zu not known"), n_unknown);
      append_clause(&subtitle, clause);
    }
    label = n_columns == 1
                ? g_strdup(binding->columns[0])
                : g_strdup_printf(ngettext("%u column", "%u columns", n_columns), n_columns);
  }
  markup = g_markup_escape_text(subtitle, -1);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(self), markup);
  gtk_label_set_label(GTK_LABEL(self->chosen), label);
  gtk_label_set_width_chars(GTK_LABEL(self->chosen), (int)MIN(g_utf8_strlen(label, -1), LONGEST));
  gtk_widget_set_tooltip_text(self->button, n_columns == 1 ? label : NULL);
}

/* ── the popover ─────────────────────────────────────────────────────────────────────────────── */

static const char *
get_source(NwBindingRow *self)
{
  GtkStringObject *item = gtk_drop_down_get_selected_item(self->sources);

  return item ? gtk_string_object_get_string(item) : NULL;
}

static gboolean
is_checked(GtkListBoxRow *row)
{
  return gtk_check_button_get_active(GTK_CHECK_BUTTON(gtk_list_box_row_get_child(row)));
}

static void
emit_binding(NwBindingRow *self)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  g_autofree char *label = g_strdup_printf(_("Choose what feeds “%s”"), self->field);
  g_autofree char *merge = g_strdup_printf("bind %s", self->field);
  g_autoptr(NwDataSettings) next = NULL;
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index(self->list, i)); i++)
    if (is_checked(row))
      g_ptr_array_add(names, (gpointer)gtk_check_button_get_label(
                                 GTK_CHECK_BUTTON(gtk_list_box_row_get_child(row))));
  g_ptr_array_add(names, NULL);
  next = nw_data_settings_with_binding(self->settings, self->field, get_source(self),
                                       (const char *const *)names->pdata);
  g_signal_emit(self, signals[SIGNAL_EDITED], 0, next, label, merge);
}

/* ── the length of sequences ─────────────────────────────────────────────────────────────────── */

/* Steps that are wanted of each row; 0: the field, or what feeds it, has none. */
static gint64
count_wanted_steps(NwBindingRow *self, const NwBinding *binding)
{
  const NwShape *shape = &self->info.request.type.shape;
  NwTable *table = binding ? nw_tables_get(self->tables, binding->source, NULL) : NULL;
  gssize column = table ? nw_table_find(table, binding->columns[0]) : -1;

  if (column < 0 || !self->info.known || shape->rank == 0 || binding->last_step ||
      self->info.request.role == NW_FIELD_WEIGHT || self->info.request.n_steps > 0)
    return 0;
  return nw_table_get_column(table, (gsize)column)->shape.rank > 0 ? shape->dim[0] : 0;
}

/* FALSE while what stands in the entry is no number. */
static gboolean
read_fill(NwBindingRow *self, double *fill)
{
  const char *text = gtk_editable_get_text(GTK_EDITABLE(self->fill));
  char *end;

  *fill = g_ascii_strtod(text, &end);
  return end != text && *end == '\0' && isfinite(*fill);
}

static void
show_length(NwBindingRow *self)
{
  const NwBinding *binding = nw_data_settings_find_binding(self->settings, self->field);
  gint64 steps = count_wanted_steps(self, binding);
  g_autofree char *caption = NULL;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  double shown;

  gtk_widget_set_visible(self->length, steps > 0);
  if (steps == 0)
    return;
  caption = g_strdup_printf(_("Sequences that have not %" PRId64 " steps"), steps);
  self->updating = TRUE;
  gtk_label_set_label(GTK_LABEL(self->wanted), caption);
  gtk_check_button_set_active(GTK_CHECK_BUTTON(self->manners[binding->fit]), TRUE);
  gtk_widget_set_sensitive(self->filling, binding->fit != NW_FIT_NONE);
  if (!read_fill(self, &shown) || shown != binding->fill) /* else it is being typed */
    gtk_editable_set_text(GTK_EDITABLE(self->fill),
                          g_ascii_formatd(number, sizeof number, "%.12g", binding->fill));
  self->updating = FALSE;
}

static void
emit_length(NwBindingRow *self, NwFit fit, double fill)
{
  g_autoptr(NwDataSettings) next =
      nw_data_settings_with_fit(self->settings, self->field, fit, fill);
  g_autofree char *label = g_strdup_printf(_("Change the length of “%s”"), self->field);
  g_autofree char *merge = g_strdup_printf("length of %s", self->field);

  g_signal_emit(self, signals[SIGNAL_EDITED], 0, next, label, merge);
}

static void
manner_toggled_cb(NwBindingRow *self, GtkCheckButton *button)
{
  const NwBinding *binding = nw_data_settings_find_binding(self->settings, self->field);

  for (guint fit = 0; fit < NW_N_FITS; fit++)
    if (self->manners[fit] == GTK_WIDGET(button) && gtk_check_button_get_active(button) &&
        !self->updating && binding && binding->fit != fit)
      emit_length(self, (NwFit)fit, binding->fill);
}

static void
fill_changed_cb(NwBindingRow *self)
{
  const NwBinding *binding = nw_data_settings_find_binding(self->settings, self->field);
  double fill;
  gboolean right = read_fill(self, &fill);

  if (right)
    gtk_widget_remove_css_class(self->fill, "error");
  else
    gtk_widget_add_css_class(self->fill, "error");
  if (right && !self->updating && binding && binding->fill != fill)
    emit_length(self, binding->fit, fill);
}

static GtkWidget *
create_length(NwBindingRow *self)
{
  GtkWidget *label = gtk_label_new_with_mnemonic(_("_Filled up with"));

  self->length = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  self->wanted = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(self->wanted), 0);
  gtk_widget_add_css_class(self->wanted, "caption-heading");
  gtk_widget_set_margin_top(self->wanted, 6);
  self->filling = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  self->fill = gtk_entry_new();
  gtk_editable_set_width_chars(GTK_EDITABLE(self->fill), 10);
  gtk_widget_set_tooltip_text(
      self->fill, _("As the network gets it, not scaled: the number that a mask leaves out"));
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), self->fill);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_set_hexpand(label, TRUE);
  gtk_box_append(GTK_BOX(self->filling), label);
  gtk_box_append(GTK_BOX(self->filling), self->fill);
  gtk_box_append(GTK_BOX(self->length), self->wanted);
  for (guint fit = 0; fit < NW_N_FITS; fit++) {
    self->manners[fit] = gtk_check_button_new_with_label(_(nw_fit_choices[fit].title));
    gtk_check_button_set_group(GTK_CHECK_BUTTON(self->manners[fit]),
                               fit > 0 ? GTK_CHECK_BUTTON(self->manners[0]) : NULL);
    g_signal_connect_swapped(self->manners[fit], "toggled", G_CALLBACK(manner_toggled_cb), self);
    gtk_box_append(GTK_BOX(self->length), self->manners[fit]);
  }
  gtk_box_append(GTK_BOX(self->length), self->filling);
  g_signal_connect_swapped(self->fill, "changed", G_CALLBACK(fill_changed_cb), self);
  return self->length;
}

/* ── the list of columns ─────────────────────────────────────────────────────────────────────── */

static void
toggled_cb(NwBindingRow *self)
{
  if (!self->updating)
    emit_binding(self);
}

static gboolean
filter_cb(GtkListBoxRow *row, gpointer data)
{
  NwBindingRow *self = data;
  const char *name = gtk_check_button_get_label(GTK_CHECK_BUTTON(gtk_list_box_row_get_child(row)));
  g_autofree char *folded = g_utf8_casefold(name, -1);
  g_autofree char *wanted = g_utf8_casefold(gtk_editable_get_text(GTK_EDITABLE(self->search)), -1);

  return strstr(folded, wanted) != NULL;
}

/* Sets the check of every row that the search shows. */
static void
set_all(NwBindingRow *self, gboolean checked)
{
  GtkListBoxRow *row;

  self->updating = TRUE;
  for (int i = 0; (row = gtk_list_box_get_row_at_index(self->list, i)); i++)
    if (filter_cb(row, self))
      gtk_check_button_set_active(GTK_CHECK_BUTTON(gtk_list_box_row_get_child(row)), checked);
  self->updating = FALSE;
  emit_binding(self);
}

static void
all_cb(NwBindingRow *self)
{
  set_all(self, TRUE);
}

static void
none_cb(NwBindingRow *self)
{
  set_all(self, FALSE);
}

static void
row_activated_cb(NwBindingRow *self, GtkListBoxRow *row)
{
  gtk_check_button_set_active(GTK_CHECK_BUTTON(gtk_list_box_row_get_child(row)), !is_checked(row));
}

static gboolean
is_bound(NwBindingRow *self, const char *source, const char *column)
{
  const NwBinding *binding = nw_data_settings_find_binding(self->settings, self->field);

  return binding && g_strcmp0(binding->source, source) == 0 &&
         g_strv_contains((const char *const *)binding->columns, column);
}

/* While the popover is open its rows stay, whatever was edited: only their checks follow. */
static void
show_checks(NwBindingRow *self)
{
  GtkListBoxRow *row;

  self->updating = TRUE;
  for (int i = 0; (row = gtk_list_box_get_row_at_index(self->list, i)); i++) {
    GtkCheckButton *check = GTK_CHECK_BUTTON(gtk_list_box_row_get_child(row));

    gtk_check_button_set_active(
        check, is_bound(self, get_source(self), gtk_check_button_get_label(check)));
  }
  self->updating = FALSE;
}

static void
fill_list(NwBindingRow *self)
{
  const char *source = get_source(self);
  NwTable *table = source ? nw_tables_get(self->tables, source, NULL) : NULL;
  gsize n = table ? nw_table_get_n_columns(table) : 0;
  GtkWidget *child;

  self->updating = TRUE;
  while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->list))) && GTK_IS_LIST_BOX_ROW(child))
    gtk_list_box_remove(self->list, child);
  for (gsize i = 0; i < n; i++) {
    const char *name = nw_table_get_column(table, i)->name;
    GtkWidget *check = gtk_check_button_new_with_label(name);

    gtk_check_button_set_active(GTK_CHECK_BUTTON(check), is_bound(self, source, name));
    g_signal_connect_swapped(check, "toggled", G_CALLBACK(toggled_cb), self);
    gtk_list_box_append(self->list, check);
  }
  self->updating = FALSE;
}

static void
source_chosen_cb(NwBindingRow *self)
{
  fill_list(self);
}

static void
fill_sources(NwBindingRow *self)
{
  const NwBinding *binding = nw_data_settings_find_binding(self->settings, self->field);
  g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);
  guint selected = 0;

  for (gsize i = 0; i < nw_data_settings_get_n_sources(self->settings); i++) {
    const NwDataSource *source = nw_data_settings_get_source(self->settings, i);

    if (source->use != NW_SOURCE_ROWS)
      continue;
    if (binding && g_strcmp0(binding->source, source->name) == 0)
      selected = g_list_model_get_n_items(G_LIST_MODEL(names));
    gtk_string_list_append(names, source->name);
  }
  gtk_drop_down_set_model(self->sources, G_LIST_MODEL(names));
  gtk_drop_down_set_selected(self->sources, selected);
  gtk_widget_set_visible(GTK_WIDGET(self->sources),
                         g_list_model_get_n_items(G_LIST_MODEL(names)) > 1);
}

static GtkWidget *
create_text_button(const char *text, GCallback callback, NwBindingRow *self)
{
  GtkWidget *button = gtk_button_new_with_label(text);

  gtk_widget_set_hexpand(button, TRUE);
  g_signal_connect_swapped(button, "clicked", callback, self);
  return button;
}

static void
create_popup_cb(GtkMenuButton *button, gpointer data)
{
  NwBindingRow *self = data;
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new();
  GtkWidget *placeholder = gtk_label_new(_("No column to choose from.\nAdd a data file first."));

  if (!self->popover) {
    self->sources = GTK_DROP_DOWN(gtk_drop_down_new(NULL, NULL));
    self->search = gtk_search_entry_new();
    self->list = GTK_LIST_BOX(gtk_list_box_new());
    gtk_list_box_set_filter_func(self->list, filter_cb, self, NULL);
    gtk_list_box_set_placeholder(self->list, placeholder);
    gtk_list_box_set_selection_mode(self->list, GTK_SELECTION_NONE);
    g_signal_connect_swapped(self->list, "row-activated", G_CALLBACK(row_activated_cb), self);
    g_signal_connect_swapped(self->search, "search-changed",
                             G_CALLBACK(gtk_list_box_invalidate_filter), self->list);
    g_signal_connect_swapped(self->sources, "notify::selected", G_CALLBACK(source_chosen_cb), self);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), GTK_WIDGET(self->list));
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scroller), TRUE);
    gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scroller), 360);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_box_append(GTK_BOX(buttons), create_text_button(_("All shown"), G_CALLBACK(all_cb), self));
    gtk_box_append(GTK_BOX(buttons), create_text_button(_("None"), G_CALLBACK(none_cb), self));
    gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->sources));
    gtk_box_append(GTK_BOX(box), self->search);
    gtk_box_append(GTK_BOX(box), scroller);
    gtk_box_append(GTK_BOX(box), buttons);
    gtk_box_append(GTK_BOX(box), create_length(self));
    gtk_widget_set_size_request(box, 280, -1);
    self->popover = gtk_popover_new();
    g_signal_connect_swapped(self->popover, "closed", G_CALLBACK(show_binding), self);
    gtk_popover_set_child(GTK_POPOVER(self->popover), box);
    gtk_menu_button_set_popover(button, self->popover);
  }
  fill_sources(self);
  fill_list(self);
  show_length(self);
}

/* ── row ─────────────────────────────────────────────────────────────────────────────────────── */

void
nw_binding_row_set(NwBindingRow *self, const NwFieldInfo *info, NwDataSettings *settings,
                   NwTables *tables)
{
  g_return_if_fail(NW_IS_BINDING_ROW(self));

  self->info = *info;
  self->info.request.name = self->field;
  nw_data_settings_ref(settings);
  g_clear_pointer(&self->settings, nw_data_settings_unref);
  self->settings = settings;
  g_set_object(&self->tables, tables);
  show_binding(self);
  if (is_open(self)) {
    show_checks(self);
    show_length(self);
  }
}

void
nw_binding_row_set_misfit(NwBindingRow *self, const NwFinding *finding)
{
  const char *problem = finding ? finding->message : NULL;
  const char *remedy =
      finding && finding->n_remedies > 0 ? finding->remedies[finding->n_remedies - 1].title : NULL;

  if (self->misfit == (finding != NULL) && g_strcmp0(self->problem, problem) == 0 &&
      g_strcmp0(self->remedy, remedy) == 0)
    return;
  self->misfit = finding != NULL;
  g_free(self->problem);
  g_free(self->remedy);
  self->problem = g_strdup(problem);
  self->remedy = g_strdup(remedy);
  show_binding(self);
}

static void
nw_binding_row_dispose(GObject *object)
{
  NwBindingRow *self = NW_BINDING_ROW(object);

  self->updating = TRUE;
  g_clear_object(&self->tables);
  g_clear_pointer(&self->settings, nw_data_settings_unref);
  g_clear_pointer(&self->field, g_free);
  g_clear_pointer(&self->problem, g_free);
  g_clear_pointer(&self->remedy, g_free);
  G_OBJECT_CLASS(nw_binding_row_parent_class)->dispose(object);
}

static void
nw_binding_row_class_init(NwBindingRowClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_binding_row_dispose;
  signals[SIGNAL_EDITED] =
      g_signal_new("edited", NW_TYPE_BINDING_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_FIT] = g_signal_new("fit", NW_TYPE_BINDING_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);
}

static void
nw_binding_row_init(NwBindingRow *self)
{
  GtkLabel *fit_label;

  self->button = gtk_menu_button_new();
  gtk_widget_set_valign(self->button, GTK_ALIGN_CENTER);
  self->chosen = gtk_label_new(NULL);
  gtk_label_set_ellipsize(GTK_LABEL(self->chosen), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars(GTK_LABEL(self->chosen), LONGEST);
  gtk_menu_button_set_child(GTK_MENU_BUTTON(self->button), self->chosen);
  gtk_menu_button_set_always_show_arrow(GTK_MENU_BUTTON(self->button), TRUE);
  gtk_menu_button_set_create_popup_func(GTK_MENU_BUTTON(self->button), create_popup_cb, self, NULL);
  self->fit = gtk_button_new_with_label("");
  fit_label = GTK_LABEL(gtk_button_get_child(GTK_BUTTON(self->fit)));
  gtk_label_set_wrap(fit_label, TRUE); /* else a long remedy leaves the row's title no room */
  gtk_label_set_max_width_chars(fit_label, 10);
  gtk_label_set_justify(fit_label, GTK_JUSTIFY_CENTER);
  gtk_widget_set_visible(self->fit, FALSE);
  gtk_widget_set_valign(self->fit, GTK_ALIGN_CENTER);
  g_signal_connect_swapped(self->fit, "clicked", G_CALLBACK(fit_cb), self);
  adw_action_row_add_suffix(ADW_ACTION_ROW(self), self->fit);
  adw_action_row_add_suffix(ADW_ACTION_ROW(self), self->button);
  adw_action_row_set_activatable_widget(ADW_ACTION_ROW(self), self->button);
}

GtkWidget *
nw_binding_row_new(const char *field)
{
  NwBindingRow *self = g_object_new(NW_TYPE_BINDING_ROW, NULL);
  g_autofree char *markup = g_markup_escape_text(field, -1);
  g_autofree char *spoken = g_strdup_printf(_("Columns that feed “%s”"), field);

  self->field = g_strdup(field);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self), markup);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 spoken, -1);
  return GTK_WIDGET(self);
}
