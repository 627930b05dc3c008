/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-data-settings.h"
#include "nw-json.h"
#include "test-folder.h"

static NwDataSettings *
take(NwDataSettings **settings, NwDataSettings *next)
{
  nw_data_settings_unref(*settings);
  *settings = next;
  return next;
}

static NwDataSettings *
make_settings(void)
{
  NwDataSettings *settings = nw_data_settings_new();
  const NwDataSource rows = {.name = "digits",
                             .path = "data/digits.csv",
                             .options = {NULL, NW_DELIMITER_SEMICOLON, NW_HEADER_YES},
                             .hash = (char *)"00ff"};
  const NwDataSource test = {
      .name = "digits test", .path = "t.csv", .use = NW_SOURCE_TEST, .of = (char *)"digits"};
  const NwColumnSetting columns[] = {
      {(char *)"digits", (char *)"p0", FALSE, NW_COLUMN_NUMBER, NW_SCALING_MINMAX},
      {(char *)"digits", (char *)"p1", FALSE, NW_COLUMN_NUMBER, NW_SCALING_MINMAX},
      {(char *)"digits", (char *)"digit", TRUE, NW_COLUMN_CATEGORY, NW_SCALING_NONE},
  };
  const char *const pixels[] = {"p0", "p1", NULL}, *const digit[] = {"digit", NULL};
  const NwSplitSettings split = {0.2, 0.1, 7, TRUE, (char *)"digit"};

  take(&settings, nw_data_settings_with_source(settings, &rows));
  take(&settings, nw_data_settings_with_source(settings, &test));
  take(&settings, nw_data_settings_with_columns(settings, columns, G_N_ELEMENTS(columns)));
  take(&settings, nw_data_settings_with_binding(settings, "image", "digits", pixels));
  take(&settings, nw_data_settings_with_binding(settings, "digit", "digits", digit));
  take(&settings, nw_data_settings_with_split(settings, &split));
  return settings;
}

static void
test_edits(void)
{
  g_autoptr(NwDataSettings) a = make_settings(), b = make_settings();
  g_autoptr(NwDataSettings) unbound = NULL, without = NULL, renamed = NULL, undone = NULL;
  const NwColumnSetting nothing = {(char *)"digits", (char *)"p0"};
  g_autofree char *name = NULL;

  g_assert_true(nw_data_settings_equal(a, b));
  unbound = nw_data_settings_with_binding(a, "digit", NULL, NULL);
  g_assert_cmpuint(nw_data_settings_get_n_bindings(unbound), ==, 1);
  g_assert_cmpuint(nw_data_settings_get_n_bindings(a), ==, 2);
  g_assert_false(nw_data_settings_equal(a, unbound));

  undone = nw_data_settings_with_column(a, &nothing);
  g_assert_cmpuint(nw_data_settings_get_n_columns(undone), ==, 2);
  g_assert_null(nw_data_settings_find_column(undone, "digits", "p0"));
  g_assert_nonnull(nw_data_settings_find_column(undone, "digits", "digit"));

  renamed = nw_data_settings_with_source_renamed(a, "digits", "numbers");
  g_assert_cmpstr(nw_data_settings_find_binding(renamed, "image")->source, ==, "numbers");
  g_assert_nonnull(nw_data_settings_find_column(renamed, "numbers", "p1"));
  g_assert_cmpstr(nw_data_settings_find_source(renamed, "digits test")->of, ==, "numbers");

  without = nw_data_settings_without_source(a, "digits");
  g_assert_cmpuint(nw_data_settings_get_n_sources(without), ==, 1);
  g_assert_cmpuint(nw_data_settings_get_n_columns(without), ==, 0);
  g_assert_cmpuint(nw_data_settings_get_n_bindings(without), ==, 0);

  name = nw_data_settings_dup_source_name(a, "/somewhere/digits.tar.csv");
  g_assert_cmpstr(name, ==, "digits.tar");
  g_free(name);
  name = nw_data_settings_dup_source_name(a, "digits.csv");
  g_assert_cmpstr(name, ==, "digits 2");
}

static void
test_fractions(void)
{
  g_autoptr(NwDataSettings) settings = nw_data_settings_new(), edited = NULL;
  const NwSplitSettings split = {0.9, 0.9, 1, TRUE, NULL};

  edited = nw_data_settings_with_split(settings, &split);
  g_assert_cmpfloat(nw_data_settings_get_split(edited)->validation, ==, 0.9);
  g_assert_cmpfloat_with_epsilon(nw_data_settings_get_split(edited)->test, 0.09, 1e-12);
}

static void
test_round_trip(void)
{
  g_autoptr(NwDataSettings) settings = make_settings(), back = NULL;
  g_autoptr(JsonNode) node = nw_data_settings_to_json(settings);
  g_autofree char *text = json_to_string(node, FALSE);
  g_autoptr(JsonNode) parsed = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr(
      text, ==,
      "{\"sources\":[{\"name\":\"digits\",\"path\":\"data/digits.csv\",\"delimiter\":\"semicolon\","
      "\"header\":\"yes\",\"sha256\":\"00ff\"},{\"name\":\"digits test\",\"path\":\"t.csv\","
      "\"use\":\"test\",\"of\":\"digits\"}],\"columns\":[{\"source\":\"digits\","
      "\"scaling\":\"minmax\",\"columns\":[\"p0\",\"p1\"]},{\"source\":\"digits\","
      "\"kind\":\"category\",\"columns\":[\"digit\"]}],\"bindings\":[{\"field\":\"image\","
      "\"source\":\"digits\",\"columns\":[\"p0\",\"p1\"]},{\"field\":\"digit\","
      "\"source\":\"digits\",\"columns\":[\"digit\"]}],\"split\":{\"validation\":"
      "0.20000000000000001,\"test\":0.10000000000000001,\"seed\":7,\"shuffle\":true,"
      "\"stratify\":\"digit\"}}");
  parsed = nw_json_parse(text, strlen(text), "x", 1000, &error);
  g_assert_no_error(error);
  back = nw_data_settings_from_json(parsed, &error);
  g_assert_no_error(error);
  g_assert_true(nw_data_settings_equal(settings, back));
}

static void
test_empty_object(void)
{
  g_autoptr(JsonNode) parsed = nw_json_parse("{}", 2, "x", 1000, NULL);
  g_autoptr(NwDataSettings) settings = nw_data_settings_from_json(parsed, NULL);
  g_autoptr(NwDataSettings) fresh = nw_data_settings_new();

  g_assert_true(nw_data_settings_equal(settings, fresh));
}

static void
test_malformed(void)
{
  const struct {
    const char *text, *piece;
  } cases[] = {
      {"[]", "data must be an object"},
      {"{\"sources\": 3}", "data: “sources” must be a list"},
      {"{\"sources\": [3]}", "data, source 1 must be an object"},
      {"{\"sources\": [{\"name\": \"a\"}]}", "data, source 1: “name” and “path” are needed"},
      {"{\"sources\": [{\"name\": \"a\", \"path\": 3}]}", "source 1: “path” must be text"},
      {"{\"sources\": [{\"name\": \"a\", \"path\": \"b\", \"format\": \"xls\"}]}",
       "“format” is “xls”, it must be one of auto"},
      {"{\"sources\": [{\"name\": \"a\", \"path\": \"b\"}, {\"name\": \"a\", \"path\": \"c\"}]}",
       "source 2: another source has the same name"},
      {"{\"columns\": [{\"source\": \"a\"}]}", "columns 1: “source” and “columns” are needed"},
      {"{\"columns\": [{\"source\": \"a\", \"kind\": \"colour\", \"columns\": [\"x\"]}]}",
       "“kind” is “colour”, it must be one of number, category, binary, ignore"},
      {"{\"columns\": [{\"source\": \"a\", \"columns\": [\"x\"]}]}",
       "“kind” or “scaling” is needed"},
      {"{\"bindings\": [{\"field\": \"a\", \"source\": \"b\", \"columns\": []}]}",
       "binding 1: “field”, “source” and “columns” are needed"},
      {"{\"bindings\": [{\"field\": \"a\", \"source\": \"b\", \"columns\": [1]}]}",
       "binding 1: “columns” must be a list of texts"},
      {"{\"split\": {\"validation\": 0.6, \"test\": 0.5}}", "leave rows to train with"},
      {"{\"split\": {\"validation\": -0.1}}", "must be fractions"},
      {"{\"split\": {\"seed\": 1.5}}", "data, split: “seed” must be a whole number"},
      {"{\"split\": {\"shuffle\": \"yes\"}}", "“shuffle” must be true or false"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node =
        nw_json_parse(cases[i].text, strlen(cases[i].text), "x", 1000, &error);

    g_assert_no_error(error);
    g_assert_null(nw_data_settings_from_json(node, &error));
    test_assert_error(error, cases[i].piece);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data-settings/an-edit-changes-the-copy-alone", test_edits);
  g_test_add_func("/data-settings/a-split-always-leaves-rows-to-train-with", test_fractions);
  g_test_add_func("/data-settings/json-has-a-stable-order-and-reads-back", test_round_trip);
  g_test_add_func("/data-settings/an-empty-object-is-the-default", test_empty_object);
  g_test_add_func("/data-settings/every-malformed-thing-is-a-sentence", test_malformed);
  return g_test_run();
}
