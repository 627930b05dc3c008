/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Each trap is found where it is, not found where it is not, and gone after each of its remedies.
 */
#include "doctor-cases.h"
#include "net.h"
#include "nw-helper.h"
#include "nw-npy.h"
#include "nw-project-json.h"
#include "nw-rule.h"
#include "test-folder.h"

/* ── projects from text ──────────────────────────────────────────────────────────────────────── */

typedef struct {
  TestFolder *folder;
  NwProject *project;
} Desk;

static void
take_data(Desk *desk, NwDataSettings *data)
{
  NwProject *next = nw_project_with_data(desk->project, data);

  nw_data_settings_unref(data);
  nw_project_unref(desk->project);
  desk->project = next;
}

static void
add_source(Desk *desk, const char *name, const char *path, NwSourceUse use, const char *of)
{
  NwDataSource source = {.name = (char *)name, .path = (char *)path, .use = use, .of = (char *)of};

  take_data(desk, nw_data_settings_with_source(nw_project_get_data(desk->project), &source));
}

static void
write_csv(Desk *desk, char **words)
{
  g_autofree char *file = g_strdup_printf("%s.csv", words[1]);
  g_autofree char *path = NULL;
  g_autoptr(GString) text = g_string_new(words[3]);
  guint n = g_strv_length(words + 4);

  g_string_append_c(text, '\n');
  for (int row = 0; row < atoi(words[2]); row++)
    g_string_append_printf(text, "%s\n", words[4 + (guint)row % n]);
  path = test_folder_file(desk->folder, file, text->str, -1);
  add_source(desk, words[1], file, NW_SOURCE_ROWS, NULL);
}

static void
write_npy(Desk *desk, char **words)
{
  g_auto(GStrv) dims = g_strsplit(words[2], ",", -1), given = g_strsplit(words[3], ",", -1);
  NwFileTensor tensor = {.dtype = NW_TENSOR_F64, .rank = (int)g_strv_length(dims)};
  g_autofree char *file = g_strdup_printf("%s.npy", words[1]);
  g_autofree char *path = test_folder_path(desk->folder, file);
  g_autofree double *numbers = NULL;
  guint n = g_strv_length(given);
  gint64 total = 1;

  for (int axis = 0; axis < tensor.rank; axis++)
    total *= tensor.shape[axis] = atoi(dims[axis]);
  tensor.data = numbers = g_new(double, (gsize)total);
  for (gint64 i = 0; i < total; i++)
    numbers[i] = g_ascii_strtod(given[(guint)i % n], NULL);
  g_assert_true(nw_npy_write(path, &tensor, NULL));
  add_source(desk, words[1], file, NW_SOURCE_ROWS, NULL);
}

static void
set_column(Desk *desk, char **words)
{
  NwColumnSetting setting = {words[1], words[2], TRUE, NW_COLUMN_NUMBER, NW_SCALING_NONE};

  for (int i = 0; i < NW_N_COLUMN_KINDS; i++)
    if (g_str_equal(nw_column_kind_choices[i].id, words[3]))
      setting.kind = (NwColumnKind)i;
  for (int i = 0; i < NW_N_SCALINGS; i++)
    if (g_str_equal(nw_scaling_choices[i].id, words[4]))
      setting.scaling = (NwScaling)i;
  take_data(desk, nw_data_settings_with_column(nw_project_get_data(desk->project), &setting));
}

static void
set_split(Desk *desk, char **words)
{
  NwSplitSettings split = {g_ascii_strtod(words[1], NULL), g_ascii_strtod(words[2], NULL), 1,
                           words[3] != NULL, words[3]};

  take_data(desk, nw_data_settings_with_split(nw_project_get_data(desk->project), &split));
}

static void
set_setting(Desk *desk, char **words)
{
  g_auto(GStrv) pair = g_strsplit(words[1], "=", 2);
  g_autoptr(GError) error = NULL;
  NwProject *next = nw_project_set(desk->project, pair[0], pair[1], &error);

  g_assert_no_error(error);
  nw_project_unref(desk->project);
  desk->project = next;
}

static void
bind(Desk *desk, char **words)
{
  take_data(desk, nw_data_settings_with_binding(nw_project_get_data(desk->project), words[1],
                                                words[2], (const char *const *)words + 3));
}

static void
add_more(Desk *desk, char **words)
{
  g_autofree char *name = g_strdup_printf("%s-again", words[1]);
  g_autofree char *file = g_strdup_printf("%s.csv", words[1]);

  add_source(desk, name, file,
             g_str_equal(words[3], "test") ? NW_SOURCE_TEST : NW_SOURCE_VALIDATION, words[2]);
}

static void
obey(Desk *desk, const char *line)
{
  static const struct {
    const char *word;
    void (*obey)(Desk *desk, char **words);
  } orders[] = {{"csv", write_csv},  {"npy", write_npy},     {"bind", bind},
                {"more", add_more},  {"column", set_column}, {"split", set_split},
                {"set", set_setting}};
  g_auto(GStrv) words = g_strsplit(line, " ", -1);

  for (gsize i = 0; i < G_N_ELEMENTS(orders); i++)
    if (g_str_equal(orders[i].word, words[0])) {
      orders[i].obey(desk, words);
      return;
    }
  g_error("what is “%s”?", line);
}

static Desk *
desk_new(const char *text)
{
  Desk *desk = g_new0(Desk, 1);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GString) drawing = g_string_new(NULL);
  g_autoptr(NwProject) empty = nw_project_new();
  g_autoptr(NwGraph) graph = NULL;

  desk->folder = test_folder_new();
  for (char **line = lines; *line != NULL; line++)
    if (**line != '%')
      g_string_append_printf(drawing, "%s\n", *line);
  graph = net(drawing->str);
  desk->project = nw_project_with_graph(empty, graph);
  for (char **line = lines; *line != NULL; line++)
    if (**line == '%')
      obey(desk, *line + 2);
  return desk;
}

static void
desk_free(Desk *desk)
{
  test_folder_free(desk->folder);
  nw_project_unref(desk->project);
  g_free(desk);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)

static NwFindings *
examine(NwProject *project, const char *folder)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwSurvey) survey = nw_survey_new(project, folder, NULL, NULL);

  g_assert_true(nw_survey_fits(survey, project));
  return nw_doctor_examine(project, inference, survey);
}

/* ── the table of cases ──────────────────────────────────────────────────────────────────────── */

static const NwFinding *
find(const NwFindings *findings, const char *rule)
{
  for (guint i = 0; i < nw_findings_get_n_all(findings); i++)
    if (g_str_equal(nw_findings_get(findings, i)->rule, rule))
      return nw_findings_get(findings, i);
  return NULL;
}

static guint
count_errors(const NwFindings *findings)
{
  guint n = 0;

  while (n < nw_findings_get_n(findings) &&
         nw_findings_get(findings, n)->severity == NW_SEVERITY_ERROR)
    n++;
  return n;
}

/* What is right in a hidden layer is not for a remedy of the head to change. */
static void
assert_same_units(NwProject *before, NwProject *after, const char *name)
{
  const NwNode *one = nw_graph_find_node_by_name(nw_project_get_graph(before), name);
  const NwNode *other = nw_graph_find_node_by_name(nw_project_get_graph(after), name);

  g_assert_true((one == NULL) == (other == NULL));
  if (one != NULL)
    g_assert_cmpint(nw_params_get_int(one->layer->params, "units"), ==,
                    nw_params_get_int(other->layer->params, "units"));
}

static void
check_remedies(const DoctorCase *c, const Desk *desk, const NwFindings *findings,
               const NwFinding *finding)
{
  g_assert_cmpuint(finding->n_remedies, ==, (gsize)c->remedies);
  for (gsize i = 0; i < finding->n_remedies; i++) {
    g_autoptr(NwFindings) after = examine(finding->remedies[i].project, desk->folder->path);
    const NwFinding *still = find(after, c->rule);

    g_assert_cmpstr(finding->remedies[i].title, !=, "");
    if (g_str_equal(c->rule, "target-width"))
      assert_same_units(desk->project, finding->remedies[i].project, "h");
    if (still != NULL)
      g_error("%s: after “%s” still: %s", c->rule, finding->remedies[i].title, still->message);
    if (count_errors(after) > 0 && count_errors(after) >= count_errors(findings))
      g_error("%s: “%s” leaves: %s", c->rule, finding->remedies[i].title,
              nw_findings_get(after, 0)->message);
  }
}

static void
test_case(gconstpointer data)
{
  const DoctorCase *c = data;
  g_autoptr(Desk) sick = desk_new(c->sick), well = desk_new(c->well);
  g_autoptr(NwFindings) found = examine(sick->project, sick->folder->path);
  g_autoptr(NwFindings) none = examine(well->project, well->folder->path);
  const NwFinding *finding = find(found, c->rule), *wrong = find(none, c->rule);

  if (finding == NULL)
    g_error("%s was not found", c->rule);
  if (strstr(finding->message, c->says) == NULL)
    g_error("“%s” does not say “%s”", finding->message, c->says);
  if (wrong != NULL)
    g_error("%s was found: %s", c->rule, wrong->message);
  check_remedies(c, sick, found, finding);
}

static void
every_rule_has_a_case(void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

  for (const NwRule *const *family = nw_rule_families; *family != NULL; family++)
    for (const NwRule *rule = *family; rule->id != NULL; rule++) {
      gboolean has = g_str_equal(rule->id, "losses-add-up") || /* both below */
                     g_str_equal(rule->id, "head-for-target");
      g_assert_true(g_hash_table_add(seen, (gpointer)rule->id));
      for (const DoctorCase *c = doctor_cases; c->rule != NULL; c++)
        has |= g_str_equal(c->rule, rule->id);
      if (!has)
        g_error("no case for %s", rule->id);
    }
}

/* ── what does not fit into the table ────────────────────────────────────────────────────────── */

/* Twenty slices of one layer, each an Output. */
static void
losses_of_many_outputs(void)
{
  g_autoptr(GString) text =
      g_string_new("x input shape=4\nd dense units=20 activation=sigmoid <- x\n");

  for (int i = 0; i < 20; i++)
    g_string_append_printf(text,
                           "s%d slice slices=%d:%d <- d\ny%d output loss=binary_crossentropy <- "
                           "s%d\n",
                           i, i, i + 1, i, i);
  DoctorCase c = {"losses-add-up", "the total is 20 times as large", 1, text->str,
                  "x input shape=4\nd dense units=20 activation=sigmoid <- x\n"
                  "y output loss=binary_crossentropy <- d\n"};
  test_case(&c);
}

/* From a network that ends in a hidden layer and an Output as it comes from the palette. */
#define HIDDEN "x input shape=4\nh dense units=8 activation=relu <- x\ny output <- h\n"
#define ROWS                                                                                       \
  "% csv t 40 a,b,c,d,yes,class,one,two,number,share,count "                                       \
  "1,0,0,1,0,red,1,1,7.5,0.2,4 0,1,0,1,1,green,0,1,-3,0.7,0 0,0,1,0,1,blue,1,0,2.25,0.5,2 "        \
  "1,1,1,0,0,red,0,0,11,0.1,9\n% bind x t a b c d\n"

static const struct {
  const char *text, *says;
  const char *heads[3]; /* ended by NULL */
} proposals[] = {
    {HIDDEN ROWS "% bind y t yes\n",
     "yes or no: one unit",
     {"1 unit, sigmoid", "2 units, softmax"}},
    {HIDDEN ROWS "% bind y t class\n", "one of 3 classes", {"3 units, softmax"}},
    {HIDDEN ROWS "% bind y t one two\n", "2 labels that do not", {"2 units, sigmoid"}},
    {HIDDEN ROWS "% bind y t number\n", "any number", {"1 unit, linear"}},
    {HIDDEN ROWS "% bind y t share\n", "numbers from 0 to 1", {"1 unit, sigmoid"}},
    {HIDDEN ROWS "% bind y t count\n", "a count", {"1 unit, softplus"}},
    {"w input shape=6 dtype=int32\ne embedding input_dim=10 output_dim=3 mask_zero=true <- w\n"
     "l lstm units=3 return_sequences=true <- e\ny output <- l\n"
     "% npy ids 20,6 1,2,3,0,0,0,4,5,6,7,0,0\n% bind w ids ids\n"
     "% npy tags 20,6,2 0,1\n% bind y tags tags\n",
     "one of 2 classes, at every step",
     {"2 units, softmax"}},
    {"x input shape=4\nd dense units=2 activation=softmax <- x\n"
     "y output loss=categorical_crossentropy <- d\n" ROWS "% bind y t yes\n",
     "yes or no",
     {"1 unit, sigmoid"}},
    {"x input shape=4\nd dense units=3 activation=softmax <- x\n"
     "y output loss=sparse_categorical_crossentropy <- d\n" ROWS "% bind y t class\n",
     "one of 3 classes",
     {NULL}},
};

/* One click makes a head that fits: it is offered no more, nothing is wrong, and what was a hidden
 * layer still is one. It is no problem that there is one, either. */
static void
a_target_proposes_its_head(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(proposals); i++) {
    g_autoptr(Desk) desk = desk_new(proposals[i].text);
    g_autoptr(NwFindings) findings = examine(desk->project, desk->folder->path);
    const NwFinding *advice = find(findings, "head-for-target");

    g_assert_nonnull(advice);
    g_assert_nonnull(strstr(advice->message, proposals[i].says));
    g_assert_cmpint(advice->severity, ==, NW_SEVERITY_ADVICE);
    g_assert_cmpuint(nw_findings_get_n_all(findings), >, nw_findings_get_n(findings));
    for (gsize k = 0; k < advice->n_remedies; k++) {
      NwProject *project = advice->remedies[k].project;
      g_autoptr(NwFindings) after = examine(project, desk->folder->path);
      const NwFinding *still = find(after, "head-for-target");
      const NwNode *hidden = nw_graph_find_node_by_name(nw_project_get_graph(project), "h");

      g_assert_cmpstr(advice->remedies[k].title, ==, proposals[i].heads[k]);
      g_assert_null(nw_findings_get_error(after));
      for (gsize j = 0; j < still->n_remedies; j++)
        g_assert_cmpstr(still->remedies[j].title, !=, proposals[i].heads[k]);
      if (hidden != NULL)
        g_assert_cmpstr(nw_params_get_choice(hidden->layer->params, "activation"), ==, "relu");
    }
    g_assert_null(proposals[i].heads[advice->n_remedies]);
  }
}

static void
the_worst_comes_first(void)
{
  g_autoptr(Desk) desk = desk_new("x input shape=4\nd dense units=1 activation=softmax <- x\n"
                                  "r dropout <- d\ny output loss=binary_crossentropy <- r\n"
                                  "k dense <- x\n");
  g_autoptr(NwFindings) findings = examine(desk->project, NULL);

  g_assert_cmpuint(nw_findings_get_n(findings), ==, 3);
  g_assert_cmpstr(nw_findings_get(findings, 0)->rule, ==, "softmax-one-unit");
  g_assert_cmpstr(nw_findings_get(findings, 1)->rule, ==, "noise-after-head");
  g_assert_cmpstr(nw_findings_get(findings, 2)->rule, ==, "dead-branch");
  g_assert_true(nw_findings_get_error(findings) == nw_findings_get(findings, 0));
}

static void
what_inference_says_is_found(void)
{
  g_autoptr(Desk) desk = desk_new("d dense units=1\ny output <- d\n");
  g_autoptr(NwFindings) findings = examine(desk->project, NULL);

  g_assert_nonnull(find(findings, "graph"));
  g_assert_nonnull(nw_findings_get_error(findings));
}

static void
a_file_that_is_not_there_is_found(void)
{
  g_autoptr(Desk) desk = desk_new("x input shape=4\nd dense units=1 <- x\ny output <- d\n");
  g_autoptr(NwFindings) findings = NULL;

  add_source(desk, "t", "nowhere.csv", NW_SOURCE_ROWS, NULL);
  bind(desk, (char *[]){"bind", "x", "t", "a", NULL});
  findings = examine(desk->project, desk->folder->path);
  g_assert_nonnull(strstr(find(findings, "data")->message, "nowhere.csv"));
}

/* Edits that leave the data alone need no new survey. */
static void
a_survey_outlives_edits_of_the_graph(void)
{
  g_autoptr(Desk) desk = desk_new("x input shape=4\nd dense units=1 <- x\ny output <- d\n"
                                  "% csv t 40 a,b,c,d,z 1,0,0,1,3 0,1,0,1,4\n% bind x t a b c d\n");
  g_autoptr(NwSurvey) survey = nw_survey_new(desk->project, desk->folder->path, NULL, NULL);
  g_autoptr(NwProject) units = nw_project_set(desk->project, "d.units", "7", NULL);

  g_assert_true(nw_survey_fits(survey, units));
  bind(desk, (char *[]){"bind", "y", "t", "z", NULL});
  g_assert_false(nw_survey_fits(survey, desk->project));
}

static void
examples_have_no_finding(void)
{
  g_autofree char *folder = g_build_filename(RESOURCES, "examples", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  g_assert_nonnull(dir);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(NwProject) project =
        g_str_has_suffix(name, ".netwright") ? nw_project_load(path, &error) : NULL;
    g_autoptr(NwFindings) findings = NULL;

    g_assert_no_error(error);
    if (project == NULL)
      continue;
    findings = examine(project, folder);
    for (guint i = 0; i < nw_findings_get_n(findings); i++)
      g_error("%s: %s: %s", name, nw_findings_get(findings, i)->rule,
              nw_findings_get(findings, i)->message);
  }
}

int
main(int argc, char **argv)
{
  int exit_code;

  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  for (const DoctorCase *c = doctor_cases; c->rule != NULL; c++) {
    g_autofree char *path = g_strdup_printf("/doctor/%s/%d", c->rule, (int)(c - doctor_cases));
    g_test_add_data_func(path, c, test_case);
  }
  g_test_add_func("/doctor/every-rule-has-a-case", every_rule_has_a_case);
  g_test_add_func("/doctor/losses-of-many-outputs", losses_of_many_outputs);
  g_test_add_func("/doctor/a-target-proposes-its-head", a_target_proposes_its_head);
  g_test_add_func("/doctor/the-worst-comes-first", the_worst_comes_first);
  g_test_add_func("/doctor/what-inference-says-is-found", what_inference_says_is_found);
  g_test_add_func("/doctor/a-file-that-is-not-there-is-found", a_file_that_is_not_there_is_found);
  g_test_add_func("/doctor/a-survey-outlives-edits-of-the-graph",
                  a_survey_outlives_edits_of_the_graph);
  g_test_add_func("/doctor/examples-have-no-finding", examples_have_no_finding);
  return g_test_run();
}
