/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-names.h"
#include "nw-trust-list.h"

#define ROWS 400

/* Three labels, all predicted with p: one always right on average, one far too high, one that is
 * hardly ever true. */
static NwReport *
create_labels(void)
{
  static const char *names[] = {"fair", "high", "rare", NULL};
  static NwReal p[ROWS][3], y[ROWS][3];

  for (int i = 0; i < ROWS; i++) {
    p[i][0] = p[i][1] = i % 2 ? (NwReal)0.75 : (NwReal)0.25;
    p[i][2] = (NwReal)0.9;
    y[i][0] = i % 2 ? (i / 2) % 4 != 0 : (i / 2) % 4 == 0;
    y[i][1] = (i / 2) % 10 == 0;
    y[i][2] = i == 7;
  }
  return nw_report_new("traits", NW_HEAD_SIGMOID, ROWS, 3, &p[0][0], &y[0][0], NULL, NULL,
                       (char **)names);
}

static NwReport *
create_classes(void)
{
  static NwReal p[ROWS][3];
  static gint32 index[ROWS];

  for (int i = 0; i < ROWS; i++) {
    index[i] = i % 3;
    for (int c = 0; c < 3; c++)
      p[i][c] = c == (i / 3) % 3 ? (NwReal)0.8 : (NwReal)0.1;
  }
  return nw_report_new("digit", NW_HEAD_SOFTMAX, ROWS, 3, &p[0][0], NULL, index, NULL, NULL);
}

static void
test_worst_first(void)
{
  g_autoptr(NwReport) report = create_labels();
  g_autoptr(NwTrustList) list = nw_trust_list_new(&report, 1);

  g_assert_cmpuint(list->entries->len, ==, 3);
  nw_trust_list_arrange(list, NW_TRUST_BY_FLOOR, FALSE, NULL);
  g_assert_cmpstr(nw_trust_list_get_shown(list, 0)->name, ==, "traits · high");
  g_assert_cmpstr(nw_trust_list_get_shown(list, 1)->name, ==, "traits · fair");
  /* One positive is too few to judge by, however far off it is. */
  g_assert_cmpstr(nw_trust_list_get_shown(list, 2)->name, ==, "traits · rare");
  g_assert_true(nw_trust_list_get_shown(list, 2)->is_muted);
}

static void
test_orders_and_filter(void)
{
  g_autoptr(NwReport) report = create_labels();
  g_autoptr(NwTrustList) list = nw_trust_list_new(&report, 1);

  nw_trust_list_arrange(list, NW_TRUST_BY_NAME, FALSE, NULL);
  g_assert_cmpstr(nw_trust_list_get_shown(list, 0)->short_name, ==, "fair");
  nw_trust_list_arrange(list, NW_TRUST_BY_PREVALENCE, FALSE, NULL);
  g_assert_cmpstr(nw_trust_list_get_shown(list, 0)->short_name, ==, "fair");
  g_assert_cmpstr(nw_trust_list_get_shown(list, 2)->short_name, ==, "rare");
  nw_trust_list_arrange(list, NW_TRUST_BY_FLOOR, FALSE, "HIGH");
  g_assert_cmpuint(list->shown->len, ==, 1);
  g_assert_cmpint(nw_trust_list_find_shown(list, "traits · high"), ==, 0);
  g_assert_cmpint(nw_trust_list_find_shown(list, "traits · fair"), ==, -1);
}

static void
test_softmax_has_a_top_class(void)
{
  g_autoptr(NwReport) classes = create_classes();
  NwReport *reports[] = {classes, NULL};
  g_autoptr(NwTrustList) list = nw_trust_list_new(reports, 2);
  const NwTrustEntry *top = g_ptr_array_index(list->entries, 0);
  NwBelief belief;
  guint right = 0, all = 0;

  g_assert_cmpuint(list->entries->len, ==, 4);
  g_assert_cmpint(top->label, ==, NW_BELIEF_CONFIDENCE);
  g_assert_true(nw_belief_get(classes, NW_BELIEF_CONFIDENCE, &belief));
  for (guint i = 0; i < belief.n_histogram; i++) {
    right += belief.histogram[1][i];
    all += belief.histogram[0][i] + belief.histogram[1][i];
  }
  g_assert_cmpuint(all, ==, ROWS);
  g_assert_cmpfloat_with_epsilon((double)right / ROWS, belief.accuracy, 1e-9);
  g_assert_false(nw_belief_get(classes, 3, &belief));
}

static void
test_common_prefix(void)
{
  const char *const tags[] = {"label:Happy", "label:Sad"};
  const char *const pixels[] = {"pixel_0_1", "pixel_0_2", "pixel_1_1"};
  const char *const nothing[] = {"even", "eleven"};
  const char *const all[] = {"x_", "x_y"};

  g_assert_cmpuint(nw_names_common_prefix(tags, 2), ==, 6);
  g_assert_cmpuint(nw_names_common_prefix(pixels, 3), ==, 6);
  g_assert_cmpuint(nw_names_common_prefix(nothing, 2), ==, 0);
  g_assert_cmpuint(nw_names_common_prefix(all, 2), ==, 0);
  g_assert_cmpuint(nw_names_common_prefix(tags, 1), ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/trust-list/the-worst-comes-first-and-the-unknown-last", test_worst_first);
  g_test_add_func("/trust-list/other-orders-and-a-filter", test_orders_and_filter);
  g_test_add_func("/trust-list/a-softmax-head-has-a-top-class", test_softmax_has_a_top_class);
  g_test_add_func("/trust-list/short-names-leave-out-what-all-share", test_common_prefix);
  return g_test_run();
}
