/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-try-input.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-pixel-grid.h"
#include "nw-tooltip.h"

/* More entries of one array are a line of text, not a form. */
#define MAX_FORM 200
/* Longer lines scroll by themselves. */
#define MAX_TALL 500
/* Lists of more choices can be searched. */
#define MAX_PLAIN_CHOICES 12

struct _NwTryInput {
  GtkWidget parent;

  NwTrial *trial;
  guint input;
  GtkWidget *child;
  GtkWidget *grid; /* of a picture, or NULL */
  guint depth;
  double low, high;      /* of its numbers: nothing there, and all there */
  GtkTextBuffer *buffer; /* of a line, or NULL */
  GPtrArray *editors;    /* of a form: GtkEntry or GtkDropDown, one per entry */
  GPtrArray *hints;      /* their ranges, or NULL */
  gboolean is_refreshing;
};

enum { CHANGED, PROBLEM, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(NwTryInput, nw_try_input, GTK_TYPE_WIDGET)

static guint
get_first(NwTryInput *self)
{
  return nw_trial_get_input(self->trial, self->input)->first_entry;
}

static guint
get_n(NwTryInput *self)
{
  return nw_trial_get_input(self->trial, self->input)->n_entries;
}

static void
report(NwTryInput *self, GtkWidget *editor, const GError *error)
{
  if (error != NULL)
    gtk_widget_add_css_class(editor, "error");
  else
    gtk_widget_remove_css_class(editor, "error");
  if (GTK_IS_ENTRY(editor))
    gtk_accessible_update_state(
        GTK_ACCESSIBLE(editor), GTK_ACCESSIBLE_STATE_INVALID,
        error != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  g_signal_emit(self, signals[PROBLEM], 0, error != NULL ? error->message : NULL);
  if (error == NULL)
    g_signal_emit(self, signals[CHANGED], 0);
}

/* ── a picture ───────────────────────────────────────────────────────────────────────────────── */

static float
get_level(NwTrial *trial, guint entry, double low, double high)
{
  return (float)CLAMP((nw_trial_get(trial, entry) - low) / (high - low), 0.0, 1.0);
}

/* Of all points together: what is dark in one corner is as dark in the others. */
static void
get_range(NwTrial *trial, guint input, double *low, double *high)
{
  const NwTrialInput *public = nw_trial_get_input(trial, input);

  *low = INFINITY;
  *high = -INFINITY;
  for (guint i = 0; i < public->n_entries; i++) {
    const NwTrialEntry *entry = nw_trial_get_entry(trial, public->first_entry + i);
    *low = MIN(*low, entry->low);
    *high = MAX(*high, entry->high);
  }
  if (!(*high > *low))
    *high = *low + 1;
}

float *
nw_try_input_dup_levels(NwTrial *trial, guint input)
{
  const NwTrialInput *public = nw_trial_get_input(trial, input);
  float *levels = g_new(float, public->n_entries + 1);
  double low, high;

  get_range(trial, input, &low, &high);
  for (guint i = 0; i < public->n_entries; i++)
    levels[i] = get_level(trial, public->first_entry + i, low, high);
  return levels;
}

static void
show_picture(NwTryInput *self)
{
  g_autofree float *levels = nw_try_input_dup_levels(self->trial, self->input);

  nw_pixel_grid_set_levels(NW_PIXEL_GRID(self->grid), levels);
}

static void
painted_cb(NwTryInput *self, guint point, double level)
{
  guint first = get_first(self) + point * self->depth;
  float levels[3] = {0};

  for (guint k = 0; k < self->depth; k++) {
    double value = self->low + level * (self->high - self->low);
    /* the soft rim of the brush takes nothing away */
    if (level == 0 || value > nw_trial_get(self->trial, first + k))
      nw_trial_set(self->trial, first + k, value, NULL);
    levels[k] = get_level(self->trial, first + k, self->low, self->high);
  }
  nw_pixel_grid_set_point(NW_PIXEL_GRID(self->grid), point, levels);
  g_signal_emit(self, signals[CHANGED], 0);
}

static void
clear_cb(NwTryInput *self)
{
  for (guint i = 0; i < get_n(self); i++)
    nw_trial_set(self->trial, get_first(self) + i, self->low, NULL);
  show_picture(self);
  g_signal_emit(self, signals[CHANGED], 0);
}

static GtkWidget *
create_picture(NwTryInput *self, const NwTrialPicture *picture)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *clear = gtk_button_new_with_label(_("Clear"));
  GtkWidget *help = gtk_label_new(_("Left button draws, right button erases"));

  self->depth = picture->depth;
  get_range(self->trial, self->input, &self->low, &self->high);
  self->grid = nw_pixel_grid_new(picture->height, picture->width, picture->depth, TRUE,
                                 nw_trial_get_input(self->trial, self->input)->name);
  nw_tooltip_set(self->grid, _("Draw with the left button or Space, erase with the right button or "
                               "Delete, move with the arrow keys"));
  g_signal_connect_swapped(self->grid, "painted", G_CALLBACK(painted_cb), self);
  gtk_box_append(GTK_BOX(box), self->grid);
  g_signal_connect_swapped(clear, "clicked", G_CALLBACK(clear_cb), self);
  gtk_box_append(GTK_BOX(line), clear);
  gtk_widget_add_css_class(help, "dim-label");
  gtk_widget_add_css_class(help, "caption");
  gtk_label_set_xalign(GTK_LABEL(help), 0);
  gtk_label_set_wrap(GTK_LABEL(help), TRUE);
  gtk_widget_set_hexpand(help, TRUE);
  gtk_box_append(GTK_BOX(line), help);
  gtk_box_append(GTK_BOX(box), line);
  return box;
}

/* ── a line ──────────────────────────────────────────────────────────────────────────────────── */

/* Ids are padded at the end, or where the row has its padding. */
static gboolean
is_padded(NwTryInput *self, guint i)
{
  guint entry = get_first(self) + i;

  return nw_trial_get_entry(self->trial, entry)->ask != NW_ASK_NUMBER &&
         nw_trial_get(self->trial, entry) == nw_trial_get_absent(self->trial, entry);
}

static void
show_line(NwTryInput *self)
{
  g_autoptr(GString) text = g_string_new(NULL);
  guint first = 0, end = get_n(self);

  while (end > 0 && is_padded(self, end - 1))
    end--;
  while (first < end && is_padded(self, first))
    first++;
  for (guint i = first; i < end; i++) {
    g_autofree char *word = nw_trial_dup_text(self->trial, get_first(self) + i);
    g_string_append_printf(text, "%s%s", i > first ? " " : "", word);
  }
  gtk_text_buffer_set_text(self->buffer, text->str, -1);
}

static gboolean
check_length(NwTryInput *self, guint n, GError **error)
{
  gboolean may_be_padded = nw_trial_get_entry(self->trial, get_first(self))->ask != NW_ASK_NUMBER;

  if (n == get_n(self) || (n < get_n(self) && may_be_padded))
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              may_be_padded ? _("“%s” takes at most %u, and these are %u")
                            : _("“%s” takes %u numbers, and these are %u"),
              nw_trial_get_input(self->trial, self->input)->name, get_n(self), n);
  return FALSE;
}

/* Words, and padding behind them, or before them where the row has it there. */
static gboolean
take_words(NwTryInput *self, char **words, guint n, GError **error)
{
  gboolean before = get_n(self) > 1 && is_padded(self, 0) && !is_padded(self, get_n(self) - 1);
  guint shift = before ? get_n(self) - n : 0;

  for (guint i = 0; i < n; i++) {
    guint entry = get_first(self) + shift + i;
    g_autofree char *there = nw_trial_dup_text(self->trial, entry);
    /* what nobody touched keeps the digits that are not shown */
    if (!g_str_equal(there, words[i]) && !nw_trial_set_text(self->trial, entry, words[i], error))
      return FALSE;
  }
  for (guint i = 0; i < get_n(self); i++)
    if (i < shift || i >= shift + n)
      nw_trial_set(self->trial, get_first(self) + i,
                   nw_trial_get_absent(self->trial, get_first(self) + i), NULL);
  return TRUE;
}

static void
line_changed_cb(GtkTextBuffer *buffer, NwTryInput *self)
{
  GtkTextIter start, end;
  g_autofree char *text = NULL;
  g_auto(GStrv) pieces = NULL;
  g_autoptr(GError) error = NULL;
  guint n = 0;

  if (self->is_refreshing)
    return;
  gtk_text_buffer_get_bounds(buffer, &start, &end);
  text = gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
  pieces = g_strsplit_set(text, " \t\n,", -1);
  for (guint i = 0; pieces[i] != NULL; i++) {
    char *piece = pieces[i];
    pieces[i] = NULL;
    if (*piece != '\0')
      pieces[n++] = piece;
    else
      g_free(piece);
  }
  if (check_length(self, n, &error))
    take_words(self, pieces, n, &error);
  report(self, self->child, error);
}

/* Only very long lines: it would take the wheel from the page. */
static GtkWidget *
create_scrolled(GtkWidget *child)
{
  GtkWidget *scrolled = gtk_scrolled_window_new();

  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), child);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  return scrolled;
}

static GtkWidget *
create_line(NwTryInput *self)
{
  const NwTrialInput *public = nw_trial_get_input(self->trial, self->input);
  const NwTrialEntry *entry = nw_trial_get_entry(self->trial, public->first_entry);
  GtkWidget *view = gtk_text_view_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  g_autofree char *words =
      entry->ask == NW_ASK_NUMBER
          ? g_strdup_printf(_("%u numbers, with spaces between them"), public->n_entries)
          : g_strdup_printf(_("Up to %u ids, with spaces between them; padding is added"),
                            public->n_entries);
  GtkWidget *help = gtk_label_new(words);

  self->buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
  g_signal_connect(self->buffer, "changed", G_CALLBACK(line_changed_cb), self);
  gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(view), FALSE);
  gtk_text_view_set_monospace(GTK_TEXT_VIEW(view), entry->ask != NW_ASK_CHOICE);
  gtk_text_view_set_top_margin(GTK_TEXT_VIEW(view), 8);
  gtk_text_view_set_bottom_margin(GTK_TEXT_VIEW(view), 8);
  gtk_text_view_set_left_margin(GTK_TEXT_VIEW(view), 8);
  gtk_text_view_set_right_margin(GTK_TEXT_VIEW(view), 8);
  gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, public->name,
                                 -1);
  if (public->n_entries > MAX_TALL)
    view = create_scrolled(view);
  gtk_widget_add_css_class(view, "frame");
  gtk_widget_set_size_request(view, -1, 84);
  gtk_box_append(GTK_BOX(box), view);
  gtk_label_set_xalign(GTK_LABEL(help), 0);
  gtk_widget_add_css_class(help, "dim-label");
  gtk_widget_add_css_class(help, "caption");
  gtk_box_append(GTK_BOX(box), help);
  gtk_widget_add_css_class(box, "nw-try-line");
  return box;
}

/* ── a form ──────────────────────────────────────────────────────────────────────────────────── */

static guint
find_editor(NwTryInput *self, gpointer editor)
{
  guint i = 0;

  return g_ptr_array_find(self->editors, editor, &i) ? i : 0;
}

/* Beyond what it was trained with, an answer is a guess: the range says so. */
static void
show_hint(NwTryInput *self, guint i)
{
  GtkWidget *hint = g_ptr_array_index(self->hints, i);
  const NwTrialEntry *entry = nw_trial_get_entry(self->trial, get_first(self) + i);
  double value = nw_trial_get(self->trial, get_first(self) + i);
  double slack = 1e-6 * MAX(fabs(entry->low), fabs(entry->high));

  if (hint == NULL)
    return;
  if (value < entry->low - slack || value > entry->high + slack)
    gtk_widget_add_css_class(hint, "warning");
  else
    gtk_widget_remove_css_class(hint, "warning");
}

static void
entry_changed_cb(GtkEditable *editor, NwTryInput *self)
{
  g_autoptr(GError) error = NULL;
  guint i = find_editor(self, editor);

  if (self->is_refreshing)
    return;
  nw_trial_set_text(self->trial, get_first(self) + i, gtk_editable_get_text(editor), &error);
  show_hint(self, i);
  report(self, GTK_WIDGET(editor), error);
}

static void
choice_changed_cb(GtkDropDown *editor, GParamSpec *pspec, NwTryInput *self)
{
  guint selected = gtk_drop_down_get_selected(editor);
  g_autoptr(GError) error = NULL;

  if (self->is_refreshing || selected == GTK_INVALID_LIST_POSITION)
    return;
  nw_trial_set(self->trial, get_first(self) + find_editor(self, editor), selected, &error);
  report(self, GTK_WIDGET(editor), error);
}

static GtkWidget *
create_choice(NwTryInput *self, const char *const *choices)
{
  GtkWidget *down = gtk_drop_down_new_from_strings(choices);

  if (g_strv_length((char **)choices) > MAX_PLAIN_CHOICES) {
    GtkExpression *text = gtk_property_expression_new(GTK_TYPE_STRING_OBJECT, NULL, "string");
    gtk_drop_down_set_expression(GTK_DROP_DOWN(down), text);
    gtk_drop_down_set_enable_search(GTK_DROP_DOWN(down), TRUE);
    gtk_expression_unref(text);
  }
  g_signal_connect(down, "notify::selected", G_CALLBACK(choice_changed_cb), self);
  return down;
}

static GtkWidget *
create_number(NwTryInput *self)
{
  GtkWidget *entry = gtk_entry_new();

  gtk_entry_set_input_purpose(GTK_ENTRY(entry), GTK_INPUT_PURPOSE_NUMBER);
  gtk_editable_set_width_chars(GTK_EDITABLE(entry), 12);
  gtk_editable_set_alignment(GTK_EDITABLE(entry), 1);
  gtk_widget_add_css_class(entry, "nw-number");
  g_signal_connect(entry, "changed", G_CALLBACK(entry_changed_cb), self);
  return entry;
}

static GtkWidget *
create_range(const NwTrialEntry *entry)
{
  g_autofree char *text = g_strdup_printf("%.4g – %.4g", entry->low, entry->high);
  GtkWidget *range = gtk_label_new(text);

  gtk_widget_add_css_class(range, "dim-label");
  gtk_widget_add_css_class(range, "nw-number");
  gtk_widget_add_css_class(range, "caption");
  gtk_label_set_xalign(GTK_LABEL(range), 0);
  nw_tooltip_set(range, _("The range of the training rows; beyond it the answer is a guess"));
  return range;
}

static GtkWidget *
create_form(NwTryInput *self)
{
  GtkWidget *grid = gtk_grid_new();

  gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
  gtk_grid_set_column_spacing(GTK_GRID(grid), 12);
  for (guint i = 0; i < get_n(self); i++) {
    guint e = get_first(self) + i;
    const char *const *choices = nw_trial_get_choices(self->trial, e);
    g_autofree char *name = nw_trial_dup_entry_name(self->trial, e);
    GtkWidget *label = gtk_label_new(name), *range = NULL;
    GtkWidget *editor = choices != NULL ? create_choice(self, choices) : create_number(self);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 30);
    gtk_grid_attach(GTK_GRID(grid), label, 0, (int)i, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), editor, 1, (int)i, 1, 1);
    gtk_accessible_update_property(GTK_ACCESSIBLE(editor), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    if (choices == NULL) {
      range = create_range(nw_trial_get_entry(self->trial, e));
      gtk_grid_attach(GTK_GRID(grid), range, 2, (int)i, 1, 1);
    }
    g_ptr_array_add(self->editors, editor);
    g_ptr_array_add(self->hints, range);
  }
  return grid;
}

static void
show_form(NwTryInput *self)
{
  for (guint i = 0; i < self->editors->len; i++) {
    GtkWidget *editor = g_ptr_array_index(self->editors, i);
    guint e = get_first(self) + i;

    if (GTK_IS_DROP_DOWN(editor)) {
      gtk_drop_down_set_selected(GTK_DROP_DOWN(editor), (guint)nw_trial_get(self->trial, e));
    } else {
      g_autofree char *text = nw_trial_dup_text(self->trial, e);
      gtk_editable_set_text(GTK_EDITABLE(editor), text);
      gtk_widget_remove_css_class(editor, "error");
      show_hint(self, i);
    }
  }
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

void
nw_try_input_refresh(NwTryInput *self)
{
  g_return_if_fail(NW_IS_TRY_INPUT(self));

  self->is_refreshing = TRUE;
  if (self->grid != NULL)
    show_picture(self);
  if (self->buffer != NULL) {
    show_line(self);
    gtk_widget_remove_css_class(self->child, "error");
  }
  show_form(self);
  self->is_refreshing = FALSE;
}

/* Arrays of words or of steps, and long ones of numbers, are one line. */
static gboolean
is_line(NwTryInput *self)
{
  const NwTrialInput *public = nw_trial_get_input(self->trial, self->input);
  const NwTrialEntry *first = nw_trial_get_entry(self->trial, public->first_entry);
  gboolean is_array =
      first->preparation == NULL || nw_shape_elements(&first->preparation->shape) > 1;

  for (guint i = 0; i < public->n_entries; i++)
    if (nw_trial_get_entry(self->trial, public->first_entry + i)->ask != first->ask)
      return FALSE;
  if (first->ask != NW_ASK_NUMBER || public->type.shape.rank > 1)
    return is_array && public->n_entries > 1;
  return public->n_entries > MAX_FORM;
}

static void
nw_try_input_dispose(GObject *object)
{
  NwTryInput *self = NW_TRY_INPUT(object);

  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data(self->buffer, self);
  self->buffer = NULL;
  g_clear_pointer(&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS(nw_try_input_parent_class)->dispose(object);
}

static void
nw_try_input_finalize(GObject *object)
{
  NwTryInput *self = NW_TRY_INPUT(object);

  g_ptr_array_unref(self->editors);
  g_ptr_array_unref(self->hints);
  G_OBJECT_CLASS(nw_try_input_parent_class)->finalize(object);
}

static void
nw_try_input_class_init(NwTryInputClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_try_input_dispose;
  G_OBJECT_CLASS(class)->finalize = nw_try_input_finalize;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[CHANGED] = g_signal_new("changed", NW_TYPE_TRY_INPUT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  signals[PROBLEM] = g_signal_new("problem", NW_TYPE_TRY_INPUT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
nw_try_input_init(NwTryInput *self)
{
  self->editors = g_ptr_array_new();
  self->hints = g_ptr_array_new();
}

GtkWidget *
nw_try_input_new(NwTrial *trial, guint input)
{
  NwTryInput *self = g_object_new(NW_TYPE_TRY_INPUT, NULL);
  NwTrialPicture picture;

  self->trial = trial;
  self->input = input;
  if (nw_trial_get_picture(trial, input, &picture))
    self->child = create_picture(self, &picture);
  else
    self->child = is_line(self) ? create_line(self) : create_form(self);
  gtk_widget_set_parent(self->child, GTK_WIDGET(self));
  nw_try_input_refresh(self);
  return GTK_WIDGET(self);
}
