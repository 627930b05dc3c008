/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-param-row-private.h"
#include "nw-drop-down.h"
#include "nw-match.h"

#include <glib/gi18n.h>
#include <math.h>

#define SEVERAL       "—" /* stands for several values */
#define SEARCH_BEYOND 8   /* choices */
#define CHOICE_CHARS  20  /* of the chosen one */

static NwParamRow *
row_of(gpointer widget)
{
  return NW_PARAM_ROW(gtk_widget_get_ancestor(widget, NW_TYPE_PARAM_ROW));
}

/* ── whole numbers ───────────────────────────────────────────────────────────────────────────── */

/* The text as typed goes to the row, which answers with the sentence when it is no value: the spin
 * button would silently clamp. */
static int
spin_input_cb(GtkSpinButton *spin, double *value, gpointer data)
{
  const char *text = gtk_editable_get_text(GTK_EDITABLE(spin));
  GtkAdjustment *adjustment = gtk_spin_button_get_adjustment(spin);
  NwParamRow *row = row_of(spin);
  char *end;

  *value = g_ascii_strtod(text, &end);
  if (g_str_equal(text, SEVERAL))
    *value = gtk_adjustment_get_value(adjustment);
  else if (end == text || *end || *value != floor(*value) ||
           *value < gtk_adjustment_get_lower(adjustment) ||
           *value > gtk_adjustment_get_upper(adjustment)) {
    g_autofree char *copy = g_strdup(text);
    if (row)
      param_row_commit(row, copy);
    return GTK_INPUT_ERROR;
  } else if (row && g_strcmp0(text, nw_param_row_get_text(row)) == 0) {
    nw_param_row_show_error(row, NULL);
  }
  return TRUE;
}

static gboolean
spin_output_cb(GtkSpinButton *spin, gpointer data)
{
  gboolean several = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(spin), "several"));
  g_autofree char *text = g_strdup_printf("%.0f", gtk_spin_button_get_value(spin));
  const char *shown = several ? SEVERAL : text;

  if (!g_str_equal(gtk_editable_get_text(GTK_EDITABLE(spin)), shown))
    gtk_editable_set_text(GTK_EDITABLE(spin), shown);
  return TRUE;
}

static void
spin_changed_cb(GtkSpinButton *spin, gpointer data)
{
  NwParamRow *row = row_of(spin);
  g_autofree char *text = g_strdup_printf("%.0f", gtk_spin_button_get_value(spin));

  /* Also emitted when a wrong text was taken back: then the sentence stays. */
  if (row && g_strcmp0(text, nw_param_row_get_text(row)) != 0)
    param_row_commit(row, text);
}

static GtkWidget *
make_int(NwParamRow *row, const NwParamSpec *spec)
{
  gboolean ranged = spec->min != 0 || spec->max != 0;
  GtkWidget *spin =
      gtk_spin_button_new_with_range(ranged ? spec->min : -1e15, ranged ? spec->max : 1e15, 1);

  gtk_spin_button_set_update_policy(GTK_SPIN_BUTTON(spin), GTK_UPDATE_IF_VALID);
  gtk_editable_set_width_chars(GTK_EDITABLE(spin), 5);
  gtk_editable_set_max_width_chars(GTK_EDITABLE(spin), 9);
  gtk_editable_set_alignment(GTK_EDITABLE(spin), 1);
  g_signal_connect(spin, "input", G_CALLBACK(spin_input_cb), NULL);
  g_signal_connect(spin, "output", G_CALLBACK(spin_output_cb), NULL);
  g_signal_connect(spin, "value-changed", G_CALLBACK(spin_changed_cb), NULL);
  return spin;
}

static void
show_int(GtkWidget *editor, const NwParamSpec *spec, const char *text)
{
  g_object_set_data(G_OBJECT(editor), "several", GINT_TO_POINTER(text == NULL));
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(editor),
                            g_ascii_strtod(text ? text : spec->initial, NULL));
  spin_output_cb(GTK_SPIN_BUTTON(editor), NULL);
}

/* ── entries ─────────────────────────────────────────────────────────────────────────────────── */

static void
entry_commit(GtkWidget *entry)
{
  NwParamRow *row = row_of(entry);
  const char *text = gtk_editable_get_text(GTK_EDITABLE(entry));

  /* An entry that stands for several values and was not touched says nothing. */
  if (!row || (!nw_param_row_get_text(row) && !*text))
    return;
  param_row_commit(row, text);
}

static void
entry_activate_cb(GtkEntry *entry, gpointer data)
{
  entry_commit(GTK_WIDGET(entry));
}

static void
entry_left_cb(GtkEventControllerFocus *focus, GtkWidget *entry)
{
  entry_commit(entry);
}

/* One more or less in the first digit: 0.001 → 0.002, 0.001 → 0.0009. */
static double
stepped(double value, int by)
{
  double unit = value == 0 ? 0.1 : pow(10, floor(log10(fabs(value)) + 1e-9));
  gboolean shrinks = (by > 0) != (value > 0);

  if (value != 0 && shrinks && fabs(fabs(value) - unit) < unit * 1e-9)
    unit /= 10;
  return round((value + by * unit) / (unit / 100)) * (unit / 100);
}

static gboolean
real_key_cb(GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state,
            GtkWidget *entry)
{
  const NwParamSpec *spec = nw_param_row_get_spec(row_of(entry));
  int by = keyval == GDK_KEY_Up ? 1 : keyval == GDK_KEY_Down ? -1 : 0;
  double value = g_ascii_strtod(gtk_editable_get_text(GTK_EDITABLE(entry)), NULL);
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (by == 0)
    return FALSE;
  value = stepped(value, by);
  if (spec->min != 0 || spec->max != 0)
    value = CLAMP(value, spec->min, spec->max);
  g_ascii_formatd(text, sizeof text, "%.6g", value);
  gtk_editable_set_text(GTK_EDITABLE(entry), text);
  entry_commit(entry);
  return TRUE;
}

static GtkWidget *
make_text(NwParamRow *row, const NwParamSpec *spec)
{
  GtkWidget *entry = gtk_entry_new();
  GtkEventController *focus = gtk_event_controller_focus_new();

  gtk_editable_set_width_chars(GTK_EDITABLE(entry), 14);
  g_signal_connect(entry, "activate", G_CALLBACK(entry_activate_cb), NULL);
  g_signal_connect(focus, "leave", G_CALLBACK(entry_left_cb), entry);
  gtk_widget_add_controller(entry, focus);
  return entry;
}

static GtkWidget *
make_real(NwParamRow *row, const NwParamSpec *spec)
{
  GtkWidget *entry = make_text(row, spec);
  GtkEventController *keys = gtk_event_controller_key_new();

  gtk_editable_set_width_chars(GTK_EDITABLE(entry), 8);
  gtk_editable_set_max_width_chars(GTK_EDITABLE(entry), 8);
  gtk_editable_set_alignment(GTK_EDITABLE(entry), 1);
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect(keys, "key-pressed", G_CALLBACK(real_key_cb), entry);
  gtk_widget_add_controller(entry, keys);
  return entry;
}

static void
show_text(GtkWidget *editor, const NwParamSpec *spec, const char *text)
{
  gtk_entry_set_placeholder_text(GTK_ENTRY(editor), text ? NULL : _("several"));
  if (!g_str_equal(gtk_editable_get_text(GTK_EDITABLE(editor)), text ? text : ""))
    gtk_editable_set_text(GTK_EDITABLE(editor), text ? text : "");
}

/* ── yes or no ───────────────────────────────────────────────────────────────────────────────── */

static void
switch_cb(GtkSwitch *toggle, GParamSpec *pspec, gpointer data)
{
  NwParamRow *row = row_of(toggle);

  if (row)
    param_row_commit(row, gtk_switch_get_active(toggle) ? "true" : "false");
}

static GtkWidget *
make_bool(NwParamRow *row, const NwParamSpec *spec)
{
  GtkWidget *toggle = gtk_switch_new();

  g_signal_connect(toggle, "notify::active", G_CALLBACK(switch_cb), NULL);
  return toggle;
}

static void
show_bool(GtkWidget *editor, const NwParamSpec *spec, const char *text)
{
  gtk_switch_set_active(GTK_SWITCH(editor), g_strcmp0(text, "true") == 0);
  gtk_widget_set_opacity(editor, text ? 1 : 0.5);
}

/* ── one of several ──────────────────────────────────────────────────────────────────────────── */

static void
choice_cb(GtkDropDown *drop, GParamSpec *pspec, gpointer data)
{
  NwParamRow *row = row_of(drop);
  guint selected = gtk_drop_down_get_selected(drop);

  if (row && selected != GTK_INVALID_LIST_POSITION)
    param_row_commit(row, nw_param_row_get_spec(row)->choices()[selected].id);
}

static GtkWidget *
make_choice(NwParamRow *row, const NwParamSpec *spec)
{
  const NwChoice *choices = spec->choices();
  GtkStringList *titles = gtk_string_list_new(NULL);
  GtkWidget *drop;
  guint n;

  for (n = 0; choices[n].id; n++)
    gtk_string_list_append(titles, _(choices[n].title));
  drop = gtk_drop_down_new(G_LIST_MODEL(titles),
                           gtk_property_expression_new(GTK_TYPE_STRING_OBJECT, NULL, "string"));
  nw_drop_down_narrow(GTK_DROP_DOWN(drop), CHOICE_CHARS);
  gtk_drop_down_set_enable_search(GTK_DROP_DOWN(drop), n > SEARCH_BEYOND);
  g_signal_connect(drop, "notify::selected", G_CALLBACK(choice_cb), NULL);
  return drop;
}

static void
show_choice(GtkWidget *editor, const NwParamSpec *spec, const char *text)
{
  const NwChoice *choices = spec->choices();
  guint selected = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; text && choices[i].id; i++) {
    if (g_str_equal(choices[i].id, text))
      selected = i;
  }
  gtk_drop_down_set_selected(GTK_DROP_DOWN(editor), selected);
}

/* ── any of several ──────────────────────────────────────────────────────────────────────────── */

/* The check buttons, in the order of the choices; the list has headings between them. */
static GPtrArray *
checks_of(GtkWidget *editor)
{
  return g_object_get_data(G_OBJECT(editor), "checks");
}

static void
check_cb(GtkCheckButton *check, GtkWidget *editor)
{
  NwParamRow *row = row_of(editor);
  GPtrArray *checks = checks_of(editor);
  g_autoptr(GString) text = g_string_new(NULL);

  for (guint i = 0; row && i < checks->len; i++) {
    if (gtk_check_button_get_active(checks->pdata[i]))
      g_string_append_printf(text, "%s%s", text->len ? ", " : "",
                             nw_param_row_get_spec(row)->choices()[i].id);
  }
  if (row)
    param_row_commit(row, text->str);
}

static GtkWidget *
make_check(const NwChoice *choice, GtkWidget *editor)
{
  GtkWidget *check = gtk_check_button_new_with_label(_(choice->title));

  if (choice->help) {
    gtk_widget_set_tooltip_text(check, _(choice->help));
    gtk_accessible_update_property(GTK_ACCESSIBLE(check), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   _(choice->help), -1);
  }
  g_signal_connect(check, "toggled", G_CALLBACK(check_cb), editor);
  return check;
}

static GtkWidget *
make_heading(const char *title)
{
  GtkWidget *label = gtk_label_new(_(title));

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_add_css_class(label, "caption-heading");
  return label;
}

/* Shows what fits the words, and the headings above it. */
static void
search_cb(GtkSearchEntry *search, GtkWidget *box)
{
  const char *query = gtk_editable_get_text(GTK_EDITABLE(search));
  GtkWidget *child, *heading = NULL;

  for (child = gtk_widget_get_first_child(box); child; child = gtk_widget_get_next_sibling(child)) {
    gboolean fits;

    if (!GTK_IS_CHECK_BUTTON(child)) {
      heading = child;
      gtk_widget_set_visible(heading, FALSE);
      continue;
    }
    fits = nw_match_rank(query, gtk_check_button_get_label(GTK_CHECK_BUTTON(child)), NULL,
                         gtk_widget_get_tooltip_text(child)) >= 0;
    gtk_widget_set_visible(child, fits);
    if (fits && heading)
      gtk_widget_set_visible(heading, TRUE);
  }
}

static GtkWidget *
make_search(GtkWidget *box)
{
  GtkWidget *search = gtk_search_entry_new();

  g_signal_connect(search, "search-changed", G_CALLBACK(search_cb), box);
  return search;
}

static GtkWidget *
make_names(NwParamRow *row, const NwParamSpec *spec)
{
  const NwChoice *choices = spec->choices();
  GtkWidget *button = gtk_menu_button_new(), *popover = gtk_popover_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2), *scroller = gtk_scrolled_window_new();
  GtkWidget *content = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GPtrArray *checks = g_ptr_array_new();

  for (guint i = 0; choices[i].id; i++) {
    if (choices[i].group && (i == 0 || choices[i].group != choices[i - 1].group))
      gtk_box_append(GTK_BOX(box), make_heading(choices[i].group));
    g_ptr_array_add(checks, make_check(&choices[i], button));
    gtk_box_append(GTK_BOX(box), checks->pdata[i]);
  }
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scroller), TRUE);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scroller), 320);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), box);
  if (checks->len > SEARCH_BEYOND) {
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(scroller), 320);
    gtk_box_append(GTK_BOX(content), make_search(box));
  }
  gtk_box_append(GTK_BOX(content), scroller);
  gtk_popover_set_child(GTK_POPOVER(popover), content);
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), popover);
  g_object_set_data_full(G_OBJECT(button), "checks", checks, (GDestroyNotify)g_ptr_array_unref);
  return button;
}

static gboolean
contains(char **names, const char *id)
{
  for (guint i = 0; names[i]; i++) {
    if (g_str_equal(g_strstrip(names[i]), id))
      return TRUE;
  }
  return FALSE;
}

static void
show_names(GtkWidget *editor, const NwParamSpec *spec, const char *text)
{
  g_auto(GStrv) names = g_strsplit(text ? text : "", ",", -1);
  g_autoptr(GString) titles = g_string_new(NULL);
  GPtrArray *checks = checks_of(editor);
  const NwChoice *choices = spec->choices();
  GtkWidget *label = gtk_label_new(NULL);

  for (guint i = 0; i < checks->len; i++) {
    gboolean on = contains(names, choices[i].id);
    gtk_check_button_set_active(checks->pdata[i], on);
    if (on)
      g_string_append_printf(titles, "%s%s", titles->len ? ", " : "", _(choices[i].title));
  }
  gtk_label_set_text(GTK_LABEL(label), !text         ? _("several")
                                       : titles->len ? titles->str
                                                     : _("none"));
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars(GTK_LABEL(label), 18);
  gtk_widget_set_tooltip_text(editor, titles->len ? titles->str : NULL);
  gtk_menu_button_set_child(GTK_MENU_BUTTON(editor), label);
}

const NwParamEditor nw_param_editors[] = {
    [NW_PARAM_INT] = {make_int, show_int},     [NW_PARAM_REAL] = {make_real, show_text},
    [NW_PARAM_BOOL] = {make_bool, show_bool},  [NW_PARAM_CHOICE] = {make_choice, show_choice},
    [NW_PARAM_TEXT] = {make_text, show_text},  [NW_PARAM_INTS] = {make_text, show_text},
    [NW_PARAM_REALS] = {make_text, show_text}, [NW_PARAM_NAMES] = {make_names, show_names},
};
