/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Blocks: networks in a network. */
#include "nw-block.h"

#include <string.h>

#include "net-run.h"
#include "nw-project-json.h"

/* Drawn at once, and with the middle put into a block. */
static const char plain[] = "x input shape=3,2\n"
                            "y input shape=3,2\n"
                            "mask masking <- x\n"
                            "a dense units=4 activation=tanh kernel_l2=0.01 <- mask\n"
                            "drop dropout rate=0.3 <- a\n"
                            "b dense units=2 activity_l2=0.1 <- drop\n"
                            "both add <- b mask\n"
                            "o output <- both\n";

static char *
with(const char *text, const char *more)
{
  return g_strconcat(text, more, NULL);
}

static void
assert_problem(const char *text, const char *node, const char *sentence)
{
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_assert_cmpuint(nw_inference_get_n_problems(inference), >, 0);
  const NwProblem *problem = nw_inference_get_problem(inference, 0);
  g_assert_cmpstr(problem->message, ==, sentence);
  g_assert_cmpuint(problem->node, ==, nw_graph_find_node_by_name(graph, node)->uid);
}

/* Weights keep their uids, so they are drawn alike; only the stream of the dropout is another. */
static void
test_same_numbers(void)
{
  g_autofree char *collapsed = with(plain, "block collapse a drop b both\n");
  NetRun one, two;
  net_run_init(&one, plain, FALSE, 1);
  net_run_init(&two, collapsed, FALSE, 1);
  g_assert_cmpuint(nw_weights_get_n(one.weights), ==, nw_weights_get_n(two.weights));
  g_assert_cmpstr(nw_weights_get(one.weights, 0)->name, ==, "a/kernel");
  g_assert_cmpstr(nw_weights_get(two.weights, 0)->name, ==, "block/a/kernel");
  for (guint i = 0; i < nw_weights_get_n(one.weights); i++) {
    const NwWeight *a = nw_weights_get(one.weights, i), *b = nw_weights_get(two.weights, i);
    g_assert_cmpmem(a->value, a->n * sizeof(NwReal), b->value, b->n * sizeof(NwReal));
  }
  net_run_fill(&one);
  net_run_fill(&two);
  nw_exec_run(one.exec, NET_CAPACITY, 0, 0);
  nw_exec_run(two.exec, NET_CAPACITY, 0, 0);
  g_assert_cmpfloat(nw_exec_get_total(one.exec), ==, nw_exec_get_total(two.exec));
  g_assert_cmpint(nw_inference_get_flops(one.inference), ==, nw_inference_get_flops(two.inference));
  net_run_clear(&one);
  net_run_clear(&two);
}

/* The circle a → drop → b would close through the block: refused, unless the dropout goes in, too.
 */
static void
test_collapse(void)
{
  g_autoptr(NwGraph) graph = net(plain);
  GError *error = NULL;
  guint uids[3], uid;

  uids[0] = nw_graph_find_node_by_name(graph, "a")->uid;
  uids[1] = nw_graph_find_node_by_name(graph, "b")->uid;
  g_assert_null(nw_graph_collapse(graph, uids, 2, "block", NULL, &error));
  g_assert_cmpstr(error->message, ==,
                  "a wire leaves the selection and comes back: select what lies between as well");
  g_clear_error(&error);
  uids[1] = nw_graph_find_node_by_name(graph, "x")->uid;
  g_assert_null(nw_graph_collapse(graph, uids, 2, "block", NULL, &error));
  g_assert_cmpstr(error->message, ==,
                  "an Input stays outside of a block: leave it out of the selection");
  g_clear_error(&error);
  uids[1] = nw_graph_find_node_by_name(graph, "o")->uid;
  g_assert_null(nw_graph_collapse(graph, uids, 2, "block", NULL, &error));
  g_assert_cmpstr(error->message, ==, "a block cannot hold the Output “o”; leave it outside");
  g_clear_error(&error);
  g_assert_null(nw_graph_collapse(graph, uids, 1, "both", NULL, &error));
  g_assert_cmpstr(error->message, ==, "Another layer is called “both”; choose a name of its own");
  g_clear_error(&error);
  g_assert_null(nw_graph_collapse(graph, uids, 0, "block", NULL, &error));
  g_assert_cmpstr(error->message, ==, "a block needs at least one node");
  g_clear_error(&error);

  uids[1] = nw_graph_find_node_by_name(graph, "drop")->uid;
  uids[2] = nw_graph_find_node_by_name(graph, "b")->uid;
  g_autoptr(NwGraph) done = nw_graph_collapse(graph, uids, 3, "block", &uid, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(nw_graph_get_n_nodes(done), ==, 6);
  const NwBlock *block = nw_graph_find_node(done, uid)->layer->block;
  g_assert_cmpuint(block->n_inputs, ==, 1);
  g_assert_cmpuint(block->n_outputs, ==, 1);
  g_assert_cmpstr(block->input_ports[0].name, ==, "mask");
  g_assert_cmpstr(block->output_ports[0].name, ==, "b");
  g_assert_cmpstr(block->kind.summary, ==, "Layers that are called as one: a, drop, b");
}

static const char twins[] = "x input shape=3,2\n"
                            "y input shape=3,2\n"
                            "a dense units=4 activation=tanh <- x\n"
                            "n batch_normalization <- a\n"
                            "b dense units=2 <- n\n"
                            "enc collapse a n b\n"
                            "enc2 again enc <- y\n"
                            "d subtract <- enc enc2\n"
                            "o output <- d\n";

/* Calls share weights, state included; what a call takes is told for it. */
static void
test_shared(void)
{
  g_autoptr(NwGraph) graph = net(twins);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_assert_true(nw_inference_check(inference, NULL));
  g_assert_cmpint(nw_inference_get_n_parameters(inference), ==, 12 + 16 + 10);
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    const NwNodeInfo *info = nw_inference_get_node(inference, node->uid);
    g_assert_true(info->known);
    if (node->layer->block == NULL)
      continue;
    g_assert_cmpint(info->n_parameters, ==, 12 + 16 + 10);
    g_assert_cmpint(info->infer.outputs[0].shape.dim[1], ==, 2);
    g_assert_cmpint(info->infer.inputs[0].shape.dim[0], ==, 3);
  }
  g_assert_cmpuint(nw_graph_get_n_nodes(nw_inference_get_flat_graph(inference)), ==, 2 + 6 + 2);
#ifdef NW_REAL_DOUBLE
  net_check_gradients(twins, TRUE);
#endif
}

/* A frozen block freezes what is in it. */
static void
test_frozen(void)
{
  g_autoptr(NwGraph) graph = net(twins);
  guint uid = nw_graph_find_node_by_name(graph, "enc")->uid;
  g_autoptr(NwGraph) frozen = nw_graph_set_param(graph, uid, "trainable", "false", NULL);
  g_autoptr(NwInference) inference = nw_inference_new(frozen);
  g_assert_cmpint(nw_inference_get_n_trainable(inference), ==, 0);
  g_assert_cmpint(nw_inference_get_n_parameters(inference), ==, 12 + 16 + 10);
}

static const char nested[] = "x input shape=4\n"
                             "a dense units=4 activation=relu <- x\n"
                             "b dense units=4 <- a\n"
                             "inner collapse a b\n"
                             "c dropout rate=0.5 <- inner\n"
                             "outer collapse inner c\n"
                             "again again outer <- outer\n"
                             "third again outer <- again\n"
                             "o output <- third\n";

static void
test_nested(void)
{
  NetRun one, two;
  net_run_init(&one, nested, TRUE, 1);
  net_run_init(&two, nested, TRUE, 2);
  g_assert_cmpuint(nw_weights_get_n(one.weights), ==, 4);
  g_assert_cmpstr(nw_weights_get(one.weights, 0)->name, ==, "outer/inner/a/kernel");
  net_run_fill(&one);
  net_run_fill(&two);
  nw_exec_run(one.exec, NET_CAPACITY, 0, 0);
  nw_exec_run(two.exec, NET_CAPACITY, 0, 0);
  g_assert_cmpfloat(nw_exec_get_total(one.exec), ==, nw_exec_get_total(two.exec));
  net_run_clear(&one);
  net_run_clear(&two);
#ifdef NW_REAL_DOUBLE
  net_check_gradients(nested, TRUE);
#endif
}

/* The copy has weights of its own, also of the blocks in it. */
static void
test_paste(void)
{
  g_autoptr(NwGraph) graph = net(nested);
  guint uid = nw_graph_find_node_by_name(graph, "outer")->uid, copy;
  g_autoptr(NwGraph) pasted = nw_graph_paste(graph, graph, &uid, 1, 10, 10, &copy);
  g_autoptr(NwGraph) wired =
      nw_graph_connect(pasted, nw_graph_find_node_by_name(graph, "x")->uid, 0, copy, 0, NULL);
  g_autoptr(NwInference) inference = nw_inference_new(wired);
  g_assert_cmpstr(nw_graph_find_node(wired, copy)->layer->name, ==, "outer_1");
  g_assert_cmpint(nw_inference_get_n_parameters(inference), ==, 2 * 40);
}

static double
total_of(NwGraph *graph)
{
  NetRun run;
  net_run_init_graph(&run, graph, TRUE, 1);
  net_run_fill(&run);
  nw_exec_run(run.exec, NET_CAPACITY, 0, 0);
  double total = nw_exec_get_total(run.exec);
  net_run_clear(&run);
  return total;
}

static NwGraph *
expand(NwGraph *graph, const char *name)
{
  g_autoptr(GError) error = NULL;
  NwGraph *done = nw_graph_expand(graph, nw_graph_find_node_by_name(graph, name)->uid, &error);
  g_assert_no_error(error);
  g_assert_true(nw_graph_validate(done, NULL));
  return done;
}

static void
test_expand(void)
{
  g_autofree char *text = with(plain, "block collapse a drop b\n");
  g_autoptr(NwGraph) drawn = net(plain), collapsed = net(text);
  g_autoptr(NwGraph) opened = expand(collapsed, "block");
  g_assert_true(nw_graph_equal(drawn, opened));

  g_autoptr(GError) error = NULL;
  guint x = nw_graph_find_node_by_name(drawn, "x")->uid;
  g_assert_null(nw_graph_expand(drawn, x, &error));
  g_assert_cmpstr(error->message, ==, "only a block can be opened; select one");
}

/* All calls are opened, and go on sharing weights; names that are taken get a number. */
static void
test_expand_shared(void)
{
  const char *const texts[] = {twins, nested};
  const char *const names[] = {"enc", "outer"};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(NwGraph) graph = net(texts[i]);
    g_autoptr(NwGraph) opened = expand(graph, names[i]);
    g_autoptr(NwInference) before = nw_inference_new(graph), after = nw_inference_new(opened);
    g_assert_true(nw_inference_is_ok(after));
    g_assert_cmpint(nw_inference_get_n_parameters(before), ==, nw_inference_get_n_parameters(after));
  }
  g_autoptr(NwGraph) closed = net(twins);
  g_autoptr(NwGraph) opened = expand(closed, "enc");
  g_assert_cmpfloat(total_of(closed), ==, total_of(opened));

  g_autoptr(NwGraph) taken = nw_graph_add(closed, nw_layer_kind_find("dense"), "a", 0, 0, NULL);
  g_autoptr(NwGraph) renamed = expand(taken, "enc");
  g_assert_nonnull(nw_graph_find_node_by_name(renamed, "a_1"));
}

static NwProject *
round_trip(const char *json, GError **error)
{
  return nw_project_from_json(json, -1, "it", error);
}

static void
test_file(void)
{
  const char *const texts[] = {twins, nested};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    GError *error = NULL;
    g_autoptr(NwGraph) graph = net(texts[i]);
    g_autoptr(NwProject) empty = nw_project_new();
    g_autoptr(NwProject) project = nw_project_with_graph(empty, graph);
    g_autofree char *json = nw_project_to_json(project);
    g_autoptr(NwProject) back = round_trip(json, &error);
    g_assert_no_error(error);
    g_autofree char *again = nw_project_to_json(back);
    g_assert_cmpstr(json, ==, again);
    g_assert_true(nw_graph_equal(graph, nw_project_get_graph(back)));
    /* A node that is added later takes no uid of those inside. */
    guint uid;
    g_autoptr(NwGraph) more =
        nw_graph_add(nw_project_get_graph(back), nw_layer_kind_find("dense"), NULL, 0, 0, &uid);
    g_autoptr(NwGraph) here = nw_graph_add(graph, nw_layer_kind_find("dense"), NULL, 0, 0, NULL);
    g_assert_true(nw_graph_equal(more, here));
  }
}

static const struct {
  const char *block, *sentence;
} broken[] = {
    {"{}", "it: layer “b”: a block needs an input and an output"},
    {"{\"outputs\": [[7, 0]]}", "it: layer “b”: a block needs an input and an output"},
    {"{\"layers\": [{\"uid\": 3, \"name\": \"i\", \"kind\": \"input\"}], \"nodes\": [{\"uid\": 4, "
     "\"layer\": 3}], \"outputs\": [[7, 0]]}",
     "it: layer “b”: an output of a block begins at a node or port that does not exist"},
    {"{\"layers\": [{\"uid\": 3, \"name\": \"i\", \"kind\": \"input\"}], \"nodes\": [{\"uid\": 4, "
     "\"layer\": 3}], \"outputs\": [[4, 0]]}",
     "it: layer “b”: an output of a block is one of its inputs; lead that wire past it"},
    {"{\"layers\": [{\"uid\": 3, \"name\": \"i\", \"kind\": \"output\"}], \"nodes\": [{\"uid\": 4, "
     "\"layer\": 3}], \"outputs\": [[4, 0]]}",
     "it: layer “b”: a block cannot hold the Output “i”; leave it outside"},
    {"{\"outputs\": [null, [1,0],[1,0],[1,0],[1,0],[1,0],[1,0],[1,0],[1,0]]}",
     "it: layer “b”: it has 9 outputs; 8 are possible"},
    {"{\"output\": []}", "it: layer “b”: “output” is unknown here; did you mean “outputs”?"},
};

static void
test_broken_files(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *json =
        g_strdup_printf("{\"netwright\": 1, \"layers\": [{\"uid\": 1, \"name\": "
                        "\"b\", \"block\": %s}], \"nodes\": [{\"uid\": 2, "
                        "\"layer\": 1}]}",
                        broken[i].block);
    g_autoptr(NwProject) project = round_trip(json, &error);
    g_assert_null(project);
    g_assert_cmpstr(error->message, ==, broken[i].sentence);
  }
}

static void
test_problems(void)
{
  g_autofree char *open = g_strdup("x input shape=3\n"
                                   "a dense units=4 <- x\n"
                                   "b dense units=2 <- a\n"
                                   "enc collapse a b\n"
                                   "again again enc\n"
                                   "sum add <- enc again\n"
                                   "o output <- sum\n");
  g_autofree char *ids = g_strdup("x input shape=3\n"
                                  "i input shape=3 dtype=int32\n"
                                  "a dense units=4 <- x\n"
                                  "enc collapse a\n"
                                  "wrong again enc <- i\n"
                                  "sum add <- enc wrong\n"
                                  "o output <- sum\n");
  g_autoptr(NwGraph) graph = net(open);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  const NwProblem *problem = nw_inference_get_problem(inference, 0);
  g_assert_cmpstr(problem->message, ==, "Block “enc”: connect its input “x”");
  g_assert_cmpuint(problem->node, !=, nw_graph_find_node_by_name(graph, "enc")->uid);
  g_assert_cmpuint(nw_inference_get_n_problems(inference), ==, 1);

  g_autoptr(NwGraph) other = net(ids);
  g_autoptr(NwInference) second = nw_inference_new(other);
  problem = nw_inference_get_problem(second, 0);
  g_assert_true(g_str_has_prefix(problem->message, "Dense “enc/a”: it calculates with numbers"));
  assert_problem(
      "x input shape=3\n"
      "a reshape target_shape=2,2 <- x\n"
      "enc collapse a\n"
      "o output <- enc\n",
      "enc",
      "Reshape “enc/a”: its input has 3 = 3 numbers, but its shape 2 × 2 asks for 4; set "
      "one axis to −1 to have it computed");
}

/* Blocks that hold blocks that … open into more than anybody has room for. */
static void
test_too_many(void)
{
  g_autoptr(GString) text = g_string_new("x input shape=1\na0 activation <- x\n");
  for (int i = 1; i <= 20; i++)
    g_string_append_printf(text, "b%d again a%d <- a%d\na%d collapse a%d b%d\n", i, i - 1, i - 1, i,
                           i - 1, i);
  g_string_append(text, "o output <- a20\n");
  g_autoptr(NwGraph) graph = net(text->str);
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_assert_false(nw_inference_is_ok(inference));
  g_assert_cmpstr(nw_inference_get_problem(inference, 0)->message, ==,
                  "its blocks hold more than 100000 layers together");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/block/runs-as-what-is-in-it", test_same_numbers);
  g_test_add_func("/block/is-made-of-a-selection", test_collapse);
  g_test_add_func("/block/calls-share-weights", test_shared);
  g_test_add_func("/block/freezes-what-is-in-it", test_frozen);
  g_test_add_func("/block/holds-blocks", test_nested);
  g_test_add_func("/block/a-copy-has-its-own-weights", test_paste);
  g_test_add_func("/block/opens-into-what-it-was-made-of", test_expand);
  g_test_add_func("/block/opened-calls-share-weights", test_expand_shared);
  g_test_add_func("/block/survives-the-project-file", test_file);
  g_test_add_func("/block/broken-files-are-sentences", test_broken_files);
  g_test_add_func("/block/problems-name-the-call", test_problems);
  g_test_add_func("/block/cannot-grow-without-end", test_too_many);
  return g_test_run();
}
