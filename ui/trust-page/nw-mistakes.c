/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-mistakes.h"

#include <glib/gi18n.h>

/* A sample that was got wrong, and how wrong. */
typedef struct {
  gsize index; /* into the report's rows */
  double said, wrong;
  guint said_class, true_class;
} Wrong;

static void
mistake_free(NwMistake *mistake)
{
  g_free(mistake->text);
  g_free(mistake);
}

static int
compare_worst_first(gconstpointer a, gconstpointer b)
{
  const Wrong *first = a, *second = b;

  if (first->wrong != second->wrong)
    return (first->wrong < second->wrong) - (first->wrong > second->wrong);
  return (first->index > second->index) - (first->index < second->index);
}

static void
find_of_label(NwReport *report, guint label, GArray *wrongs)
{
  gsize n = nw_report_get_summary(report)->rows;
  g_autofree double *p = g_new(double, n + 1);
  g_autofree double *y = g_new(double, n + 1);

  nw_report_read(report, label, p, y);
  for (gsize i = 0; i < n; i++) {
    Wrong wrong = {.index = i, .said = p[i], .wrong = fabs(p[i] - y[i])};

    wrong.true_class = y[i] > 0.5;
    if (wrong.wrong > 0.5)
      g_array_append_val(wrongs, wrong);
  }
}

static void
find_of_top_class(NwReport *report, GArray *wrongs)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  gsize n = summary->rows;
  g_autofree Wrong *all = g_new0(Wrong, n + 1);
  g_autofree double *p = g_new(double, n + 1);
  g_autofree double *y = g_new(double, n + 1);

  for (guint c = 0; c < summary->n_labels; c++) {
    nw_report_read(report, c, p, y);
    for (gsize i = 0; i < n; i++) {
      if (p[i] > all[i].said) {
        all[i].said = p[i];
        all[i].said_class = c;
      }
      if (y[i] > 0.5)
        all[i].true_class = c;
    }
  }
  for (gsize i = 0; i < n; i++) {
    all[i].index = i;
    all[i].wrong = all[i].said;
    if (all[i].said_class != all[i].true_class)
      g_array_append_val(wrongs, all[i]);
  }
}

static char *
dup_text(const NwTrustEntry *entry, const Wrong *wrong)
{
  if (entry->label == NW_BELIEF_CONFIDENCE)
    return g_strdup_printf(_("said %s with %.3f, truth %s"),
                           nw_report_get_label(entry->report, wrong->said_class)->name, wrong->said,
                           nw_report_get_label(entry->report, wrong->true_class)->name);
  return g_strdup_printf(wrong->true_class ? _("said %.3f, truth yes") : _("said %.3f, truth no"),
                         wrong->said);
}

GPtrArray *
nw_mistakes_list(const NwTrustEntry *entry, guint max)
{
  GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)mistake_free);
  g_autoptr(GArray) wrongs = g_array_new(FALSE, FALSE, sizeof(Wrong));
  const guint32 *rows = nw_report_get_rows(entry->report);
  guint32 steps = (guint32)nw_report_get_summary(entry->report)->steps;

  if (entry->label == NW_BELIEF_CONFIDENCE)
    find_of_top_class(entry->report, wrongs);
  else
    find_of_label(entry->report, (guint)entry->label, wrongs);
  g_array_sort(wrongs, compare_worst_first);
  for (guint i = 0; i < wrongs->len && i < max; i++) {
    const Wrong *wrong = &g_array_index(wrongs, Wrong, i);
    NwMistake *mistake = g_new0(NwMistake, 1);

    mistake->row = rows[wrong->index] / steps;
    mistake->step = steps > 1 ? (gssize)(rows[wrong->index] % steps) : -1;
    mistake->said = wrong->said;
    mistake->text = dup_text(entry, wrong);
    g_ptr_array_add(list, mistake);
  }
  return list;
}
