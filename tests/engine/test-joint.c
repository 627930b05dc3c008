/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Networks that answer together: of one project or of several. */
#include "net.h"
#include "nw-infer.h"
#include "nw-joint.h"

#include <math.h>
#include <string.h>

#define ROWS 12

typedef struct {
  NwProject *project;
  NwWeights *weights;
} Member;

static Member
member_new(const char *text, guint64 seed)
{
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(NwProject) empty = nw_project_new();
  GError *error = NULL;
  Member member = {.project = nw_project_with_graph(empty, graph)};

  member.weights = nw_weights_new(inference, seed, &error);
  g_assert_no_error(error);
  return member;
}

static void
member_clear(Member *member)
{
  nw_weights_unref(member->weights);
  nw_project_unref(member->project);
}

/* Rows 0 … 3 are trained on, 4 … 7 validate, 8 … 11 test. */
static NwDataset *
dataset_new(void)
{
  static float x[ROWS * 2], y[ROWS];
  static guint32 order[ROWS];
  const guint32 *const splits[NW_N_SPLITS] = {order, order + 4, order + 8};
  const gsize sizes[NW_N_SPLITS] = {4, 4, 4};
  NwField fields[] = {
      {.name = (char *)"x", .type = {NW_SHAPE(2), NW_REAL}, .rows = ROWS, .real = x},
      {.name = (char *)"y", .type = {NW_SHAPE(1), NW_REAL}, .rows = ROWS, .real = y},
  };

  for (guint32 i = 0; i < ROWS; i++) {
    order[i] = i;
    x[2 * i] = sinf((float)i);
    x[2 * i + 1] = cosf((float)(i * i));
    y[i] = i % 3 == 0;
  }
  return nw_dataset_new_from_fields(fields, 2, ROWS, splits, sizes);
}

static const char small[] = "x input shape=2\np dense units=1 activation=sigmoid <- x\n"
                            "y output loss=binary_crossentropy <- p\n";
static const char large[] = "x input shape=2\nh dense units=5 activation=tanh <- x\n"
                            "p dense units=1 activation=sigmoid <- h\n"
                            "y output loss=binary_crossentropy <- p\n";

/* A small and a large network: the mean of their probabilities, and its log loss. */
static void
test_projects(void)
{
  g_autoptr(NwDataset) dataset = dataset_new();
  Member a = member_new(small, 1), b = member_new(large, 2);
  NwWeights *weights[] = {a.weights, b.weights};
  NwProject *projects[] = {a.project, b.project};
  NwMembers members = {.weights = weights, .n_weights = 2, .projects = projects};
  const NwField *y = nw_dataset_get_field(dataset, "y");
  GError *error = NULL;
  gsize n;
  const guint32 *rows = nw_dataset_get_split(dataset, NW_SPLIT_TEST, &n);
  g_autoptr(NwPredictions) one = nw_predict(a.project, a.weights, dataset, rows, n, 1, &error);
  g_autoptr(NwPredictions) two = nw_predict(b.project, b.weights, dataset, rows, n, 1, &error);
  g_autoptr(NwPredictions) both =
      nw_joint_predict(a.project, &members, dataset, rows, n, 1, &error);
  g_autoptr(GPtrArray) reports =
      nw_joint_evaluate(a.project, &members, dataset, NW_SPLIT_TEST, 1, &error);
  double loss = 0;

  g_assert_no_error(error);
  for (gsize i = 0; i < n; i++) {
    double p = ((double)one->values[0][i] + (double)two->values[0][i]) / 2;
    g_assert_cmpfloat(fabs((double)both->values[0][i] - p), <, 1e-7);
    loss -= log(y->real[rows[i]] > 0 ? p : 1 - p) / (double)n;
  }
  g_assert_cmpfloat(fabs(nw_report_get_summary(reports->pdata[0])->log_loss - loss), <, 1e-6);
  member_clear(&a);
  member_clear(&b);
}

static void
test_other_outputs(void)
{
  g_autoptr(NwDataset) dataset = dataset_new();
  Member a = member_new(small, 1);
  Member b = member_new("x input shape=2\np dense units=1 <- x\n"
                        "y output loss=mean_squared_error <- p\n",
                        2);
  NwWeights *weights[] = {a.weights, b.weights};
  NwProject *projects[] = {a.project, b.project};
  NwMembers members = {.weights = weights, .n_weights = 2, .projects = projects};
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_joint_evaluate(a.project, &members, dataset, NW_SPLIT_TEST, 1, &error));
  g_assert_nonnull(error);
  g_assert_nonnull(strstr(error->message, "other outputs"));
  member_clear(&a);
  member_clear(&b);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/joint/networks-of-several-projects", test_projects);
  g_test_add_func("/joint/other-outputs-are-a-sentence", test_other_outputs);
  return g_test_run();
}
