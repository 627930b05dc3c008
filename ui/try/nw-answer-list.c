/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-answer-list.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-plot-text.h"
#include "nw-share-bar.h"
#include "nw-tooltip.h"

/* More than this are found by searching. */
#define MAX_ROWS 400
/* Fewer need no search. */
#define MIN_SEARCHED 12

typedef struct {
  guint answer;
  GtkWidget *row, *name, *bar, *value, *said, *details;
} Row;

struct _NwAnswerList {
  GtkWidget parent;

  NwTrier *trier;
  GtkWidget *box;
  GtkWidget *search;
  GtkWidget *order;
  GtkListBox *list;
  GtkLabel *more;
  GPtrArray *rows; /* Row */
  gboolean is_selecting;
};

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(NwAnswerList, nw_answer_list, GTK_TYPE_WIDGET)

char *
nw_answer_dup_name(const NwTrialAnswer *answer)
{
  g_autofree char *number = g_strdup_printf("%zu", answer->column + 1);
  const char *label = answer->label != NULL ? answer->label : number;

  if (answer->n_steps > 1 && answer->n_columns > 1)
    return g_strdup_printf(_("%s · step %zu · %s"), answer->name, answer->step + 1, label);
  if (answer->n_steps > 1)
    return g_strdup_printf(_("%s · step %zu"), answer->name, answer->step + 1);
  if (answer->n_columns > 1)
    return g_strdup_printf("%s · %s", answer->name, label);
  return g_strdup(answer->name);
}

static const NwTrialAnswer *
get_answer(NwAnswerList *self, guint i)
{
  return nw_trial_get_answer(nw_trier_get_trial(self->trier), i);
}

static Row *
get_row(GtkListBoxRow *row)
{
  return g_object_get_data(G_OBJECT(row), "nw-row");
}

/* ── one row ─────────────────────────────────────────────────────────────────────────────────── */

static char *
dup_value(const NwTrialAnswer *answer, double value)
{
  return answer->head == NW_HEAD_VALUES || isnan(value) ? nw_plot_format_value(value)
                                                        : nw_plot_format_percent(value);
}

static char *
dup_truth(const NwTrialAnswer *answer, double truth)
{
  g_autofree char *number = NULL;

  if (isnan(truth) || (answer->head == NW_HEAD_SOFTMAX && truth <= 0))
    return NULL;
  if (answer->head == NW_HEAD_SOFTMAX && truth >= 1)
    return g_strdup(_("truth"));
  if (answer->head == NW_HEAD_SIGMOID && (truth == 0 || truth == 1))
    return g_strdup(truth > 0 ? _("truth yes") : _("truth no"));
  number = dup_value(answer, truth);
  return g_strdup_printf(_("truth %s"), number);
}

/* “mean 61 %, 34 % to 83 %”; of several networks the answer is the mean. */
static char *
dup_spread(NwAnswerList *self, guint i)
{
  const NwTrialAnswer *answer = get_answer(self, i);
  const NwTrialSpread *spreads = nw_trier_get_spreads(self->trier);
  g_autofree char *mean = NULL, *low = NULL, *high = NULL;

  if (spreads == NULL || isnan(spreads[i].mean))
    return NULL;
  mean = dup_value(answer, spreads[i].mean);
  low = dup_value(answer, spreads[i].low);
  high = dup_value(answer, spreads[i].high);
  if (nw_trier_get_n_networks(self->trier) > 1)
    return g_strdup_printf(_("from %s to %s"), low, high);
  return g_strdup_printf(_("dropout: mean %s, %s to %s"), mean, low, high);
}

/* What stands below the name. (transfer full): NULL-ended */
static char **
dup_details(NwAnswerList *self, guint i)
{
  const NwTrialAnswer *answer = get_answer(self, i);
  const double *raws = nw_trier_get_raw_answers(self->trier);
  g_autofree char *number = raws != NULL ? dup_value(answer, raws[i]) : NULL;
  g_autoptr(GStrvBuilder) details = g_strv_builder_new();
  char *const parts[] = {number != NULL ? g_strdup_printf(_("raw %s"), number) : NULL,
                         nw_trier_dup_set(self->trier, i),
                         dup_truth(answer, nw_trial_get_truth(nw_trier_get_trial(self->trier), i)),
                         dup_spread(self, i)};

  for (gsize k = 0; k < G_N_ELEMENTS(parts); k++) {
    if (parts[k] != NULL)
      g_strv_builder_add(details, parts[k]);
    g_free(parts[k]);
  }
  return g_strv_builder_end(details);
}

static void
show_row(NwAnswerList *self, Row *row)
{
  const NwTrialAnswer *answer = get_answer(self, row->answer);
  const double *answers = nw_trier_get_answers(self->trier);
  double value = answers != NULL ? answers[row->answer] : NAN;
  gboolean said = nw_trier_is_said(self->trier, row->answer);
  g_autofree char *text = dup_value(answer, value), *name = nw_answer_dup_name(answer);
  g_auto(GStrv) details = dup_details(self, row->answer);
  g_autofree char *below = g_strjoinv(" · ", details), *spoken = g_strjoinv(", ", details);
  g_autofree char *words = g_strdup_printf("%s: %s%s%s%s%s", name, text, said ? ", " : "",
                                           said ? gtk_label_get_label(GTK_LABEL(row->said)) : "",
                                           *spoken ? ", " : "", spoken);

  gtk_label_set_label(GTK_LABEL(row->value), text);
  gtk_label_set_label(GTK_LABEL(row->details), below);
  gtk_widget_set_visible(row->details, *below != '\0');
  gtk_widget_set_opacity(row->said, said ? 1 : 0);
  nw_share_bar_set(NW_SHARE_BAR(row->bar), answer->head == NW_HEAD_VALUES ? NAN : value, said);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row->row), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                 -1);
}

static GtkWidget *
add_label(GtkWidget *box, const char *text, float xalign, int width)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), xalign);
  gtk_label_set_width_chars(GTK_LABEL(label), width);
  gtk_box_append(GTK_BOX(box), label);
  return label;
}

static void
add_row(NwAnswerList *self, guint i)
{
  const NwTrialAnswer *answer = get_answer(self, i);
  g_autofree char *name = nw_answer_dup_name(answer);
  GtkWidget *both = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  Row *row = g_new0(Row, 1);

  row->answer = i;
  row->row = gtk_list_box_row_new();
  row->name = add_label(box, name, 0, 8);
  gtk_widget_set_hexpand(row->name, TRUE);
  gtk_label_set_ellipsize(GTK_LABEL(row->name), PANGO_ELLIPSIZE_MIDDLE);
  nw_tooltip_set(row->name, name);
  row->said = add_label(box, answer->head == NW_HEAD_SIGMOID ? _("yes") : _("said"), 1, 4);
  gtk_widget_add_css_class(row->said, "caption-heading");
  gtk_widget_set_visible(row->said, answer->head != NW_HEAD_VALUES);
  row->bar = nw_share_bar_new();
  gtk_widget_set_visible(row->bar, answer->head != NW_HEAD_VALUES);
  gtk_box_append(GTK_BOX(box), row->bar);
  row->value = add_label(box, "", 1, 7);
  gtk_widget_add_css_class(row->value, "nw-number");
  gtk_box_append(GTK_BOX(both), box);
  row->details = add_label(both, "", 0, -1);
  gtk_label_set_ellipsize(GTK_LABEL(row->details), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class(row->details, "dim-label");
  gtk_widget_add_css_class(row->details, "caption");
  gtk_widget_add_css_class(row->details, "nw-number");
  nw_tooltip_set(
      row->details,
      _("Raw: before it was recalibrated. What the set holds is right as often as was chosen on "
        "the Trust page under “Sets that hold the truth” (90 % at first). Truth: what the data "
        "have for the row, before it was changed."));
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row->row), both);
  g_object_set_data(G_OBJECT(row->row), "nw-row", row);
  gtk_list_box_append(self->list, row->row);
  g_ptr_array_add(self->rows, row);
  show_row(self, row);
}

/* ── all of them ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
matches(NwAnswerList *self, guint i, const char *wanted)
{
  g_autofree char *name = nw_answer_dup_name(get_answer(self, i));
  g_autofree char *folded = g_utf8_casefold(name, -1);

  return strstr(folded, wanted) != NULL;
}

static void
select_chosen(NwAnswerList *self)
{
  guint chosen = nw_trier_get_chosen(self->trier);

  self->is_selecting = TRUE;
  for (guint i = 0; i < self->rows->len; i++) {
    Row *row = g_ptr_array_index(self->rows, i);
    if (row->answer == chosen)
      gtk_list_box_select_row(self->list, GTK_LIST_BOX_ROW(row->row));
  }
  self->is_selecting = FALSE;
}

static void
fill(NwAnswerList *self)
{
  guint n = nw_trial_get_n_answers(nw_trier_get_trial(self->trier)), found = 0;
  g_autofree char *wanted = g_utf8_casefold(gtk_editable_get_text(GTK_EDITABLE(self->search)), -1);
  g_autofree char *more = NULL;

  self->is_selecting = TRUE;
  for (guint i = 0; i < self->rows->len; i++)
    gtk_list_box_remove(self->list, ((Row *)g_ptr_array_index(self->rows, i))->row);
  g_ptr_array_set_size(self->rows, 0);
  for (guint i = 0; i < n; i++)
    if (matches(self, i, wanted) && found++ < MAX_ROWS)
      add_row(self, i);
  self->is_selecting = FALSE;
  more = found > MAX_ROWS ? g_strdup_printf(_("and %u more: search for them"), found - MAX_ROWS)
                          : g_strdup(found == 0 ? _("No output is called like that.") : "");
  gtk_label_set_label(self->more, more);
  gtk_widget_set_visible(GTK_WIDGET(self->more), *more != '\0');
  select_chosen(self);
}

static int
sort_cb(GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
  NwAnswerList *self = data;
  guint first = get_row(a)->answer, second = get_row(b)->answer;
  const double *answers = nw_trier_get_answers(self->trier);

  if (answers != NULL && gtk_drop_down_get_selected(GTK_DROP_DOWN(self->order)) == 1) {
    double x = isnan(answers[first]) ? -1 : answers[first];
    double y = isnan(answers[second]) ? -1 : answers[second];
    if (x != y)
      return x < y ? 1 : -1;
  }
  return (first > second) - (first < second);
}

void
nw_answer_list_refresh(NwAnswerList *self)
{
  g_return_if_fail(NW_IS_ANSWER_LIST(self));

  for (guint i = 0; i < self->rows->len; i++)
    show_row(self, g_ptr_array_index(self->rows, i));
  if (gtk_drop_down_get_selected(GTK_DROP_DOWN(self->order)) == 1)
    gtk_list_box_invalidate_sort(self->list);
  select_chosen(self);
}

static void
selected_cb(NwAnswerList *self, GtkListBoxRow *row)
{
  if (row != NULL && !self->is_selecting)
    g_signal_emit(self, signals[CHOSEN], 0, get_row(row)->answer);
}

static void
order_cb(NwAnswerList *self)
{
  gtk_list_box_invalidate_sort(self->list);
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_answer_list_dispose(GObject *object)
{
  NwAnswerList *self = NW_ANSWER_LIST(object);

  self->is_selecting = TRUE;
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->trier);
  G_OBJECT_CLASS(nw_answer_list_parent_class)->dispose(object);
}

static void
nw_answer_list_finalize(GObject *object)
{
  g_ptr_array_unref(NW_ANSWER_LIST(object)->rows);
  G_OBJECT_CLASS(nw_answer_list_parent_class)->finalize(object);
}

static void
nw_answer_list_class_init(NwAnswerListClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_answer_list_dispose;
  G_OBJECT_CLASS(class)->finalize = nw_answer_list_finalize;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = g_signal_new("chosen", NW_TYPE_ANSWER_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
nw_answer_list_init(NwAnswerList *self)
{
  self->rows = g_ptr_array_new_with_free_func(g_free);
}

static GtkWidget *
create_tools(NwAnswerList *self)
{
  const char *const orders[] = {_("in order"), _("likeliest first"), NULL};
  GtkWidget *tools = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

  self->search = gtk_search_entry_new();
  gtk_widget_set_hexpand(self->search, TRUE);
  gtk_editable_set_max_width_chars(GTK_EDITABLE(self->search), 10);
  g_object_set(self->search, "placeholder-text", _("Search"), NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Search among the answers"), -1);
  gtk_box_append(GTK_BOX(tools), self->search);
  self->order = gtk_drop_down_new_from_strings(orders);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->order), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Order of the answers"), -1);
  gtk_box_append(GTK_BOX(tools), self->order);
  return tools;
}

GtkWidget *
nw_answer_list_new(NwTrier *trier)
{
  NwAnswerList *self = g_object_new(NW_TYPE_ANSWER_LIST, NULL);
  GtkWidget *scrolled = gtk_scrolled_window_new(), *list = gtk_list_box_new();
  GtkWidget *tools = create_tools(self);

  self->trier = g_object_ref(trier);
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  gtk_box_append(GTK_BOX(self->box), tools);
  gtk_widget_set_visible(tools, nw_trial_get_n_answers(nw_trier_get_trial(trier)) > MIN_SEARCHED);

  self->list = GTK_LIST_BOX(list);
  gtk_widget_add_css_class(list, "nw-answers");
  gtk_list_box_set_selection_mode(self->list, GTK_SELECTION_BROWSE);
  gtk_list_box_set_sort_func(self->list, sort_cb, self, NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("What the network answers"), -1);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), list);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand(scrolled, TRUE);
  gtk_box_append(GTK_BOX(self->box), scrolled);
  self->more = GTK_LABEL(gtk_label_new(NULL));
  gtk_widget_add_css_class(GTK_WIDGET(self->more), "dim-label");
  gtk_box_append(GTK_BOX(self->box), GTK_WIDGET(self->more));

  g_signal_connect_swapped(self->search, "search-changed", G_CALLBACK(fill), self);
  g_signal_connect_swapped(self->order, "notify::selected", G_CALLBACK(order_cb), self);
  g_signal_connect_swapped(list, "row-selected", G_CALLBACK(selected_cb), self);
  fill(self);
  return GTK_WIDGET(self);
}
