/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trust-list.h"

#include <glib/gi18n.h>

#include "nw-names.h"
#include "nw-scores.h"

static void
entry_free(NwTrustEntry *entry)
{
  nw_report_unref(entry->report);
  nw_report_unref(entry->validation);
  nw_report_unref(entry->test);
  g_free(entry->name);
  g_free(entry->short_name);
  g_free(entry);
}

static NwTrustEntry *
append(NwTrustList *list, NwReport *report, int label)
{
  NwTrustEntry *entry;
  NwBelief belief;

  if (!nw_belief_get(report, label, &belief))
    return NULL;
  entry = g_new0(NwTrustEntry, 1);
  entry->report = nw_report_ref(report);
  entry->label = label;
  entry->name = nw_belief_dup_title(&belief);
  entry->short_name = g_strdup(belief.label ? belief.label : belief.output);
  entry->ece = belief.ece;
  entry->floor = nw_ece_floor(belief.bins, belief.n_bins);
  entry->prevalence = belief.prevalence;
  entry->is_muted = belief.verdict == NW_VERDICT_TOO_FEW;
  g_ptr_array_add(list->entries, entry);
  return entry;
}

static gsize
common_prefix(NwReport *report, guint n)
{
  g_autofree const char **names = g_new0(const char *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = nw_report_get_label(report, i)->name;
  return nw_names_common_prefix(names, n);
}

static void
append_report(NwTrustList *list, NwReport *report)
{
  guint n = nw_report_get_summary(report)->n_labels;
  gsize prefix = common_prefix(report, n);
  NwTrustEntry *top = n > 1 ? append(list, report, NW_BELIEF_CONFIDENCE) : NULL;

  if (top) {
    g_free(top->name);
    top->name = g_strdup_printf(_("%s · top class"), nw_report_get_output(report));
  }
  for (guint i = 0; i < n; i++) {
    NwTrustEntry *entry = append(list, report, (int)i);

    if (entry && n > 1) {
      g_free(entry->short_name);
      entry->short_name = g_strdup(nw_report_get_label(report, i)->name + prefix);
    }
  }
}

/* Of “out_1” and “out_24” the tags are “1” and “24”. */
static void
set_tags(NwTrustList *list)
{
  guint n = list->entries->len;
  g_autofree const char **names = g_new0(const char *, n + 1);
  gsize prefix;

  for (guint i = 0; i < n; i++)
    names[i] = ((const NwTrustEntry *)g_ptr_array_index(list->entries, i))->short_name;
  prefix = nw_names_common_prefix(names, n);
  for (guint i = 0; i < n; i++)
    ((NwTrustEntry *)g_ptr_array_index(list->entries, i))->tag = names[i] + prefix;
}

/* A class that is called “1” says little beside those of other outputs. */
static void
lengthen(NwTrustEntry *entry)
{
  if (strlen(entry->short_name) > 2)
    return;
  g_free(entry->short_name);
  entry->short_name = g_strdup(entry->name);
}

NwTrustList *
nw_trust_list_new(NwReport *const *reports, guint n)
{
  NwTrustList *list = g_new0(NwTrustList, 1);

  list->entries = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
  list->shown = g_array_new(FALSE, FALSE, sizeof(guint));
  for (guint i = 0; i < n; i++)
    if (reports[i])
      append_report(list, reports[i]);
  for (guint i = 0; i < list->entries->len && n > 1; i++)
    lengthen(g_ptr_array_index(list->entries, i));
  set_tags(list);
  return list;
}

void
nw_trust_list_free(NwTrustList *list)
{
  g_ptr_array_unref(list->entries);
  g_array_unref(list->shown);
  g_free(list);
}

/* NULL, or a reference */
static NwReport *
find_report(const GPtrArray *reports, const NwTrustEntry *entry)
{
  const char *output = nw_report_get_output(entry->report);

  for (guint i = 0; i < reports->len; i++) {
    NwReport *report = g_ptr_array_index(reports, i);
    if (g_str_equal(nw_report_get_output(report), output) && nw_report_has_rows(report) &&
        nw_report_get_summary(report)->n_labels ==
            nw_report_get_summary(entry->report)->n_labels)
      return nw_report_ref(report);
  }
  return NULL;
}

void
nw_trust_list_set_splits(NwTrustList *list, const GPtrArray *validation, const GPtrArray *test)
{
  for (guint i = 0; i < list->entries->len; i++) {
    NwTrustEntry *entry = g_ptr_array_index(list->entries, i);
    NwReport *old[] = {entry->validation, entry->test};

    entry->validation = find_report(validation, entry);
    entry->test = find_report(test, entry);
    nw_report_unref(old[0]);
    nw_report_unref(old[1]);
  }
}

static int
compare_down(double x, double y)
{
  if (isnan(x) || isnan(y))
    return isnan(x) - isnan(y);
  return (x < y) - (x > y);
}

/* What cannot be judged comes last. */
static int
compare_muted(const NwTrustEntry *a, const NwTrustEntry *b)
{
  return (a->is_muted != 0) - (b->is_muted != 0);
}

static int
compare_ece(const NwTrustEntry *a, const NwTrustEntry *b)
{
  int order = compare_muted(a, b);

  return order ? order : compare_down(a->ece, b->ece);
}

static int
compare_floor(const NwTrustEntry *a, const NwTrustEntry *b)
{
  int order = compare_muted(a, b);

  if (!order)
    order = compare_down(a->floor, b->floor);
  return order ? order : compare_ece(a, b);
}

static int
compare_prevalence(const NwTrustEntry *a, const NwTrustEntry *b)
{
  return compare_down(a->prevalence, b->prevalence);
}

typedef int (*Compare)(const NwTrustEntry *a, const NwTrustEntry *b);

/* By name is the order of the outputs and labels themselves. */
static const Compare compares[] = {
    [NW_TRUST_BY_FLOOR] = compare_floor,
    [NW_TRUST_BY_ECE] = compare_ece,
    [NW_TRUST_BY_NAME] = NULL,
    [NW_TRUST_BY_PREVALENCE] = compare_prevalence,
};

/* What the sort needs. */
typedef struct {
  const NwTrustList *list;
  Compare compare;
} Sorting;

/* Ties keep their natural order, so that nothing jumps between two looks. */
static int
compare_cb(gconstpointer a, gconstpointer b, gpointer data)
{
  const Sorting *sorting = data;
  guint first = *(const guint *)a, second = *(const guint *)b;
  int order = sorting->compare(g_ptr_array_index(sorting->list->entries, first),
                               g_ptr_array_index(sorting->list->entries, second));

  return order ? order : (first > second) - (first < second);
}

void
nw_trust_list_arrange(NwTrustList *list, NwTrustOrder order, const char *filter)
{
  g_autofree char *wanted = g_utf8_casefold(filter ? filter : "", -1);

  g_array_set_size(list->shown, 0);
  for (guint i = 0; i < list->entries->len; i++) {
    const NwTrustEntry *entry = g_ptr_array_index(list->entries, i);
    g_autofree char *name = g_utf8_casefold(entry->name, -1);

    if (strstr(name, wanted))
      g_array_append_val(list->shown, i);
  }
  if (compares[order])
    g_array_sort_with_data(list->shown, compare_cb,
                           &(Sorting){.list = list, .compare = compares[order]});
}

const NwTrustEntry *
nw_trust_list_get_shown(const NwTrustList *list, guint position)
{
  return g_ptr_array_index(list->entries, g_array_index(list->shown, guint, position));
}

int
nw_trust_list_find_shown(const NwTrustList *list, const char *name)
{
  for (guint i = 0; i < list->shown->len; i++)
    if (g_strcmp0(nw_trust_list_get_shown(list, i)->name, name) == 0)
      return (int)i;
  return -1;
}

double
nw_trust_list_get_mean_ece(const NwTrustList *list)
{
  double sum = 0;
  guint n = 0;

  for (guint i = 0; i < list->entries->len; i++) {
    const NwTrustEntry *entry = g_ptr_array_index(list->entries, i);

    if (entry->is_muted || !isfinite(entry->ece))
      continue;
    sum += entry->ece;
    n++;
  }
  return n ? sum / n : NAN;
}
