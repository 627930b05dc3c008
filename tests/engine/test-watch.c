/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What is seen of the layers while they train, and what is said of it. */
#include <math.h>
#include <string.h>

#include "net.h"
#include "nw-trainer.h"

#define ROWS  96
#define STEPS 30

static const char two_layers[] = "x input shape=6\n"
                                 "hidden dense units=9 activation=relu kernel_l2=0.001 <- x\n"
                                 "drop dropout rate=0.3 <- hidden\n"
                                 "y dense units=2 <- drop\n"
                                 "out output loss=mean_squared_error <- y\n";

/* Wide enough for gradients that are never stored. */
static const char wide[] = "x input shape=6\n"
                           "a dense units=256 activation=relu <- x\n"
                           "b dense units=256 activation=tanh <- a\n"
                           "y dense units=2 <- b\n"
                           "out output loss=mean_squared_error <- y\n";

static const char recurrent[] =
    "x input shape=30,1\n"
    "rnn simple_rnn units=10 activation=relu kernel_initializer=ones "
    "recurrent_initializer=constant(0.2) <- x\n"
    "y dense units=2 <- rnn\n"
    "out output loss=mean_squared_error <- y\n";

static NwDataset *
points(gboolean sequences)
{
  static float x[ROWS][STEPS], y[ROWS][2];
  guint32 rows[ROWS];
  NwRng rng = nw_rng(5, NW_RNG_TEST, 0, 0, 0);
  NwField fields[] = {
      {"x", NW_FIELD_INPUT, {NW_SHAPE(6), NW_REAL}, ROWS, {.real = &x[0][0]}, NULL},
      {"out", NW_FIELD_TARGET, {NW_SHAPE(2), NW_REAL}, ROWS, {.real = &y[0][0]}, NULL},
  };

  if (sequences)
    fields[0].type = (NwType){NW_SHAPE(STEPS, 1), NW_REAL};
  for (guint32 i = 0; i < ROWS * STEPS; i++)
    x[i / STEPS][i % STEPS] = (float)fabs(nw_rng_normal(&rng, i));
  for (guint32 r = 0; r < ROWS; r++) {
    rows[r] = r;
    y[r][0] = x[r][0] - x[r][1];
    y[r][1] = x[r][2] * x[r][3];
  }
  return nw_dataset_new_from_fields(fields, G_N_ELEMENTS(fields), ROWS,
                                    (const guint32 *[]){rows, rows + 64, rows + 80},
                                    (gsize[]){64, 16, 16});
}

static NwProject *
project_of(const char *text, const char *const *settings)
{
  g_autoptr(NwProject) empty = nw_project_new();
  g_autoptr(NwGraph) graph = net(text);
  NwProject *project = nw_project_with_graph(empty, graph);

  for (gsize i = 0; settings[i] != NULL; i += 2) {
    GError *error = NULL;
    NwProject *set = nw_project_set(project, settings[i], settings[i + 1], &error);
    g_assert_no_error(error);
    nw_project_unref(project);
    project = set;
  }
  return project;
}

#define SETTINGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Trains to the end; what was seen, oldest first. */
static GPtrArray *
watch(NwTrainer *trainer)
{
  GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)nw_health_unref);
  NwEvent *event;

  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  while ((event = nw_trainer_pop_event(trainer)) != NULL) {
    if (event->type == NW_EVENT_HEALTH)
      g_ptr_array_add(list, nw_health_ref(event->health));
    nw_event_unref(event);
  }
  return list;
}

static NwTrainer *
trainer_of(NwProject *project, gboolean sequences, NwWeights *weights, NwWatching watching)
{
  NwTrainOptions options = {.threads = 2, .weights = weights, .watching = watching};
  g_autoptr(NwDataset) dataset = points(sequences);
  GError *error = NULL;
  NwTrainer *trainer = nw_trainer_new(project, dataset, &options, &error);

  g_assert_no_error(error);
  return trainer;
}

static const NwLayerHealth *
layer_of(const NwHealth *health, NwProject *project, const char *name)
{
  const NwNode *node = nw_graph_find_node_by_name(nw_project_get_graph(project), name);

  for (guint i = 0; i < health->n_layers; i++)
    if (health->layers[i].node == node->uid)
      return &health->layers[i];
  g_assert_not_reached();
}

static void
assert_near(double a, double b)
{
  g_assert_cmpfloat_with_epsilon(a, b, 2e-5 * MAX(fabs(a), fabs(b)));
}

static void
assert_complaint(const NwLayerHealth *layer, const char *begins)
{
  g_autofree char *text = nw_layer_health_dup_complaint(layer);

  g_test_message("%s", text);
  g_assert_nonnull(text);
  g_assert_true(g_str_has_prefix(text, begins));
}

/* ── what it costs the weights ───────────────────────────────────────────────────────────────── */

static void
test_same_bits(void)
{
  static const char *const networks[] = {two_layers, wide};
  static const char *const clips[] = {"none", "global_clipnorm"};

  for (gsize i = 0; i < 4; i++) {
    g_autoptr(NwProject) project =
        project_of(networks[i / 2], SETTINGS("training.epochs", "3", "training.batch_size", "16",
                                             "optimizer.clipping", clips[i % 2]));
    g_autoptr(NwWeights) alone = NULL, watched = NULL;

    for (int watching = 0; watching < 2; watching++) {
      g_autoptr(NwTrainer) trainer =
          trainer_of(project, FALSE, NULL, watching ? NW_WATCH_EVERY : NW_WATCH_NOTHING);
      g_autoptr(GPtrArray) seen = watch(trainer);
      g_assert_cmpuint(seen->len, ==, watching ? 12 : 0);
      *(watching ? &watched : &alone) = nw_trainer_dup_weights(trainer, FALSE);
    }
    for (guint w = 0; w < nw_weights_get_n(alone); w++) {
      const NwWeight *a = nw_weights_get(alone, w), *b = nw_weights_get(watched, w);
      g_assert_cmpmem(a->value, a->n * sizeof(NwReal), b->value, b->n * sizeof(NwReal));
    }
  }
}

/* ── what is measured ────────────────────────────────────────────────────────────────────────── */

static void
test_gradients(void)
{
  static const char *const networks[] = {two_layers, wide};

  for (gsize i = 0; i < G_N_ELEMENTS(networks); i++) {
    g_autoptr(NwProject) project = project_of(
        networks[i], SETTINGS("training.epochs", "2", "training.batch_size", "16"));
    g_autoptr(NwTrainer) trainer = trainer_of(project, FALSE, NULL, NW_WATCH_EVERY);
    g_autoptr(GPtrArray) seen = watch(trainer);
    NwHistory *history = nw_trainer_get_history(trainer);
    guint series = nw_history_get_n_step_series(history) - 1;

    g_assert_cmpstr(nw_history_get_step_series(history, series)->name, ==, "gradient_norm");
    for (guint s = 0; s < seen->len; s++) {
      const NwHealth *health = seen->pdata[s];
      double squares = 0, norm;

      g_assert_cmpuint(health->step, ==, s + 1);
      g_assert_cmpfloat(health->epochs, ==, (s + 1) / 4.0);
      for (guint l = 0; l < health->n_layers; l++)
        squares += health->layers[l].gradient * health->layers[l].gradient;
      nw_history_read_steps(history, series, s, 1, &norm);
      assert_near(sqrt(squares), norm);
    }
  }
}

static double
norm_of(const NwWeights *a, const NwWeights *b, const char *layer)
{
  g_autofree char *prefix = g_strconcat(layer, "/", NULL);
  double squares = 0;

  for (guint w = 0; w < nw_weights_get_n(a); w++) {
    const NwWeight *one = nw_weights_get(a, w), *two = b ? nw_weights_get(b, w) : NULL;
    if (!g_str_has_prefix(one->name, prefix))
      continue;
    for (gsize i = 0; i < one->n; i++) {
      double d = (double)one->value[i] - (two ? (double)two->value[i] : 0);
      squares += d * d;
    }
  }
  return sqrt(squares);
}

static void
test_weights(void)
{
  static const struct {
    const char *network, *layers[2];
  } cases[] = {{two_layers, {"hidden", "y"}}, {wide, {"b", "y"}}};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(NwProject) project =
        project_of(cases[i].network, SETTINGS("training.epochs", "1", "training.batch_size", "64",
                                              "optimizer.learning_rate", "0.05"));
    g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
    g_autoptr(NwWeights) before = nw_weights_new(inference, 3, NULL), after = NULL;
    g_autoptr(NwTrainer) trainer = trainer_of(project, FALSE, before, NW_WATCH_EVERY);
    g_autoptr(GPtrArray) seen = watch(trainer);

    after = nw_trainer_dup_weights(trainer, FALSE);
    g_assert_cmpuint(seen->len, ==, 1);
    for (gsize l = 0; l < 2; l++) {
      const NwLayerHealth *layer = layer_of(seen->pdata[0], project, cases[i].layers[l]);
      assert_near(layer->weight, norm_of(before, NULL, cases[i].layers[l]));
      assert_near(layer->update, norm_of(before, after, cases[i].layers[l]));
    }
  }
}

/* Units 0 to 6 of “hidden” get a bias below all that comes in. */
static void
test_dead_units(void)
{
  g_autoptr(NwProject) project =
      project_of(two_layers, SETTINGS("training.epochs", "1", "training.batch_size", "64"));
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwWeights) weights = nw_weights_new(inference, 3, NULL);
  g_autoptr(NwTrainer) trainer = NULL;
  g_autoptr(GPtrArray) seen = NULL;
  const NwLayerHealth *layer;

  for (guint w = 0; w < nw_weights_get_n(weights); w++) {
    NwWeight *weight = nw_weights_get(weights, w);
    if (g_str_equal(weight->name, "hidden/kernel"))
      memset(weight->value, 0, weight->n * sizeof *weight->value);
    if (g_str_equal(weight->name, "hidden/bias"))
      for (gsize i = 0; i < weight->n; i++)
        weight->value[i] = i < 7 ? -1 : 3;
  }
  trainer = trainer_of(project, FALSE, weights, NW_WATCH_EVERY);
  seen = watch(trainer);
  layer = layer_of(seen->pdata[0], project, "hidden");
  g_assert_cmpuint(layer->units, ==, 9);
  assert_near(layer->dead, 7.0 / 9);
  assert_near(layer->mean, 3 * 2.0 / 9);
  assert_near(layer->deviation, sqrt(9 * 2.0 / 9 - 4.0 / 9));
  assert_near(nw_layer_health_get_activation(layer), 2.0 / 9);
  assert_complaint(layer, "77 % of the units of “hidden” are always 0");
}

/* ── what is said ────────────────────────────────────────────────────────────────────────────── */

static void
test_explosion(void)
{
  g_autoptr(NwProject) project = project_of(recurrent, SETTINGS("training.epochs", "1"));
  g_autoptr(NwTrainer) trainer = trainer_of(project, TRUE, NULL, NW_WATCH_EVERY);
  g_autoptr(GPtrArray) seen = watch(trainer);
  const NwLayerHealth *layer = layer_of(seen->pdata[0], project, "rnn");

  g_assert_cmpfloat(layer->gradient, >, 1e6);
  g_assert_cmpfloat(nw_layer_health_get_learning(layer), ==, 0);
  assert_complaint(layer, "The gradient of “rnn” explodes");
}

/* The weights of the last layer are infinite. */
static void
test_not_finite(void)
{
  g_autoptr(NwProject) project = project_of(two_layers, SETTINGS("training.epochs", "1"));
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwWeights) weights = nw_weights_new(inference, 3, NULL);
  g_autoptr(NwTrainer) trainer = NULL;
  g_autoptr(GPtrArray) seen = NULL;
  const NwLayerHealth *layer;

  for (guint w = 0; w < nw_weights_get_n(weights); w++)
    if (g_str_equal(nw_weights_get(weights, w)->name, "y/bias"))
      nw_weights_get(weights, w)->value[0] = (NwReal)INFINITY;
  trainer = trainer_of(project, FALSE, weights, NW_WATCH_EVERY);
  seen = watch(trainer);
  g_assert_cmpuint(seen->len, ==, 1);
  layer = layer_of(seen->pdata[0], project, "y");
  assert_complaint(layer, "The result of “y” is not finite");
  g_assert_true(isnan(layer->gradient)); /* there was no step */
  g_assert_null(nw_layer_health_dup_complaint(layer_of(seen->pdata[0], project, "hidden")));
}

static void
test_sentences(void)
{
  static const NwLayerHealth well = {.name = "hidden",
                                     .gradient = 0.1,
                                     .weight = 3,
                                     .update = 0.003,
                                     .usual_gradient = 0.2,
                                     .mean = 0.5,
                                     .deviation = 1,
                                     .dead = 0.1,
                                     .units = 64,
                                     .is_finite = TRUE};
  NwLayerHealth layer = well;
  g_autofree char *facts = nw_layer_health_dup_facts(&well);

  g_assert_null(nw_layer_health_dup_complaint(&well));
  g_assert_cmpfloat(nw_layer_health_get_learning(&well), ==, 1);
  g_assert_cmpstr(facts, ==,
                  "norm of the gradient 0.1, of the weights 3; a step changes them by 0.1 %\n"
                  "results 0.5 ± 1, 10 % of 64 units always 0");
  layer.gradient = 25;
  assert_complaint(&layer, "The gradient of “hidden” explodes: its norm is 25, 125 times the usual.");
  layer = well;
  layer.update = 1;
  assert_complaint(&layer, "A step changes the weights of “hidden” by 33 %");
  layer = well;
  layer.update = 1e-10;
  assert_complaint(&layer, "The weights of “hidden” hardly move");
  layer = well;
  layer.deviation = 0;
  assert_complaint(&layer, "All units of “hidden” say 0.5 for every sample");
  layer = well;
  layer.gradient = NAN;
  assert_complaint(&layer, "The gradient of “hidden” is not finite");
}

/* ── how often ───────────────────────────────────────────────────────────────────────────────── */

static void
test_some(void)
{
  g_autoptr(NwProject) project =
      project_of(two_layers, SETTINGS("training.epochs", "400", "training.batch_size", "8"));
  g_autoptr(NwTrainer) trainer = trainer_of(project, FALSE, NULL, NW_WATCH_SOME);
  gint64 begun = g_get_monotonic_time();
  g_autoptr(GPtrArray) seen = watch(trainer);
  double seconds = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC;

  g_test_message("%u looks in %.3f s, 3200 batches", seen->len, seconds);
  g_assert_cmpuint(seen->len, >=, 1);
  g_assert_cmpuint(seen->len, <=, 1 + (guint)(seconds / 0.1));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/watch/changes-no-bit-of-the-weights", test_same_bits);
  g_test_add_func("/watch/gradients-of-layers-add-up-to-that-of-the-history", test_gradients);
  g_test_add_func("/watch/weights-and-their-moves-have-the-norms-of-the-definition", test_weights);
  g_test_add_func("/watch/counts-units-that-are-always-zero", test_dead_units);
  g_test_add_func("/watch/says-when-a-recurrent-layer-explodes", test_explosion);
  g_test_add_func("/watch/says-what-is-not-finite", test_not_finite);
  g_test_add_func("/watch/has-a-sentence-for-each-ailment", test_sentences);
  g_test_add_func("/watch/looks-rarely-when-steps-are-short", test_some);
  return g_test_run();
}
