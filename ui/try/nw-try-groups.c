/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-try-groups.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-answer-list.h"
#include "nw-plot-subgroups.h"
#include "nw-plot-view.h"

#define MAX_GROUPS  10
#define ROW_HEIGHT  24
#define PLOT_FRAME  30
#define MAX_COLUMNS 500

/* What rows can be grouped by: an entry of the row, or what is true of another output. */
typedef struct {
  gboolean is_truth;
  guint index; /* entry; or the first answer of the output */
} Column;

struct _NwTryGroups {
  GtkWidget parent;

  NwTrier *trier;
  NwSplit split;
  NwPredictions *predictions; /* (nullable) of all rows of the split */
  GCancellable *predicting;
  char *fault;
  GArray *columns; /* Column */

  GtkWidget *box;
  GtkLabel *title;
  GtkDropDown *column;
  GtkWidget *plot;
  NwPlotSubgroups data;
  GArray *groups; /* NwSubgroup */
  GPtrArray *names;
};

G_DEFINE_FINAL_TYPE(NwTryGroups, nw_try_groups, GTK_TYPE_WIDGET)

static NwTrial *
get_trial(NwTryGroups *self)
{
  return nw_trier_get_trial(self->trier);
}

static const guint32 *
get_rows(NwTryGroups *self, gsize *n)
{
  return nw_dataset_get_split(nw_run_get_dataset(nw_trier_get_run(self->trier)), self->split, n);
}

/* ── predicting in a thread ──────────────────────────────────────────────────────────────────── */

typedef struct {
  NwRun *run;
  NwProject *project;
  NwSplit split;
} Job;

static void
job_free(Job *job)
{
  g_object_unref(job->run);
  nw_project_unref(job->project);
  g_free(job);
}

static void
predict_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  gsize n;
  const guint32 *rows = nw_dataset_get_split(nw_run_get_dataset(job->run), job->split, &n);
  NwPredictions *predictions = nw_predict(job->project, nw_run_get_weights(job->run),
                                          nw_run_get_dataset(job->run), rows, n, 0, &error);

  if (predictions != NULL)
    g_task_return_pointer(task, predictions, (GDestroyNotify)nw_predictions_free);
  else
    g_task_return_error(task, error);
}

static void
predicted_cb(GObject *object, GAsyncResult *result, gpointer unused)
{
  NwTryGroups *self = NW_TRY_GROUPS(object);
  g_autoptr(GError) error = NULL;
  g_autoptr(NwPredictions) predictions = g_task_propagate_pointer(G_TASK(result), &error);

  if (self->predicting != g_task_get_cancellable(G_TASK(result)))
    return;
  g_clear_object(&self->predicting);
  self->predictions = g_steal_pointer(&predictions);
  g_free(self->fault);
  self->fault = error != NULL ? g_strdup(error->message) : NULL;
  nw_try_groups_refresh(self);
}

static void
predict(NwTryGroups *self)
{
  g_autoptr(GTask) task = NULL;
  Job *job;
  gsize n;

  get_rows(self, &n);
  if (n == 0 || self->predictions != NULL || self->predicting != NULL || self->fault != NULL)
    return;
  job = g_new0(Job, 1);
  job->run = g_object_ref(nw_trier_get_run(self->trier));
  job->project = nw_project_ref(nw_run_get_used_project(job->run));
  job->split = self->split;
  self->predicting = g_cancellable_new();
  task = g_task_new(self, self->predicting, predicted_cb, NULL);
  g_task_set_task_data(task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread(task, predict_thread);
}

static void
forget(NwTryGroups *self)
{
  if (self->predicting != NULL)
    g_cancellable_cancel(self->predicting);
  g_clear_object(&self->predicting);
  g_clear_pointer(&self->predictions, nw_predictions_free);
  g_clear_pointer(&self->fault, g_free);
}

void
nw_try_groups_set_split(NwTryGroups *self, NwSplit split)
{
  g_return_if_fail(NW_IS_TRY_GROUPS(self));

  if (split == self->split && (self->predictions != NULL || self->predicting != NULL))
    return;
  forget(self);
  self->split = split;
  nw_try_groups_refresh(self);
}

/* ── grouping ────────────────────────────────────────────────────────────────────────────────── */

/* Of a softmax the class, of others the target itself. */
static double
read_truth(NwTrial *trial, guint first, guint32 row)
{
  const NwTrialAnswer *answer = nw_trial_get_answer(trial, first);
  guint largest = 0;

  if (answer->head != NW_HEAD_SOFTMAX)
    return nw_trial_read_truth(trial, first, row);
  for (guint k = 1; k < answer->n_columns; k++)
    if (nw_trial_read_truth(trial, first + k, row) >
        nw_trial_read_truth(trial, first + largest, row))
      largest = k;
  return largest;
}

static double
read_column(NwTrial *trial, const Column *column, guint32 row)
{
  return column->is_truth ? read_truth(trial, column->index, row)
                          : nw_trial_read_entry(trial, column->index, row);
}

static char *
dup_value_name(NwTrial *trial, const Column *column, double value)
{
  const NwTrialAnswer *answer;

  if (!column->is_truth) {
    const char *const *choices = nw_trial_get_choices(trial, column->index);
    return choices != NULL ? g_strdup(choices[(gsize)value]) : g_strdup_printf("%.4g", value);
  }
  answer = nw_trial_get_answer(trial, column->index);
  if (answer->head == NW_HEAD_SOFTMAX)
    answer = nw_trial_get_answer(trial, column->index + (guint)value);
  return answer->head == NW_HEAD_SOFTMAX && answer->label != NULL ? g_strdup(answer->label)
                                                                  : g_strdup_printf("%.4g", value);
}

static char *
dup_group_name(NwTrial *trial, const Column *column, const NwSubgroup *group)
{
  g_autofree char *low = dup_value_name(trial, column, group->low);
  g_autofree char *high = dup_value_name(trial, column, group->high);

  return group->low == group->high ? g_steal_pointer(&low) : g_strdup_printf("%s – %s", low, high);
}

static void
make_groups(NwTryGroups *self, guint chosen, const Column *column)
{
  NwTrial *trial = get_trial(self);
  const NwTrialAnswer *answer = nw_trial_get_answer(trial, chosen);
  const float *said = self->predictions->values[answer->output] + answer->column;
  gsize n;
  const guint32 *rows = get_rows(self, &n);
  g_autofree double *values = g_new(double, n + 1), *p = g_new(double, n + 1);
  g_autofree double *y = g_new(double, n + 1);

  for (gsize i = 0; i < n; i++) {
    values[i] = read_column(trial, column, rows[i]);
    p[i] = (double)said[i * answer->n_columns];
    y[i] = nw_trial_read_truth(trial, chosen, rows[i]);
  }
  self->groups = nw_subgroups_new(values, p, y, n, MAX_GROUPS);
  for (guint i = 0; i < self->groups->len; i++)
    g_ptr_array_add(self->names,
                    dup_group_name(trial, column, &g_array_index(self->groups, NwSubgroup, i)));
}

static const char *
get_empty_sentence(NwTryGroups *self, const NwTrialAnswer *answer)
{
  if (answer->head == NW_HEAD_VALUES || answer->n_steps > 1)
    return _("Only probabilities of whole rows are grouped");
  if (self->fault != NULL)
    return self->fault;
  return self->predictions == NULL ? _("Predicting…") : _("These rows have no target");
}

void
nw_try_groups_refresh(NwTryGroups *self)
{
  NwTrial *trial = get_trial(self);
  guint chosen = nw_trier_get_chosen(self->trier);
  guint selected = gtk_drop_down_get_selected(self->column);
  const NwTrialAnswer *answer = nw_trial_get_answer(trial, chosen);
  g_autofree char *name = nw_answer_dup_name(answer);
  g_autofree char *title = g_strdup_printf(_("“%s” by"), name);

  if (self->columns->len == 0 || !gtk_widget_get_mapped(GTK_WIDGET(self)))
    return;
  predict(self);
  gtk_label_set_label(self->title, title);
  nw_plot_view_set(NW_PLOT_VIEW(self->plot), NULL, NULL, NULL);
  g_clear_pointer(&self->groups, g_array_unref);
  g_ptr_array_set_size(self->names, 0);
  if (self->predictions != NULL && answer->head != NW_HEAD_VALUES && answer->n_steps == 1 &&
      selected < self->columns->len)
    make_groups(self, chosen, &g_array_index(self->columns, Column, selected));
  self->data = (NwPlotSubgroups){
      .empty = get_empty_sentence(self, answer),
      .names = (const char *const *)self->names->pdata,
      .groups = self->groups != NULL ? (const NwSubgroup *)(gpointer)self->groups->data : NULL,
      .n_groups = self->names->len,
  };
  nw_plot_view_set(NW_PLOT_VIEW(self->plot), &nw_plot_subgroups_kind, &self->data, NULL);
  gtk_widget_set_size_request(self->plot, -1,
                              PLOT_FRAME + ROW_HEIGHT * (int)MAX(self->names->len, 2));
}

/* ── columns ─────────────────────────────────────────────────────────────────────────────────── */

static void
add_column(NwTryGroups *self, GtkStringList *list, gboolean is_truth, guint index, char *name)
{
  Column column = {is_truth, index};

  if (self->columns->len < MAX_COLUMNS) {
    g_array_append_val(self->columns, column);
    gtk_string_list_append(list, name);
  }
  g_free(name);
}

static GtkStringList *
create_columns(NwTryGroups *self)
{
  GtkStringList *list = gtk_string_list_new(NULL);
  NwTrial *trial = get_trial(self);
  NwTrialPicture picture;

  for (guint i = 0; i < nw_trial_get_n_entries(trial); i++) {
    const NwTrialEntry *entry = nw_trial_get_entry(trial, i);
    if (!nw_trial_get_picture(trial, entry->input, &picture))
      add_column(self, list, FALSE, i, nw_trial_dup_entry_name(trial, i));
  }
  for (guint i = 0; i < nw_trial_get_n_answers(trial); i++) {
    const NwTrialAnswer *answer = nw_trial_get_answer(trial, i);
    gboolean is_class = answer->head == NW_HEAD_SOFTMAX;
    if (answer->n_steps > 1 || isnan(nw_trial_read_truth(trial, i, 0)) ||
        (is_class && answer->column > 0))
      continue;
    add_column(self, list, TRUE, i, is_class ? g_strdup(answer->name) : nw_answer_dup_name(answer));
  }
  return list;
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_try_groups_map(GtkWidget *widget)
{
  GTK_WIDGET_CLASS(nw_try_groups_parent_class)->map(widget);
  nw_try_groups_refresh(NW_TRY_GROUPS(widget));
}

static void
nw_try_groups_dispose(GObject *object)
{
  NwTryGroups *self = NW_TRY_GROUPS(object);

  forget(self);
  if (self->plot != NULL)
    nw_plot_view_set(NW_PLOT_VIEW(self->plot), NULL, NULL, NULL);
  self->plot = NULL;
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->trier);
  G_OBJECT_CLASS(nw_try_groups_parent_class)->dispose(object);
}

static void
nw_try_groups_finalize(GObject *object)
{
  NwTryGroups *self = NW_TRY_GROUPS(object);

  g_clear_pointer(&self->groups, g_array_unref);
  g_ptr_array_unref(self->names);
  g_array_unref(self->columns);
  G_OBJECT_CLASS(nw_try_groups_parent_class)->finalize(object);
}

static void
nw_try_groups_class_init(NwTryGroupsClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_try_groups_dispose;
  G_OBJECT_CLASS(class)->finalize = nw_try_groups_finalize;
  GTK_WIDGET_CLASS(class)->map = nw_try_groups_map;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void
nw_try_groups_init(NwTryGroups *self)
{
  self->columns = g_array_new(FALSE, FALSE, sizeof(Column));
  self->names = g_ptr_array_new_with_free_func(g_free);
}

static GtkWidget *
create_head(NwTryGroups *self)
{
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8), *title = gtk_label_new(NULL);
  GtkExpression *text = gtk_property_expression_new(GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkWidget *column = gtk_drop_down_new(G_LIST_MODEL(create_columns(self)), text);

  self->title = GTK_LABEL(title);
  gtk_label_set_ellipsize(self->title, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class(title, "nw-title");
  gtk_box_append(GTK_BOX(head), title);
  self->column = GTK_DROP_DOWN(column);
  gtk_drop_down_set_enable_search(self->column, self->columns->len > 12);
  gtk_accessible_update_property(GTK_ACCESSIBLE(column), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Column that rows are grouped by"), -1);
  g_signal_connect_swapped(column, "notify::selected", G_CALLBACK(nw_try_groups_refresh), self);
  gtk_box_append(GTK_BOX(head), column);
  return head;
}

GtkWidget *
nw_try_groups_new(NwTrier *trier)
{
  NwTryGroups *self = g_object_new(NW_TYPE_TRY_GROUPS, NULL);
  GtkWidget *help = gtk_label_new(_("How often it happened, with its 95 % interval (blue), and how "
                                    "often it was predicted (orange), on all rows of this part; "
                                    "bold where the two do not agree"));

  self->trier = g_object_ref(trier);
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  gtk_box_append(GTK_BOX(self->box), create_head(self));
  gtk_label_set_xalign(GTK_LABEL(help), 0);
  gtk_label_set_wrap(GTK_LABEL(help), TRUE);
  gtk_widget_add_css_class(help, "dim-label");
  gtk_widget_add_css_class(help, "caption");
  gtk_box_append(GTK_BOX(self->box), help);
  self->plot = nw_plot_view_new();
  gtk_widget_set_hexpand(self->plot, TRUE);
  gtk_box_append(GTK_BOX(self->box), self->plot);
  gtk_widget_set_visible(self->box, self->columns->len > 0);
  return GTK_WIDGET(self);
}
