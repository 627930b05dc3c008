/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trust-list.h"

#include <glib/gi18n.h>

#include "nw-names.h"
#include "nw-plot-text.h"
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
  for (guint i = 0; i < NW_TRUST_N_ORDERS; i++)
    entry->numbers[i] = NAN;
  entry->numbers[NW_TRUST_BY_FLOOR] = nw_ece_floor(belief.bins, belief.n_bins);
  entry->numbers[NW_TRUST_BY_ECE] = belief.ece;
  entry->numbers[NW_TRUST_BY_PREVALENCE] = belief.prevalence;
  entry->numbers[NW_TRUST_BY_LOSS] = belief.log_loss;
  if (!belief.is_confidence) {
    entry->numbers[NW_TRUST_BY_POSITIVES] = (double)belief.positives;
    entry->numbers[NW_TRUST_BY_SKILL] = nw_brier_skill(belief.brier, belief.prevalence);
  }
  entry->ceiling = nw_ece_ceiling(belief.bins, belief.n_bins);
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
  const NwReportSummary *shown = nw_report_get_summary(entry->report);
  const char *output = nw_report_get_output(entry->report);

  for (guint i = 0; i < reports->len; i++) {
    NwReport *report = g_ptr_array_index(reports, i);
    const NwReportSummary *summary = nw_report_get_summary(report);

    if (g_str_equal(nw_report_get_output(report), output) && nw_report_has_rows(report) &&
        summary->rows > 0 && summary->n_labels == shown->n_labels && summary->soft == shown->soft)
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

/* ── numbers ─────────────────────────────────────────────────────────────────────────────────── */

static char *
dup_share(double number)
{
  return nw_plot_format_percent(number);
}

static char *
dup_count(double number)
{
  return nw_plot_format_count((guint64)number);
}

static char *
dup_number(double number)
{
  return g_strdup_printf("%.3f", number);
}

const NwTrustColumn nw_trust_columns[NW_TRUST_N_ORDERS] = {
    [NW_TRUST_BY_FLOOR] = {N_("within"), N_("by proven error"),
                           N_("Between what of the ECE chance alone does not explain, and what it "
                              "may be in truth, 95 % sure of each"),
                           dup_share},
    [NW_TRUST_BY_ECE] = {N_("ECE"), N_("by ECE"),
                         N_("Expected calibration error: how far predictions are from what "
                            "happens, on average"),
                         dup_share},
    [NW_TRUST_BY_NAME] = {N_("output"), N_("by name"), N_("In the order of the network")},
    [NW_TRUST_BY_PREVALENCE] = {N_("prevalence"), N_("by prevalence"), N_("How often yes is true"),
                                dup_share},
    [NW_TRUST_BY_POSITIVES] = {N_("positives"), N_("by positives"), N_("Rows where yes is true"),
                               dup_count},
    [NW_TRUST_BY_LOSS] = {N_("log loss"), N_("by log loss"), N_("Mean of −ln p of what was true"),
                          dup_number},
    [NW_TRUST_BY_SKILL] =
        {N_("Brier skill"), N_("by Brier skill"),
         N_("By how much the Brier score is better than that of always saying the "
            "prevalence: 1 at best, 0 no better"),
         dup_number, TRUE},
    [NW_TRUST_BY_AUC] = {N_("AUC"), N_("by AUC"),
                         N_("How often a positive sample is ranked above a negative one"),
                         dup_number, TRUE},
    [NW_TRUST_BY_AP] = {N_("AP"), N_("by average precision"),
                        N_("Average precision: area under the precision–recall curve, not "
                           "interpolated"),
                        dup_number, TRUE},
    [NW_TRUST_BY_THRESHOLD] =
        {N_("threshold"), N_("by threshold"),
         N_("Above it the answer is yes; chosen as on the card of one output"), dup_number},
    [NW_TRUST_BY_F1] = {N_("F1 val"), N_("by F1"), N_("F1 on the rows that chose the threshold"),
                        dup_number, TRUE},
    [NW_TRUST_BY_PRECISION] = {N_("prec. val"), N_("by precision"),
                               N_("Precision on the rows that chose the threshold"), dup_number,
                               TRUE},
    [NW_TRUST_BY_RECALL] = {N_("rec. val"), N_("by recall"),
                            N_("Recall on the rows that chose the threshold"), dup_number, TRUE},
    [NW_TRUST_BY_TEST_F1] = {N_("F1 test"), N_("by F1 on test rows"), N_("F1 on test rows"),
                             dup_number, TRUE},
    [NW_TRUST_BY_TEST_PRECISION] = {N_("prec. test"), N_("by precision on test rows"),
                                    N_("Precision on test rows"), dup_number, TRUE},
    [NW_TRUST_BY_TEST_RECALL] = {N_("rec. test"), N_("by recall on test rows"),
                                 N_("Recall on test rows"), dup_number, TRUE},
};

char *
nw_trust_entry_dup_text(const NwTrustEntry *entry, NwTrustOrder order)
{
  double number = entry->numbers[order];
  g_autofree char *text = isfinite(number) && nw_trust_columns[order].dup_text
                              ? nw_trust_columns[order].dup_text(number)
                              : g_strdup("–");

  if (order == NW_TRUST_BY_NAME)
    return g_strdup(entry->name);
  if (order == NW_TRUST_BY_FLOOR && isfinite(number))
    return g_strdup_printf("%.1f–%.1f", 100 * number, 100 * entry->ceiling);
  return g_steal_pointer(&text);
}

/* ── order ───────────────────────────────────────────────────────────────────────────────────── */

/* What the sort needs. */
typedef struct {
  const NwTrustList *list;
  NwTrustOrder order;
  gboolean rises;
} Sorting;

/* What has no number comes last, and by error what cannot be judged. */
static int
compare_entries(const NwTrustEntry *a, const NwTrustEntry *b, const Sorting *sorting)
{
  double x = a->numbers[sorting->order], y = b->numbers[sorting->order];

  if (sorting->order <= NW_TRUST_BY_ECE && a->is_muted != b->is_muted)
    return a->is_muted ? 1 : -1;
  if (isnan(x) || isnan(y))
    return isnan(x) - isnan(y);
  return sorting->rises ? (x > y) - (x < y) : (x < y) - (x > y);
}

/* Ties keep their natural order, so that nothing jumps between two looks; those without a proven
 * error go by the measured one. */
static int
compare_cb(gconstpointer a, gconstpointer b, gpointer data)
{
  const Sorting *sorting = data;
  guint first = *(const guint *)a, second = *(const guint *)b;
  const NwTrustEntry *one = g_ptr_array_index(sorting->list->entries, first);
  const NwTrustEntry *other = g_ptr_array_index(sorting->list->entries, second);
  Sorting by_ece = {sorting->list, NW_TRUST_BY_ECE, sorting->rises};
  int order = compare_entries(one, other, sorting);

  if (!order && sorting->order == NW_TRUST_BY_FLOOR)
    order = compare_entries(one, other, &by_ece);
  return order ? order : (first > second) - (first < second);
}

static void
reverse(GArray *array)
{
  for (guint i = 0; i < array->len / 2; i++) {
    guint *a = &g_array_index(array, guint, i),
          *b = &g_array_index(array, guint, array->len - 1 - i);
    guint first = *a;
    *a = *b;
    *b = first;
  }
}

void
nw_trust_list_arrange(NwTrustList *list, NwTrustOrder order, gboolean reversed, const char *filter)
{
  g_autofree char *wanted = g_utf8_casefold(filter ? filter : "", -1);

  g_array_set_size(list->shown, 0);
  for (guint i = 0; i < list->entries->len; i++) {
    const NwTrustEntry *entry = g_ptr_array_index(list->entries, i);
    g_autofree char *name = g_utf8_casefold(entry->name, -1);

    if (strstr(name, wanted))
      g_array_append_val(list->shown, i);
  }
  if (order != NW_TRUST_BY_NAME)
    g_array_sort_with_data(
        list->shown, compare_cb,
        &(Sorting){list, order, nw_trust_columns[order].rises != (reversed != FALSE)});
  else if (reversed)
    reverse(list->shown);
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

    if (entry->is_muted || !isfinite(entry->numbers[NW_TRUST_BY_ECE]))
      continue;
    sum += entry->numbers[NW_TRUST_BY_ECE];
    n++;
  }
  return n ? sum / n : NAN;
}
