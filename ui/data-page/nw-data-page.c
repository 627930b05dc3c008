/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-data-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "nw-balance-panel.h"
#include "nw-binding-row.h"
#include "nw-column-table.h"
#include "nw-data-guess.h"
#include "nw-fields.h"
#include "nw-preview-table.h"
#include "nw-source-row.h"
#include "nw-split-panel.h"
#include "nw-tables.h"

struct _NwDataPage {
  GtkWidget parent;

  GtkListBox *sources;
  NwSplitPanel *split;
  GtkStack *middle;
  AdwStatusPage *error_page;
  GtkWidget *find_file;
  GtkLabel *table_title;
  GtkLabel *table_facts;
  GtkWidget *search;
  NwColumnTable *columns;
  GtkLabel *preview_facts;
  NwPreviewTable *preview;
  GtkWidget *guess;
  GtkListBox *fields;
  GtkWidget *balance_title;
  NwBalancePanel *balance;

  NwProject *project;
  NwFindings *findings;
  NwInference *inference;
  NwDataSettings *settings; /* of the project */
  GArray *infos;            /* NwFieldInfo; names point into the inference's graph */
  char *base_dir;
  NwTables *tables;
  char *selected; /* name of the source that is shown */
  char *guessing; /* (nullable) source whose columns are bound as soon as it is read */
};

G_DEFINE_FINAL_TYPE(NwDataPage, nw_data_page, GTK_TYPE_WIDGET)

enum { SIGNAL_EDITED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
edit(NwDataPage *self, NwDataSettings *settings, const char *label, const char *merge)
{
  g_autoptr(NwProject) project = nw_project_with_data(self->project, settings);

  g_signal_emit(self, signals[SIGNAL_EDITED], 0, project, label, merge);
}

static void
part_edited_cb(NwDataPage *self, NwDataSettings *settings, const char *label, const char *merge)
{
  edit(self, settings, label, merge);
}

/* ── guessing ────────────────────────────────────────────────────────────────────────────────── */

static char *
dup_add_key(const char *source)
{
  return g_strdup_printf("add-source %s", source);
}

/* @merge: (nullable) */
static void
guess_from(NwDataPage *self, const char *source, const char *merge)
{
  NwTable *table = nw_tables_get(self->tables, source, NULL);
  g_autoptr(NwProject) next = NULL;

  if (!table)
    return;
  next = nw_fields_guess(self->project, self->infos, source, table);
  g_signal_emit(self, signals[SIGNAL_EDITED], 0, next,
                merge ? _("Add a data file") : _("Propose bindings"), merge);
}

static void
guess_cb(NwDataPage *self)
{
  if (self->selected)
    guess_from(self, self->selected, NULL);
}

/* ── the selected source ─────────────────────────────────────────────────────────────────────── */

static void
show_preview(NwDataPage *self, NwTable *table)
{
  const char *search = gtk_editable_get_text(GTK_EDITABLE(self->search));
  gsize n = table ? nw_table_get_n_columns(table) : 0;
  g_autofree char *facts = NULL;

  nw_preview_table_set(self->preview, table, search);
  if (n > NW_PREVIEW_COLUMNS)
    facts = g_strdup_printf(_("the first %d of the columns that match; search for others"),
                            NW_PREVIEW_COLUMNS);
  gtk_label_set_label(self->preview_facts, facts ? facts : "");
}

/* Tables are hundreds of widgets: made when the page is looked at, not while the program starts. */
static void
show_selected(NwDataPage *self)
{
  const GError *error = NULL;
  NwTable *table = self->selected ? nw_tables_get(self->tables, self->selected, &error) : NULL;
  g_autofree char *facts = NULL;

  if (!gtk_widget_get_mapped(GTK_WIDGET(self)))
    return;
  nw_column_table_set(self->columns, table, self->settings, self->selected);
  show_preview(self, table);
  if (!self->selected) {
    gtk_stack_set_visible_child_name(self->middle, "empty");
    return;
  }
  if (error) {
    g_autofree char *markup = g_markup_escape_text(error->message, -1);

    adw_status_page_set_description(self->error_page, markup);
    gtk_stack_set_visible_child_name(self->middle, "error");
    return;
  }
  if (!table) {
    gtk_stack_set_visible_child_name(self->middle, "reading");
    return;
  }
  facts = g_strdup_printf(_("%zu rows, %zu columns"), nw_table_get_n_rows(table),
                          nw_table_get_n_columns(table));
  gtk_label_set_label(self->table_title, self->selected);
  gtk_label_set_label(self->table_facts, facts);
  gtk_stack_set_visible_child_name(self->middle, "table");
}

static void
row_selected_cb(NwDataPage *self, GtkListBoxRow *row)
{
  if (!row || g_strcmp0(nw_source_row_get_name(NW_SOURCE_ROW(row)), self->selected) == 0)
    return;
  g_free(self->selected);
  self->selected = g_strdup(nw_source_row_get_name(NW_SOURCE_ROW(row)));
  show_selected(self);
}

static void
search_changed_cb(NwDataPage *self)
{
  nw_column_table_search(self->columns, gtk_editable_get_text(GTK_EDITABLE(self->search)));
  show_preview(self, self->selected ? nw_tables_get(self->tables, self->selected, NULL) : NULL);
}

/* ── another file for a source that cannot be read ───────────────────────────────────────────── */

/* @path as the project says it: relative to its folder where it lies below. (transfer full) */
static char *
dup_relative(NwDataPage *self, const char *path)
{
  g_autoptr(GFile) folder = self->base_dir ? g_file_new_for_path(self->base_dir) : NULL;
  g_autoptr(GFile) file = g_file_new_for_path(path);
  char *relative = folder ? g_file_get_relative_path(folder, file) : NULL;

  return relative ? relative : g_strdup(path);
}

static void
file_found_cb(GtkNativeDialog *dialog, int response, NwDataPage *self)
{
  const NwDataSource *old =
      self->selected ? nw_data_settings_find_source(self->settings, self->selected) : NULL;
  g_autoptr(GFile) file = NULL;
  g_autofree char *path = NULL, *relative = NULL;
  g_autoptr(NwDataSettings) next = NULL;
  NwDataSource source;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
  path = file ? g_file_get_path(file) : NULL;
  g_object_unref(dialog);
  if (!path || !old)
    return;
  relative = dup_relative(self, path);
  source = *old;
  source.path = relative;
  source.hash = NULL;
  next = nw_data_settings_with_source(self->settings, &source);
  edit(self, next, _("Choose another file"), NULL);
}

static void
find_file_cb(NwDataPage *self)
{
  GtkWindow *window = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(self)));
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new(
      _("Choose another file"), window, GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), NULL);

  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(chooser), TRUE);
  g_signal_connect_object(chooser, "response", G_CALLBACK(file_found_cb), self, 0);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(chooser));
}

/* ── the list of sources ─────────────────────────────────────────────────────────────────────── */

static void
use_chosen_cb(NwSourceRow *row, guint use, NwDataPage *self)
{
  const NwDataSource *old =
      nw_data_settings_find_source(self->settings, nw_source_row_get_name(row));
  g_autoptr(NwDataSettings) next = NULL;
  NwDataSource source;

  if (!old)
    return;
  source = *old;
  source.use = (NwSourceUse)use;
  next = nw_data_settings_with_source(self->settings, &source);
  edit(self, next, _("Change what a source is for"), NULL);
}

static void
remove_cb(NwSourceRow *row, NwDataPage *self)
{
  const char *name = nw_source_row_get_name(row);
  g_autofree char *label = g_strdup_printf(_("Remove “%s”"), name);
  g_autoptr(NwDataSettings) next = nw_data_settings_without_source(self->settings, name);

  edit(self, next, label, NULL);
}

static void
reload_cb(NwSourceRow *row, NwDataPage *self)
{
  const GError *error = NULL;
  NwTable *table;

  nw_tables_reload(self->tables, nw_source_row_get_name(row));
  table = nw_tables_get(self->tables, nw_source_row_get_name(row), &error);
  nw_source_row_set_table(row, table, error);
  show_selected(self);
}

static void
fill_sources(NwDataPage *self)
{
  gsize n = nw_data_settings_get_n_sources(self->settings);
  g_autofree char *wanted = g_strdup(self->selected);
  GtkListBoxRow *select = NULL;
  GtkListBoxRow *old;

  while ((old = gtk_list_box_get_row_at_index(self->sources, 0)))
    gtk_list_box_remove(self->sources, GTK_WIDGET(old));
  g_clear_pointer(&self->selected, g_free);
  for (gsize i = 0; i < n; i++) {
    const NwDataSource *source = nw_data_settings_get_source(self->settings, i);
    GtkWidget *row = nw_source_row_new(source);
    const GError *error = NULL;
    NwTable *table = nw_tables_get(self->tables, source->name, &error);

    nw_source_row_set_table(NW_SOURCE_ROW(row), table, error);
    g_signal_connect_object(row, "use-chosen", G_CALLBACK(use_chosen_cb), self, 0);
    g_signal_connect_object(row, "remove", G_CALLBACK(remove_cb), self, 0);
    g_signal_connect_object(row, "reload", G_CALLBACK(reload_cb), self, 0);
    gtk_list_box_append(self->sources, row);
    if (!select || g_strcmp0(source->name, wanted) == 0)
      select = GTK_LIST_BOX_ROW(row);
  }
  if (select) {
    self->selected = g_strdup(nw_source_row_get_name(NW_SOURCE_ROW(select)));
    gtk_list_box_select_row(self->sources, select);
  }
}

static gboolean
same_sources(NwDataSettings *a, NwDataSettings *b)
{
  gsize n = nw_data_settings_get_n_sources(a);

  if (nw_data_settings_get_n_sources(b) != n)
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    const NwDataSource *x = nw_data_settings_get_source(a, i);
    const NwDataSource *y = nw_data_settings_get_source(b, i);

    if (g_strcmp0(x->name, y->name) != 0 || g_strcmp0(x->path, y->path) != 0 || x->use != y->use)
      return FALSE;
  }
  return TRUE;
}

/* ── the list of fields ──────────────────────────────────────────────────────────────────────── */

/* What the doctor says about the field's number of columns. (nullable) */
static const NwFinding *
find_misfit(NwDataPage *self, const char *field)
{
  NwGraph *graph =
      self->findings ? nw_project_get_graph(nw_findings_get_project(self->findings)) : NULL;
  const NwNode *node = graph ? nw_graph_find_node_by_name(graph, field) : NULL;
  const NwFinding *finding =
      node ? nw_findings_find(self->findings, "input-width", node->uid) : NULL;

  return node && !finding ? nw_findings_find(self->findings, "target-width", node->uid) : finding;
}

static void
fit_cb(NwDataPage *self, NwBindingRow *row)
{
  const char *field = nw_binding_row_get_field(row);
  const NwFinding *finding = find_misfit(self, field);
  g_autofree char *label = g_strdup_printf(_("Fit “%s” to its columns"), field);
  g_autoptr(NwProject) project = NULL;

  if (!finding || finding->n_remedies == 0)
    return;
  project = nw_project_ref(finding->remedies[finding->n_remedies - 1].project);
  g_signal_emit(self, signals[SIGNAL_EDITED], 0, project, label, NULL);
}

static gboolean
rows_fit(NwDataPage *self)
{
  GtkListBoxRow *row;
  guint i;

  for (i = 0; (row = gtk_list_box_get_row_at_index(self->fields, (int)i)); i++)
    if (i >= self->infos->len ||
        g_strcmp0(nw_binding_row_get_field(NW_BINDING_ROW(row)),
                  g_array_index(self->infos, NwFieldInfo, i).request.name) != 0)
      return FALSE;
  return i == self->infos->len;
}

static void
show_misfits(NwDataPage *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index(self->fields, i)); i++)
    nw_binding_row_set_misfit(NW_BINDING_ROW(row),
                              find_misfit(self, nw_binding_row_get_field(NW_BINDING_ROW(row))));
}

static void
fill_fields(NwDataPage *self)
{
  GtkListBoxRow *row;

  if (!rows_fit(self)) {
    while ((row = gtk_list_box_get_row_at_index(self->fields, 0)))
      gtk_list_box_remove(self->fields, GTK_WIDGET(row));
    for (guint i = 0; i < self->infos->len; i++) {
      GtkWidget *child =
          nw_binding_row_new(g_array_index(self->infos, NwFieldInfo, i).request.name);

      g_signal_connect_object(child, "edited", G_CALLBACK(part_edited_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object(child, "fit", G_CALLBACK(fit_cb), self, G_CONNECT_SWAPPED);
      gtk_list_box_append(self->fields, child);
    }
  }
  for (guint i = 0; i < self->infos->len; i++) {
    row = gtk_list_box_get_row_at_index(self->fields, (int)i);
    nw_binding_row_set(NW_BINDING_ROW(row), &g_array_index(self->infos, NwFieldInfo, i),
                       self->settings, self->tables);
  }
  show_misfits(self);
  gtk_widget_set_sensitive(self->guess, self->infos->len > 0 && self->selected);
}

/* The table that is split: that of the first source that holds rows. */
static NwTable *
get_split_table(NwDataPage *self)
{
  for (gsize i = 0; i < nw_data_settings_get_n_sources(self->settings); i++) {
    const NwDataSource *source = nw_data_settings_get_source(self->settings, i);

    if (source->use == NW_SOURCE_ROWS)
      return nw_tables_get(self->tables, source->name, NULL);
  }
  return NULL;
}

static void
show_all(NwDataPage *self)
{
  fill_fields(self);
  nw_split_panel_set(self->split, self->settings, get_split_table(self));
  gtk_widget_set_visible(self->balance_title, nw_balance_panel_set(self->balance, self->infos,
                                                                   self->settings, self->tables));
  show_selected(self);
}

static void
loaded_cb(NwDataPage *self, const char *name)
{
  const GError *error = NULL;
  NwTable *table = nw_tables_get(self->tables, name, &error);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index(self->sources, i)); i++)
    if (g_strcmp0(nw_source_row_get_name(NW_SOURCE_ROW(row)), name) == 0)
      nw_source_row_set_table(NW_SOURCE_ROW(row), table, error);
  if (g_strcmp0(self->guessing, name) == 0) {
    g_autofree char *merge = dup_add_key(name);

    g_clear_pointer(&self->guessing, g_free);
    guess_from(self, name, merge);
  }
  show_all(self);
}

/* ── page ────────────────────────────────────────────────────────────────────────────────────── */

void
nw_data_page_set_project(NwDataPage *self, NwProject *project, NwInference *inference,
                         const char *base_dir)
{
  NwDataSettings *settings = nw_project_get_data(project);
  gboolean moved = g_strcmp0(base_dir, self->base_dir) != 0;
  gboolean sources_changed;

  g_return_if_fail(NW_IS_DATA_PAGE(self));

  if (!moved && settings == self->settings && inference == self->inference)
    return;
  sources_changed = moved || !self->settings || !same_sources(self->settings, settings);

  nw_project_ref(project);
  nw_inference_ref(inference);
  nw_data_settings_ref(settings);
  g_clear_pointer(&self->infos, g_array_unref);
  g_clear_pointer(&self->settings, nw_data_settings_unref);
  g_clear_pointer(&self->inference, nw_inference_unref);
  g_clear_pointer(&self->project, nw_project_unref);
  self->project = project;
  self->inference = inference;
  self->settings = settings;
  self->infos = nw_fields_list(inference);
  if (moved) {
    g_free(self->base_dir);
    self->base_dir = g_strdup(base_dir);
  }
  nw_tables_set_sources(self->tables, settings, base_dir);
  if (sources_changed)
    fill_sources(self);
  show_all(self);
}

void
nw_data_page_set_findings(NwDataPage *self, NwFindings *findings)
{
  NwFindings *old = self->findings;

  g_return_if_fail(NW_IS_DATA_PAGE(self));

  self->findings = findings ? nw_findings_ref(findings) : NULL;
  g_clear_pointer(&old, nw_findings_unref);
  show_misfits(self);
}

NwTables *
nw_data_page_get_tables(NwDataPage *self)
{
  return self->tables;
}

void
nw_data_page_add_file(NwDataPage *self, const char *path)
{
  g_autofree char *name = NULL, *merge = NULL;
  g_autofree char *relative = NULL;
  g_autoptr(NwDataSettings) next = NULL;
  NwDataSource source = {0};

  g_return_if_fail(NW_IS_DATA_PAGE(self));

  relative = dup_relative(self, path);
  name = nw_data_settings_dup_source_name(self->settings, path);
  merge = dup_add_key(name);
  source.name = name;
  source.path = relative;
  next = nw_data_settings_with_source(self->settings, &source);
  g_free(self->guessing);
  self->guessing = g_strdup(name);
  g_free(self->selected);
  self->selected = g_strdup(name);
  edit(self, next, _("Add a data file"), merge);
}

static void
nw_data_page_map(GtkWidget *widget)
{
  GTK_WIDGET_CLASS(nw_data_page_parent_class)->map(widget);
  if (NW_DATA_PAGE(widget)->settings)
    show_selected(NW_DATA_PAGE(widget));
}

static void
nw_data_page_dispose(GObject *object)
{
  NwDataPage *self = NW_DATA_PAGE(object);
  GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(object));

  g_clear_pointer(&child, gtk_widget_unparent);
  g_clear_object(&self->tables);
  g_clear_pointer(&self->infos, g_array_unref);
  g_clear_pointer(&self->settings, nw_data_settings_unref);
  g_clear_pointer(&self->inference, nw_inference_unref);
  g_clear_pointer(&self->project, nw_project_unref);
  g_clear_pointer(&self->findings, nw_findings_unref);
  g_clear_pointer(&self->base_dir, g_free);
  g_clear_pointer(&self->selected, g_free);
  g_clear_pointer(&self->guessing, g_free);
  G_OBJECT_CLASS(nw_data_page_parent_class)->dispose(object);
}

static void
nw_data_page_class_init(NwDataPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_data_page_dispose;
  widget_class->map = nw_data_page_map;
  g_type_ensure(NW_TYPE_SPLIT_PANEL);
  g_type_ensure(NW_TYPE_COLUMN_TABLE);
  g_type_ensure(NW_TYPE_PREVIEW_TABLE);
  g_type_ensure(NW_TYPE_BALANCE_PANEL);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/github/netwright/Netwright/ui/nw-data-page.ui");
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, sources);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, split);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, middle);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, error_page);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, find_file);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, table_title);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, table_facts);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, search);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, columns);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, preview_facts);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, preview);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, guess);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, fields);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, balance_title);
  gtk_widget_class_bind_template_child(widget_class, NwDataPage, balance);
  signals[SIGNAL_EDITED] =
      g_signal_new("edited", NW_TYPE_DATA_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                   3, G_TYPE_POINTER, G_TYPE_STRING, G_TYPE_STRING);
}

static void
nw_data_page_init(NwDataPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  self->tables = nw_tables_new();
  g_signal_connect_object(self->tables, "loaded", G_CALLBACK(loaded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped(self->sources, "row-selected", G_CALLBACK(row_selected_cb), self);
  g_signal_connect_swapped(self->search, "search-changed", G_CALLBACK(search_changed_cb), self);
  g_signal_connect_swapped(self->find_file, "clicked", G_CALLBACK(find_file_cb), self);
  g_signal_connect_swapped(self->guess, "clicked", G_CALLBACK(guess_cb), self);
  g_signal_connect_swapped(self->split, "edited", G_CALLBACK(part_edited_cb), self);
  g_signal_connect_swapped(self->columns, "edited", G_CALLBACK(part_edited_cb), self);
}
