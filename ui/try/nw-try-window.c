/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-try-window.h"

#include <glib/gi18n.h>

#include "nw-answer-list.h"
#include "nw-trier.h"
#include "nw-try-doubt.h"
#include "nw-try-effects.h"
#include "nw-try-groups.h"
#include "nw-try-input.h"

/* Points of a picture that are covered together, to each side: one of 28 hides too little. */
#define LARGE_PICTURE 12
#define RADIUS        1

struct _NwTryWindow {
  AdwWindow parent;

  NwTrier *trier;
  GtkStack *stack;
  AdwStatusPage *status;
  GtkDropDown *split;
  GtkSpinButton *position;
  GtkLabel *place;
  GtkWidget *left;  /* the inputs */
  GtkWidget *right; /* the answers */
  GtkLabel *problem;
  GPtrArray *inputs; /* NwTryInput */
  GtkWidget *answers;
  GtkWidget *effects;
  GtkWidget *groups;
  guint grouped;      /* the answer that the groups are of */
  gboolean is_moving; /* to another row, by the program */
};

G_DEFINE_FINAL_TYPE(NwTryWindow, nw_try_window, ADW_TYPE_WINDOW)

const char *
nw_try_window_get_obstacle(NwRun *run)
{
  if (run == NULL)
    return _("Train the network first: then you can try inputs on it.");
  if (nw_run_get_weights(run) == NULL)
    return nw_run_is_active(run) ? _("Inputs can be tried when training has ended.")
                                 : _("The last run left no weights to try.");
  return NULL;
}

/* ── rows ────────────────────────────────────────────────────────────────────────────────────── */

static const guint32 *
get_rows(NwTryWindow *self, gsize *n)
{
  return nw_dataset_get_split(nw_run_get_dataset(nw_trier_get_run(self->trier)),
                              (NwSplit)gtk_drop_down_get_selected(self->split), n);
}

static void
show_row(NwTryWindow *self)
{
  gsize n;
  const guint32 *rows = get_rows(self, &n);
  gsize at = (gsize)gtk_spin_button_get_value_as_int(self->position) - 1;
  g_autofree char *place = NULL;

  if (nw_trier_get_trial(self->trier) == NULL || at >= n)
    return;
  nw_trial_set_row(nw_trier_get_trial(self->trier), rows[at]);
  place = g_strdup_printf(_("of %zu · row %u of the data"), n, rows[at] + 1);
  gtk_label_set_label(self->place, place);
  gtk_widget_set_visible(GTK_WIDGET(self->problem), FALSE);
  for (guint i = 0; i < self->inputs->len; i++)
    nw_try_input_refresh(g_ptr_array_index(self->inputs, i));
  nw_trier_ask(self->trier);
}

static void
position_cb(NwTryWindow *self)
{
  if (!self->is_moving)
    show_row(self);
}

static void
split_cb(NwTryWindow *self)
{
  gsize n;

  get_rows(self, &n);
  self->is_moving = TRUE;
  gtk_spin_button_set_range(self->position, 1, (double)MAX(n, 1));
  gtk_spin_button_set_value(self->position, 1);
  self->is_moving = FALSE;
  if (n == 0)
    gtk_label_set_label(self->place, _("this part has no rows"));
  if (self->groups != NULL)
    nw_try_groups_set_split(NW_TRY_GROUPS(self->groups),
                            (NwSplit)gtk_drop_down_get_selected(self->split));
  show_row(self);
}

static void
step(NwTryWindow *self, int by)
{
  double low, high, at = gtk_spin_button_get_value(self->position) + by;

  gtk_spin_button_get_range(self->position, &low, &high);
  gtk_spin_button_set_value(self->position, at < low ? high : at > high ? low : at);
}

static void
previous_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  step(NW_TRY_WINDOW(widget), -1);
}

static void
next_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  step(NW_TRY_WINDOW(widget), 1);
}

static void
random_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  NwTryWindow *self = NW_TRY_WINDOW(widget);
  double low, high;

  gtk_spin_button_get_range(self->position, &low, &high);
  gtk_spin_button_set_value(self->position, g_random_int_range(1, (gint32)high + 1));
}

static void
reset_cb(GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_row(NW_TRY_WINDOW(widget));
}

/* ── inputs, answers, effects ────────────────────────────────────────────────────────────────── */

static void
changed_cb(NwTryWindow *self)
{
  nw_trier_ask(self->trier);
}

static void
problem_cb(NwTryWindow *self, const char *sentence)
{
  gtk_label_set_label(self->problem, sentence ? sentence : "");
  gtk_widget_set_visible(GTK_WIDGET(self->problem), sentence != NULL);
}

static void
chosen_cb(NwTryWindow *self, guint answer)
{
  nw_trier_choose(self->trier, answer);
  nw_try_effects_refresh(NW_TRY_EFFECTS(self->effects));
  nw_try_groups_refresh(NW_TRY_GROUPS(self->groups));
}

static void
answered_cb(NwTryWindow *self)
{
  guint chosen = nw_trier_get_chosen(self->trier);

  nw_answer_list_refresh(NW_ANSWER_LIST(self->answers));
  if (chosen != self->grouped)
    nw_try_groups_refresh(NW_TRY_GROUPS(self->groups));
  self->grouped = chosen;
}

static void
weighed_cb(NwTryWindow *self)
{
  nw_try_effects_refresh(NW_TRY_EFFECTS(self->effects));
}

static GtkWidget *
add_card(GtkWidget *box, const char *title)
{
  GtkWidget *card = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);

  gtk_widget_add_css_class(card, "nw-card");
  if (title != NULL) {
    GtkWidget *label = gtk_label_new(title);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_widget_add_css_class(label, "nw-title");
    gtk_box_append(GTK_BOX(card), label);
  }
  if (GTK_IS_FLOW_BOX(box)) {
    gtk_flow_box_append(GTK_FLOW_BOX(box), card);
    gtk_widget_set_focusable(gtk_widget_get_parent(card), FALSE);
  } else {
    gtk_box_append(GTK_BOX(box), card);
  }
  return card;
}

/* A picture and what mattered of it stand beside each other where there is room. */
static GtkWidget *
add_pair(GtkWidget *box)
{
  GtkWidget *pair = gtk_flow_box_new();

  gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(pair), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous(GTK_FLOW_BOX(pair), TRUE);
  gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(pair), 2);
  gtk_flow_box_set_column_spacing(GTK_FLOW_BOX(pair), 12);
  gtk_flow_box_set_row_spacing(GTK_FLOW_BOX(pair), 12);
  gtk_widget_set_valign(pair, GTK_ALIGN_START);
  gtk_widget_add_css_class(pair, "nw-pair");
  gtk_box_append(GTK_BOX(box), pair);
  return pair;
}

static void
add_input(NwTryWindow *self, GtkWidget *box, guint i)
{
  NwTrial *trial = nw_trier_get_trial(self->trier);
  const NwTrialInput *input = nw_trial_get_input(trial, i);
  g_autofree char *shape = nw_shape_to_text(&input->type.shape);
  g_autofree char *title = g_strdup_printf("%s · %s", input->name, shape);
  GtkWidget *card = add_card(box, title), *editor = nw_try_input_new(trial, i);
  NwTrialPicture picture;

  if (nw_trial_get_picture(trial, i, &picture) &&
      MAX(picture.width, picture.height) > LARGE_PICTURE)
    nw_trial_set_radius(trial, i, RADIUS);
  g_signal_connect_swapped(editor, "changed", G_CALLBACK(changed_cb), self);
  g_signal_connect_swapped(editor, "problem", G_CALLBACK(problem_cb), self);
  gtk_box_append(GTK_BOX(card), editor);
  g_ptr_array_add(self->inputs, editor);
}

static void
ready_cb(NwTryWindow *self)
{
  NwTrial *trial = nw_trier_get_trial(self->trier);
  guint n = nw_trial_get_n_inputs(trial);
  GtkWidget *pair = self->left;
  NwTrialPicture picture;

  if (n == 1 && nw_trial_get_picture(trial, 0, &picture))
    pair = add_pair(self->left);
  for (guint i = 0; i < n; i++)
    add_input(self, pair, i);
  gtk_box_append(GTK_BOX(self->left), GTK_WIDGET(self->problem));
  self->grouped = nw_trier_get_chosen(self->trier);
  self->effects = nw_try_effects_new(self->trier);
  gtk_box_append(GTK_BOX(add_card(pair, NULL)), self->effects);
  self->groups = nw_try_groups_new(self->trier);
  gtk_box_append(GTK_BOX(add_card(self->left, NULL)), self->groups);
  gtk_box_append(GTK_BOX(self->right), nw_try_doubt_new(self->trier));
  self->answers = nw_answer_list_new(self->trier);
  gtk_widget_set_vexpand(self->answers, TRUE);
  g_signal_connect_swapped(self->answers, "chosen", G_CALLBACK(chosen_cb), self);
  gtk_box_append(GTK_BOX(self->right), self->answers);
  gtk_stack_set_visible_child_name(self->stack, "row");
  split_cb(self);
}

static void
failed_cb(NwTryWindow *self, const char *sentence)
{
  g_autofree char *markup = g_markup_escape_text(sentence, -1);

  adw_status_page_set_description(self->status, markup);
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_try_window_dispose(GObject *object)
{
  NwTryWindow *self = NW_TRY_WINDOW(object);

  if (self->trier != NULL) {
    nw_trier_stop(self->trier);
    g_signal_handlers_disconnect_by_data(self->trier, self);
  }
  G_OBJECT_CLASS(nw_try_window_parent_class)->dispose(object);
  g_clear_object(&self->trier); /* after the widgets, which use its trial */
}

static void
nw_try_window_finalize(GObject *object)
{
  g_ptr_array_unref(NW_TRY_WINDOW(object)->inputs);
  G_OBJECT_CLASS(nw_try_window_parent_class)->finalize(object);
}

static void
nw_try_window_class_init(NwTryWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  G_OBJECT_CLASS(class)->dispose = nw_try_window_dispose;
  G_OBJECT_CLASS(class)->finalize = nw_try_window_finalize;
  gtk_widget_class_install_action(widget_class, "try.previous", NULL, previous_cb);
  gtk_widget_class_install_action(widget_class, "try.next", NULL, next_cb);
  gtk_widget_class_install_action(widget_class, "try.random", NULL, random_cb);
  gtk_widget_class_install_action(widget_class, "try.reset", NULL, reset_cb);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Page_Up, GDK_CONTROL_MASK,
                                      "try.previous", NULL);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Page_Down, GDK_CONTROL_MASK, "try.next",
                                      NULL);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_r, GDK_CONTROL_MASK, "try.random",
                                      NULL);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "try.reset", NULL);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                      NULL);
  gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/github/netwright/Netwright/ui/nw-try-window.ui");
  gtk_widget_class_bind_template_child(widget_class, NwTryWindow, stack);
  gtk_widget_class_bind_template_child(widget_class, NwTryWindow, status);
  gtk_widget_class_bind_template_child(widget_class, NwTryWindow, split);
  gtk_widget_class_bind_template_child(widget_class, NwTryWindow, position);
  gtk_widget_class_bind_template_child(widget_class, NwTryWindow, place);
  gtk_widget_class_bind_template_child(widget_class, NwTryWindow, left);
  gtk_widget_class_bind_template_child(widget_class, NwTryWindow, right);
}

static void
nw_try_window_init(NwTryWindow *self)
{
  self->inputs = g_ptr_array_new();
  gtk_widget_init_template(GTK_WIDGET(self));
  self->problem = GTK_LABEL(gtk_label_new(NULL));
  gtk_label_set_xalign(self->problem, 0);
  gtk_label_set_wrap(self->problem, TRUE);
  gtk_widget_add_css_class(GTK_WIDGET(self->problem), "error");
  gtk_widget_set_visible(GTK_WIDGET(self->problem), FALSE);
  g_signal_connect_swapped(self->split, "notify::selected", G_CALLBACK(split_cb), self);
  g_signal_connect_swapped(self->position, "value-changed", G_CALLBACK(position_cb), self);
}

GtkWidget *
nw_try_window_new(GtkWindow *parent, NwRun *run, NwSplit split)
{
  return nw_try_window_new_together(parent, run, NULL, split);
}

GtkWidget *
nw_try_window_new_together(GtkWindow *parent, NwRun *run, const NwMembers *others, NwSplit split)
{
  NwTryWindow *self = g_object_new(NW_TYPE_TRY_WINDOW, "transient-for", parent, "application",
                                   gtk_window_get_application(parent), NULL);
  g_autofree char *title =
      others != NULL ? g_strdup_printf(_("Try an Input · %u Runs Together"), others->n_weights + 1)
                     : g_strdup_printf(_("Try an Input · Run %u"), nw_run_get_number(run));
  gsize n;

  /* GTK's own “destroy-with-parent” leaves a window that something still holds with a parent that
   * is gone. */
  g_signal_connect_object(parent, "destroy", G_CALLBACK(gtk_window_destroy), self,
                          G_CONNECT_SWAPPED);
  gtk_window_set_title(GTK_WINDOW(self), title);
  self->trier = nw_trier_new_together(run, others);
  nw_dataset_get_split(nw_run_get_dataset(run), split, &n);
  gtk_drop_down_set_selected(self->split, n > 0 ? split : NW_SPLIT_TRAIN);
  g_signal_connect_swapped(self->trier, "ready", G_CALLBACK(ready_cb), self);
  g_signal_connect_swapped(self->trier, "failed", G_CALLBACK(failed_cb), self);
  g_signal_connect_swapped(self->trier, "answered", G_CALLBACK(answered_cb), self);
  g_signal_connect_swapped(self->trier, "weighed", G_CALLBACK(weighed_cb), self);
  return GTK_WIDGET(self);
}
