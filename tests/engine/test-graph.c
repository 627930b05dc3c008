/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-error.h"
#include "nw-graph.h"
#include "nw-rng.h"

#include <string.h>

static const NwPort no_ports[] = {{NULL}};
static const NwPort one_port[] = {{"x", "x"}, {NULL}};
static const NwPort two_ports[] = {{"a", "a"}, {"b", "b"}, {NULL}};
static const NwPort many_ports[] = {{"x", "x", .variadic = TRUE}, {NULL}};
static const NwParamSpec units[] = {
    {"units", "Units", "", NW_PARAM_INT, "64", 1, 1 << 20},
    {"note", "Note", "", NW_PARAM_TEXT, ""},
    {NULL},
};
static const NwParamSpec tall_units[] = {
    {"units", "Units", "", NW_PARAM_INT, "8", 1, 1000},
    {"note", "Note", "", NW_PARAM_INT, "0"},
    {NULL},
};
static const NwLayerKind input = {
    .id = "input", .role = NW_ROLE_INPUT, .inputs = no_ports, .outputs = one_port, .params = units};
static const NwLayerKind dense = {
    .id = "dense", .inputs = one_port, .outputs = one_port, .params = units};
static const NwLayerKind add = {
    .id = "add", .inputs = many_ports, .outputs = one_port, .params = units};
static const NwLayerKind split = {
    .id = "split", .inputs = one_port, .outputs = two_ports, .params = tall_units};
static const NwLayerKind pair = {
    .id = "pair", .inputs = two_ports, .outputs = one_port, .params = tall_units};
static const NwLayerKind output = {.id = "output",
                                   .role = NW_ROLE_OUTPUT,
                                   .inputs = one_port,
                                   .outputs = no_ports,
                                   .params = units};

/* The edits below replace the graph that a variable holds. */
static void
take(NwGraph **graph, NwGraph *changed)
{
  g_assert_nonnull(changed);
  nw_graph_unref(*graph);
  *graph = changed;
}

static guint
put(NwGraph **graph, const NwLayerKind *kind, const char *name)
{
  guint uid;

  take(graph, nw_graph_add(*graph, kind, name, 0, 0, &uid));
  return uid;
}

static void
wire(NwGraph **graph, guint from, guint to, guint port)
{
  g_autoptr(GError) error = NULL;
  NwGraph *changed = nw_graph_connect(*graph, from, 0, to, port, &error);

  g_assert_no_error(error);
  take(graph, changed);
}

static const char *
name_of(const NwGraph *graph, guint uid)
{
  return nw_graph_find_node(graph, uid)->layer->name;
}

static void
test_names(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  guint a = put(&graph, &dense, NULL), b = put(&graph, &dense, NULL),
        c = put(&graph, &dense, "hidden");
  guint d = put(&graph, &dense, "hidden"), e = put(&graph, &dense, "dense_7"),
        f = put(&graph, &dense, NULL);

  g_assert_cmpstr(name_of(graph, a), ==, "dense");
  g_assert_cmpstr(name_of(graph, b), ==, "dense_1");
  g_assert_cmpstr(name_of(graph, c), ==, "hidden");
  g_assert_cmpstr(name_of(graph, d), ==, "hidden_1");
  g_assert_cmpstr(name_of(graph, e), ==, "dense_7");
  g_assert_cmpstr(name_of(graph, f), ==, "dense_8");
  g_assert_true(nw_graph_find_node_by_name(graph, "hidden_1") == nw_graph_find_node(graph, d));
}

static void
test_sharing(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  guint a = put(&graph, &input, NULL), b = put(&graph, &dense, NULL);
  g_autoptr(NwGraph) moved = nw_graph_move(graph, &b, 1, 10, -5);
  g_autoptr(NwGraph) back = nw_graph_move(moved, &b, 1, -10, 5);

  g_assert_true(nw_graph_find_node(graph, a) == nw_graph_find_node(moved, a));
  g_assert_true(nw_graph_find_node(graph, b) != nw_graph_find_node(moved, b));
  g_assert_cmpfloat(nw_graph_find_node(moved, b)->x, ==, 10);
  g_assert_cmpfloat(nw_graph_find_node(graph, b)->x, ==, 0);
  g_assert_false(nw_graph_equal(graph, moved));
  g_assert_true(nw_graph_equal(graph, back));
}

static void
test_uids_stay_unique(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  guint a = put(&graph, &dense, NULL), b;

  take(&graph, nw_graph_remove(graph, &a, 1));
  g_assert_cmpuint(nw_graph_get_n_nodes(graph), ==, 0);
  b = put(&graph, &dense, NULL);
  g_assert_cmpuint(b, >, a);
  g_assert_null(nw_graph_find_node(graph, a));
  g_assert_null(nw_graph_find_node(graph, 0));
  g_assert_cmpint(nw_graph_find_index(graph, b), ==, 0);
}

static void
test_wires(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  guint a = put(&graph, &input, "a"), b = put(&graph, &input, "b"), sum = put(&graph, &add, NULL);
  guint both = put(&graph, &pair, NULL);
  const NwNode *node;

  wire(&graph, a, sum, 0);
  wire(&graph, b, sum, 1);
  wire(&graph, a, sum, 2);
  wire(&graph, b, both, 1);
  node = nw_graph_find_node(graph, sum);
  g_assert_cmpuint(node->n_inputs, ==, 3);
  g_assert_cmpuint(node->inputs[1].node, ==, b);
  node = nw_graph_find_node(graph, both);
  g_assert_cmpuint(node->n_inputs, ==, 2);
  g_assert_cmpuint(node->inputs[0].node, ==, 0);

  /* A gap closes on the variadic port and stays on fixed ones. */
  take(&graph, nw_graph_disconnect(graph, sum, 0));
  node = nw_graph_find_node(graph, sum);
  g_assert_cmpuint(node->n_inputs, ==, 2);
  g_assert_cmpuint(node->inputs[0].node, ==, b);
  take(&graph, nw_graph_remove(graph, &b, 1));
  g_assert_cmpuint(nw_graph_find_node(graph, sum)->n_inputs, ==, 1);
  node = nw_graph_find_node(graph, both);
  g_assert_cmpuint(node->n_inputs, ==, 2);
  g_assert_cmpuint(node->inputs[1].node, ==, 0);
}

static void
refuse_wire(NwGraph *graph, guint from, guint port, guint to, guint in, const char *sentence)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_graph_connect(graph, from, port, to, in, &error));
  g_assert_error(error, NW_ERROR, NW_ERROR_GRAPH);
  g_assert_cmpstr(error->message, ==, sentence);
}

static void
test_circles(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  guint a = put(&graph, &add, "a"), b = put(&graph, &dense, "b"), c = put(&graph, &dense, "c");
  guint out = put(&graph, &output, "out");
  guint last = c;

  wire(&graph, a, b, 0);
  wire(&graph, b, c, 0);
  refuse_wire(graph, c, 0, a, 0,
              "“c” cannot feed “a”: the wires would make a circle (a → b → c → a)");
  refuse_wire(graph, b, 0, b, 0, "“b” cannot feed itself");
  refuse_wire(graph, out, 0, b, 0, "“out” has no output 1");
  refuse_wire(graph, a, 1, b, 0, "“a” has no output 2");
  refuse_wire(graph, a, 0, b, 1, "“b” has no input 2");

  for (int i = 0; i < 20; i++) {
    g_autofree char *name = g_strdup_printf("d%d", i);
    guint next = put(&graph, &dense, name);

    wire(&graph, last, next, 0);
    last = next;
  }
  refuse_wire(graph, last, 0, a, 0,
              "“d19” cannot feed “a”: the wires would make a circle "
              "(a → b → c → d0 → … → d16 → d17 → d18 → d19 → a)");
}

static void
test_calls(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  g_autoptr(GError) error = NULL;
  guint a = put(&graph, &dense, "tower"), b, c;
  g_autofree char *first = NULL, *third = NULL;

  take(&graph, nw_graph_add_call(graph, a, 1, 2, &b));
  put(&graph, &dense, "other");
  take(&graph, nw_graph_add_call(graph, b, 3, 4, &c));
  g_assert_true(nw_graph_find_node(graph, a)->layer == nw_graph_find_node(graph, c)->layer);
  g_assert_cmpuint(nw_graph_get_n_calls(graph, nw_graph_find_node(graph, a)->layer->uid), ==, 3);
  first = nw_graph_dup_node_title(graph, nw_graph_find_node(graph, a));
  third = nw_graph_dup_node_title(graph, nw_graph_find_node(graph, c));
  g_assert_cmpstr(first, ==, "tower");
  g_assert_cmpstr(third, ==, "tower ·3");

  /* What is said of the layer holds for all calls. */
  take(&graph, nw_graph_set_param(graph, b, "units", "7", &error));
  take(&graph, nw_graph_rename(graph, c, " spire ", &error));
  g_assert_cmpstr(name_of(graph, a), ==, "spire");
  g_assert_cmpint(nw_params_get_int(nw_graph_find_node(graph, a)->layer->params, "units"), ==, 7);

  g_assert_null(nw_graph_set_param(graph, a, "units", "0", &error));
  g_assert_error(error, NW_ERROR, NW_ERROR_INPUT);
}

static void
refuse_name(NwGraph *graph, guint uid, const char *name)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_graph_rename(graph, uid, name, &error));
  g_assert_error(error, NW_ERROR, NW_ERROR_INPUT);
}

static void
test_rename(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  guint a = put(&graph, &dense, "a");
  g_autofree char *long_name = g_strnfill(300, 'x');

  put(&graph, &dense, "b");
  refuse_name(graph, a, "b");
  refuse_name(graph, a, "  ");
  refuse_name(graph, a, "x/y");
  refuse_name(graph, a, "x\ny");
  refuse_name(graph, a, "\xff");
  refuse_name(graph, a, long_name);
  take(&graph, nw_graph_rename(graph, a, "a", NULL));
  take(&graph, nw_graph_rename(graph, a, "Größe 1.5 “x”", NULL));
  g_assert_cmpstr(name_of(graph, a), ==, "Größe 1.5 “x”");
}

static void
test_set_kind(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  guint a = put(&graph, &input, NULL), b = put(&graph, &dense, NULL),
        c = put(&graph, &output, NULL);
  const NwNode *node;

  take(&graph, nw_graph_set_param(graph, b, "units", "500", NULL));
  take(&graph, nw_graph_set_param(graph, b, "note", "5", NULL));
  wire(&graph, a, b, 0);
  wire(&graph, b, c, 0);

  take(&graph, nw_graph_set_kind(graph, b, &split));
  node = nw_graph_find_node(graph, b);
  g_assert_cmpstr(node->layer->name, ==, "split");
  g_assert_cmpint(nw_params_get_int(node->layer->params, "units"), ==, 500);
  g_assert_cmpint(nw_params_get_int(node->layer->params, "note"), ==, 0); /* another type */
  g_assert_cmpuint(node->inputs[0].node, ==, a);
  g_assert_cmpuint(nw_graph_find_node(graph, c)->inputs[0].node, ==, b);

  /* Back to one output: the wire from the second one has nowhere to begin. */
  take(&graph, nw_graph_connect(graph, b, 1, c, 0, NULL));
  take(&graph, nw_graph_set_kind(graph, b, &pair));
  g_assert_cmpuint(nw_graph_find_node(graph, b)->n_inputs, ==, 2);
  g_assert_cmpuint(nw_graph_find_node(graph, c)->inputs[0].node, ==, 0);

  take(&graph, nw_graph_rename(graph, b, "mine", NULL));
  take(&graph, nw_graph_set_kind(graph, b, &add));
  g_assert_cmpstr(name_of(graph, b), ==, "mine");
  g_assert_cmpuint(nw_graph_find_node(graph, b)->n_inputs, ==, 1);
  g_assert_true(nw_graph_validate(graph, NULL));
}

static void
test_paste(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  g_autoptr(NwGraph) clip = NULL;
  guint a = put(&graph, &input, NULL), b = put(&graph, &dense, NULL), c = 0;
  guint uids[4] = {0}, news[4];
  const NwNode *copy;

  take(&graph, nw_graph_add_call(graph, b, 50, 60, &c));
  wire(&graph, a, b, 0);
  wire(&graph, b, c, 0);
  uids[0] = c, uids[1] = b, uids[2] = 999;
  clip = nw_graph_extract(graph, uids, 3);
  g_assert_cmpuint(nw_graph_get_n_nodes(clip), ==, 2);
  g_assert_cmpuint(nw_graph_find_node(clip, b)->inputs[0].node, ==, 0);

  take(&graph, nw_graph_paste(graph, clip, uids, 3, 5, 6, news));
  g_assert_cmpuint(news[2], ==, 0);
  g_assert_cmpuint(nw_graph_get_n_nodes(graph), ==, 5);
  copy = nw_graph_find_node(graph, news[0]);
  g_assert_cmpfloat(copy->x, ==, 55);
  g_assert_cmpuint(copy->inputs[0].node, ==, news[1]);
  g_assert_cmpstr(copy->layer->name, ==, "dense_1");
  g_assert_true(copy->layer == nw_graph_find_node(graph, news[1])->layer);
  g_assert_true(copy->layer != nw_graph_find_node(graph, b)->layer);
  g_assert_cmpuint(nw_graph_find_node(graph, news[1])->inputs[0].node, ==, 0);
  g_assert_true(nw_graph_validate(graph, NULL));
}

static void
test_insert(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  g_autoptr(NwParams) params = nw_params_new(units);
  g_autoptr(NwLayer) a = nw_layer_new(1, &dense, "a", params);
  g_autoptr(NwLayer) b = nw_layer_new(3, &dense, "b", params);
  g_autoptr(NwLayer) b_again = nw_layer_new(5, &dense, "b", params);
  g_autoptr(GError) error = NULL;
  g_autofree guint *order = NULL;
  NwSource from_b = {4, 0}, from_a = {2, 0}, nowhere = {77, 0}, bad_port = {2, 3};

  take(&graph, nw_graph_insert(graph, 2, a, 0, 0, &from_b, 1, &error));
  g_assert_false(nw_graph_validate(graph, &error));
  g_assert_cmpstr(error->message, ==, "“a”: input 1 is wired to node 4, which does not exist");
  g_clear_error(&error);

  g_assert_null(nw_graph_insert(graph, 2, b, 0, 0, NULL, 0, &error));
  g_assert_cmpstr(error->message, ==, "“b” and “a” have the same number");
  g_clear_error(&error);

  take(&graph, nw_graph_insert(graph, 4, b, 0, 0, &from_a, 1, &error));
  g_assert_false(nw_graph_validate(graph, &error));
  g_assert_cmpstr(error->message, ==, "The wires make a circle: a → b → a");
  g_clear_error(&error);
  order = nw_graph_dup_order(graph); /* and nothing hangs on it */
  g_assert_nonnull(order);

  g_assert_null(nw_graph_insert(graph, 6, b_again, 0, 0, NULL, 0, &error));
  g_assert_cmpstr(error->message, ==, "Two layers are called “b”");
  g_clear_error(&error);

  take(&graph, nw_graph_insert(graph, 8, b, 0, 0, &nowhere, 1, &error));
  take(&graph, nw_graph_disconnect(graph, 2, 0));
  take(&graph, nw_graph_disconnect(graph, 8, 0));
  take(&graph, nw_graph_insert(graph, 9, b, 0, 0, &bad_port, 1, &error));
  g_assert_false(nw_graph_validate(graph, &error));
  g_assert_cmpstr(error->message, ==, "“b”: input 1 is wired to output 4 of “a”, which has only 1");
}

/* A random graph: each node listens to some of those before it. */
static NwGraph *
random_graph(guint n, guint seed)
{
  NwRng rng = nw_rng(seed, NW_RNG_TEST, 0, 0, 0);
  g_autofree guint *uids = g_new(guint, n);
  NwGraph *graph = nw_graph_new();
  guint64 draw = 0;

  for (guint i = 0; i < n; i++) {
    guint n_wires = i ? (guint)nw_rng_below(&rng, draw++, 4) : 0;

    uids[i] = put(&graph, &add, NULL);
    for (guint k = 0; k < n_wires; k++)
      wire(&graph, uids[i - 1 - nw_rng_below(&rng, draw++, MIN(i, 20))], uids[i], k);
  }
  return graph;
}

static void
test_order(void)
{
  for (guint seed = 1; seed <= 20; seed++) {
    g_autoptr(NwGraph) graph = random_graph(60, seed);
    g_autofree guint *order = nw_graph_dup_order(graph);
    g_autofree gboolean *seen = g_new0(gboolean, 60);

    for (guint k = 0; k < 60; k++) {
      const NwNode *node = nw_graph_get_node(graph, order[k]);

      g_assert_false(seen[order[k]]);
      for (guint i = 0; i < node->n_inputs; i++)
        g_assert_true(seen[nw_graph_find_index(graph, node->inputs[i].node)]);
      seen[order[k]] = TRUE;
    }
  }
}

static gboolean
overlap(const NwNode *a, const NwNode *b)
{
  return a->x < b->x + 150 && b->x < a->x + 150 && a->y < b->y + 58 && b->y < a->y + 58;
}

static void
test_arrange(void)
{
  for (guint seed = 1; seed <= 20; seed++) {
    g_autoptr(NwGraph) graph = random_graph(60, seed);
    g_autoptr(NwGraph) arranged = nw_graph_arrange(graph);

    for (guint i = 0; i < 60; i++) {
      const NwNode *node = nw_graph_get_node(arranged, i);

      for (guint k = 0; k < node->n_inputs; k++)
        g_assert_cmpfloat(nw_graph_find_node(arranged, node->inputs[k].node)->x + 184, <=, node->x);
      for (guint j = 0; j < i; j++)
        g_assert_false(overlap(node, nw_graph_get_node(arranged, j)));
    }
  }
}

static void
test_arrange_chain(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  g_autoptr(NwGraph) arranged = NULL;
  guint in = put(&graph, &input, NULL), a = put(&graph, &dense, NULL),
        b = put(&graph, &dense, NULL);
  guint out = put(&graph, &output, NULL), extra = put(&graph, &output, NULL);

  wire(&graph, in, a, 0);
  wire(&graph, a, b, 0);
  wire(&graph, b, out, 0);
  wire(&graph, in, extra, 0);
  arranged = nw_graph_arrange(graph);
  g_assert_cmpfloat(nw_graph_find_node(arranged, in)->x, ==, 0);
  g_assert_cmpfloat(nw_graph_find_node(arranged, out)->x, ==, 552);
  g_assert_cmpfloat(nw_graph_find_node(arranged, extra)->x, ==, 552); /* outputs stand right */
  g_assert_cmpfloat(nw_graph_find_node(arranged, a)->y, ==, nw_graph_find_node(arranged, b)->y);
}

/* Two chains drawn crosswise come apart. */
static void
test_arrange_folds(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new(), arranged = NULL;
  double right = 0, bottom = 0;
  guint trunk = put(&graph, &input, NULL);

  for (int i = 0; i < 200; i++) {
    guint head = put(&graph, &dense, NULL), end = put(&graph, &output, NULL);
    wire(&graph, trunk, head, 0);
    wire(&graph, head, end, 0);
  }
  arranged = nw_graph_arrange(graph);
  for (guint i = 0; i < nw_graph_get_n_nodes(arranged); i++) {
    const NwNode *node = nw_graph_get_node(arranged, i);
    right = MAX(right, node->x);
    bottom = MAX(bottom, node->y);
    for (guint k = 0; k < node->n_inputs; k++)
      g_assert_cmpfloat(nw_graph_find_node(arranged, node->inputs[k].node)->x, <, node->x);
    for (guint j = 0; j < i; j++)
      g_assert_false(overlap(node, nw_graph_get_node(arranged, j)));
  }
  g_assert_cmpfloat(bottom, <, 1.5 * right);
  g_assert_cmpfloat(right, <, 3 * bottom);
}

static void
test_arrange_crossing(void)
{
  g_autoptr(NwGraph) graph = nw_graph_new();
  g_autoptr(NwGraph) arranged = NULL;
  guint a = put(&graph, &input, NULL), b = put(&graph, &input, NULL);
  guint c = put(&graph, &dense, NULL), d = put(&graph, &dense, NULL);

  wire(&graph, b, c, 0);
  wire(&graph, a, d, 0);
  arranged = nw_graph_arrange(graph);
  g_assert_cmpfloat(nw_graph_find_node(arranged, a)->y, ==, nw_graph_find_node(arranged, d)->y);
  g_assert_cmpfloat(nw_graph_find_node(arranged, b)->y, ==, nw_graph_find_node(arranged, c)->y);
}

/* 10,000 nodes: an edit takes about a millisecond. The bound is loose, for slow machines. */
static void
test_large(void)
{
  enum { N = 10000, EDITS = 100 };
  g_autoptr(NwGraph) graph = nw_graph_new();
  g_autofree guint *uids = g_new(guint, N);
  g_autoptr(NwGraph) arranged = NULL;
  gint64 start;
  double ms;

  uids[0] = put(&graph, &dense, NULL);
  for (guint n = 1; n < N; n *= 2) {
    take(&graph, nw_graph_paste(graph, graph, uids, MIN(n, N - n), 0, 0, uids + n));
  }
  g_assert_cmpuint(nw_graph_get_n_nodes(graph), ==, N);

  start = g_get_monotonic_time();
  for (guint i = 0; i < EDITS; i++) {
    wire(&graph, uids[i], uids[i + 1], 0);
    take(&graph, nw_graph_move(graph, &uids[i * 50], 1, 1, 1));
  }
  ms = (double)(g_get_monotonic_time() - start) / 1000 / (2 * EDITS);
  g_test_message("an edit of %d nodes takes %.2f ms", N, ms);
  if (g_test_perf()) /* on a quiet machine only */
    g_assert_cmpfloat(ms, <, 2);

  start = g_get_monotonic_time();
  arranged = nw_graph_arrange(graph);
  ms = (double)(g_get_monotonic_time() - start) / 1000;
  g_test_message("arranging them takes %.1f ms", ms);
  if (g_test_perf())
    g_assert_cmpfloat(ms, <, 100);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/graph/names-are-unique-as-in-keras", test_names);
  g_test_add_func("/graph/an-edit-shares-what-it-does-not-touch", test_sharing);
  g_test_add_func("/graph/a-uid-is-never-used-again", test_uids_stay_unique);
  g_test_add_func("/graph/gaps-close-on-variadic-ports-and-stay-on-fixed-ones", test_wires);
  g_test_add_func("/graph/a-circle-is-refused-with-its-names", test_circles);
  g_test_add_func("/graph/a-layer-called-twice-changes-in-both-places", test_calls);
  g_test_add_func("/graph/names-that-cannot-be-used-are-refused", test_rename);
  g_test_add_func("/graph/another-kind-keeps-wires-and-shared-parameters", test_set_kind);
  g_test_add_func("/graph/copies-keep-the-wires-among-them", test_paste);
  g_test_add_func("/graph/what-a-file-gets-wrong-is-said", test_insert);
  g_test_add_func("/graph/the-order-puts-sources-first", test_order);
  g_test_add_func("/graph/arranged-nodes-go-right-and-never-overlap", test_arrange);
  g_test_add_func("/graph/a-chain-is-drawn-straight-and-outputs-stand-right", test_arrange_chain);
  g_test_add_func("/graph/two-hundred-heads-stand-in-bands", test_arrange_folds);
  g_test_add_func("/graph/needless-crossings-are-taken-out", test_arrange_crossing);
  g_test_add_func("/graph/ten-thousand-nodes-are-edited-quickly", test_large);
  return g_test_run();
}
