/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "sample-graphs.h"

static void
step(NwGraph **graph, NwGraph *next)
{
  g_assert_nonnull(next);
  nw_graph_unref(*graph);
  *graph = next;
}

guint
sample_add(NwGraph **graph, const char *kind, const char *name, guint from)
{
  guint uid;

  step(graph, nw_graph_add(*graph, nw_layer_kind_find(kind), name, 0, 0, &uid));
  if (from)
    step(graph, nw_graph_connect(*graph, from, 0, uid, 0, NULL));
  return uid;
}

void
sample_set(NwGraph **graph, guint uid, const char *key, const char *text)
{
  g_autoptr(GError) error = NULL;
  NwGraph *next = nw_graph_set_param(*graph, uid, key, text, &error);

  g_assert_no_error(error);
  step(graph, next);
}

static void
draw_small(NwGraph **graph)
{
  guint pixels = sample_add(graph, "input", "pixels", 0);
  guint notes = sample_add(graph, "input", "notes", 0);
  guint hidden = sample_add(graph, "dense", "hidden", pixels);
  guint dropout = sample_add(graph, "dropout", "dropout", hidden);
  guint aside = sample_add(graph, "dense", "aside", notes);
  guint both = sample_add(graph, "concatenate", "both", dropout);
  guint head, output;

  sample_set(graph, pixels, "shape", "64");
  sample_set(graph, notes, "shape", "12");
  sample_set(graph, hidden, "units", "96");
  sample_set(graph, hidden, "activation", "relu");
  sample_set(graph, hidden, "kernel_l2", "0.0001");
  sample_set(graph, aside, "units", "16");
  step(graph, nw_graph_connect(*graph, aside, 0, both, 1, NULL));
  head = sample_add(graph, "dense", "digit_head", both);
  sample_set(graph, head, "units", "10");
  sample_set(graph, head, "activation", "softmax");
  output = sample_add(graph, "output", "digit", head);
  sample_set(graph, output, "loss", "sparse_categorical_crossentropy");
  head = sample_add(graph, "dense", "traits_head", both);
  sample_set(graph, head, "units", "3");
  sample_set(graph, head, "activation", "sigmoid");
  output = sample_add(graph, "output", "traits", head);
  sample_set(graph, output, "loss", "binary_crossentropy");
  sample_set(graph, output, "weight", "0.5");
  sample_add(graph, "dense", "loose", 0);
}

static void
draw_outputs(NwGraph **graph, guint n)
{
  guint input = sample_add(graph, "input", "features", 0);
  guint hidden = sample_add(graph, "dense", "hidden", input);
  guint trunk = sample_add(graph, "dense", "trunk", hidden);

  sample_set(graph, input, "shape", "100");
  sample_set(graph, trunk, "activation", "relu");
  for (guint i = 1; i <= n; i++) {
    g_autofree char *head_name = g_strdup_printf("head_%03u", i);
    g_autofree char *name = g_strdup_printf("label_%03u", i);
    guint head = sample_add(graph, "dense", head_name, trunk);

    sample_set(graph, head, "units", "1");
    sample_set(graph, head, "activation", "sigmoid");
    sample_set(graph, sample_add(graph, "output", name, head), "loss", "binary_crossentropy");
  }
}

static void
draw_huge(NwGraph **graph)
{
  guint input = sample_add(graph, "input", "features", 0);

  sample_set(graph, input, "shape", "16");
  for (int chain = 0; chain < 37; chain++) {
    guint from = input;
    for (int i = 0; i < 26; i++)
      from = sample_add(graph, i % 3 == 2 ? "dropout" : "dense", NULL, from);
    sample_add(graph, "output", NULL, from);
  }
}

NwGraph *
sample_graph(const char *name)
{
  NwGraph *graph = nw_graph_new();

  if (g_str_equal(name, "small"))
    draw_small(&graph);
  else if (g_str_equal(name, "outputs"))
    draw_outputs(&graph, 200);
  else if (g_str_equal(name, "huge"))
    draw_huge(&graph);
  step(&graph, nw_graph_arrange(graph));
  return graph;
}

NwFindings *
sample_findings(NwGraph *graph, NwInference *inference)
{
  g_autoptr(NwProject) empty = nw_project_new();
  g_autoptr(NwProject) project = nw_project_with_graph(empty, graph);

  return nw_doctor_examine(project, inference, NULL);
}
