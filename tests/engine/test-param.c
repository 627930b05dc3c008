/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-error.h"
#include "nw-param.h"
#include "nw-text.h"

#include <locale.h>
#include <math.h>

static const NwChoice colors[] = {
    {"red", "Red"}, {"green", "Green"}, {"dark_blue", "Dark blue"}, {NULL}};

static const NwChoice *
color_choices(void)
{
  return colors;
}

static const NwParamSpec specs[] = {
    {"units", "Units", "How many", NW_PARAM_INT, "64", 1, 1 << 20},
    {"rate", "Rate", "How fast", NW_PARAM_REAL, "0.1", 0, 10},
    {"offset", "Offset", "Any number", NW_PARAM_REAL, "-1e-7"},
    {"patience", "Patience", "How long", NW_PARAM_INT, "5", 0, 1e300},
    {"use", "Use", "Or not", NW_PARAM_BOOL, "false"},
    {"color", "Colour", "Which", NW_PARAM_CHOICE, "red", .choices = color_choices},
    {"note", "Note", "Whatever", NW_PARAM_TEXT, ""},
    {"shape", "Shape", "Axes", NW_PARAM_INTS, "28, 28, 1", 1, 100},
    {"weights", "Weights", "Numbers", NW_PARAM_REALS, ""},
    {"colors", "Colours", "Several", NW_PARAM_NAMES, "red, green", .choices = color_choices},
    {"shade", "Shade", "How dark", NW_PARAM_REAL, "0.5", 0, 1, .when = "color=green|dark_blue"},
    {"depth", "Depth", "How deep", NW_PARAM_INT, "1", .when = "shade=0.25"},
    {NULL},
};

/* What is refused, and the whole sentence. */
static void
refuse(const char *key, const char *text, const char *sentence)
{
  g_autoptr(NwParams) params = nw_params_new(specs);
  g_autoptr(NwParams) result = NULL;
  g_autoptr(GError) error = NULL;

  result = nw_params_with(params, key, text, &error);
  g_assert_null(result);
  g_assert_error(error, NW_ERROR, NW_ERROR_INPUT);
  g_assert_cmpstr(error->message, ==, sentence);
}

/* What is accepted, and how it then reads. */
static void
accept(const char *key, const char *text, const char *canonical)
{
  g_autoptr(NwParams) params = nw_params_new(specs);
  g_autoptr(NwParams) result = NULL;
  g_autoptr(NwParams) again = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *out = NULL;

  result = nw_params_with(params, key, text, &error);
  g_assert_no_error(error);
  out = nw_params_to_text(result, key);
  g_assert_cmpstr(out, ==, canonical);
  again = nw_params_with(params, key, out, &error);
  g_assert_no_error(error);
  g_assert_true(nw_params_equal(result, again));
}

static void
test_defaults(void)
{
  g_autoptr(NwParams) params = nw_params_new(specs);
  gsize n;

  g_assert_cmpint(nw_params_get_int(params, "units"), ==, 64);
  g_assert_cmpfloat(nw_params_get_real(params, "offset"), ==, -1e-7);
  g_assert_false(nw_params_get_bool(params, "use"));
  g_assert_cmpstr(nw_params_get_choice(params, "color"), ==, "red");
  g_assert_cmpstr(nw_params_get_text(params, "note"), ==, "");
  g_assert_cmpint(nw_params_get_ints(params, "shape", &n)[1], ==, 28);
  g_assert_cmpuint(n, ==, 3);
  nw_params_get_reals(params, "weights", &n);
  g_assert_cmpuint(n, ==, 0);
  g_assert_cmpstr(nw_params_get_names(params, "colors")[1], ==, "green");
  g_assert_null(nw_params_get_names(params, "colors")[2]);
  for (const NwParamSpec *spec = specs; spec->key; spec++)
    g_assert_true(nw_params_is_initial(params, spec->key));
}

static void
test_immutable(void)
{
  g_autoptr(NwParams) params = nw_params_new(specs);
  g_autoptr(NwParams) other = nw_params_with(params, "units", "32", NULL);
  g_autoptr(NwParams) back = nw_params_with(other, "units", "64", NULL);

  g_assert_cmpint(nw_params_get_int(params, "units"), ==, 64);
  g_assert_cmpint(nw_params_get_int(other, "units"), ==, 32);
  g_assert_false(nw_params_is_initial(other, "units"));
  g_assert_false(nw_params_equal(params, other));
  g_assert_true(nw_params_equal(params, back));
}

static void
test_accepts(void)
{
  accept("units", " 32 ", "32");
  accept("units", "+7", "7");
  accept("units", "1048576", "1048576");
  accept("rate", "1e-3", "0.001");
  accept("rate", ".5", "0.5");
  accept("rate", " 3.", "3");
  accept("offset", "-12.75e2", "-1275");
  accept("patience", "9223372036854775807", "9223372036854775807");
  accept("use", "True", "true");
  accept("use", "no", "false");
  accept("use", "1", "true");
  accept("color", " Dark_Blue ", "dark_blue");
  accept("note", " spaces stay ", " spaces stay ");
  accept("shape", "", "");
  accept("shape", "5", "5");
  accept("shape", "(28,28)", "28, 28");
  accept("shape", "[ 7, ]", "7");
  accept("weights", "1,.5,-0.25", "1, 0.5, -0.25");
  accept("colors", "", "");
  accept("colors", "green,red", "green, red");
}

static void
test_refuses(void)
{
  refuse("units", "abc", "Units must be a whole number from 1 to 1048576, not “abc”");
  refuse("units", "", "Units must be a whole number from 1 to 1048576, not empty");
  refuse("units", "0", "Units must be a whole number from 1 to 1048576, not “0”");
  refuse("units", "-3", "Units must be a whole number from 1 to 1048576, not “-3”");
  refuse("units", "64.0", "Units must be a whole number from 1 to 1048576, not “64.0”");
  refuse("units", "1 000", "Units must be a whole number from 1 to 1048576, not “1 000”");
  refuse("units", "0x10", "Units must be a whole number from 1 to 1048576, not “0x10”");
  refuse("units", "2147483648", "Units must be a whole number from 1 to 1048576, not “2147483648”");
  refuse("units", "99999999999999999999",
         "Units must be a whole number from 1 to 1048576, not “99999999999999999999”");
  refuse("patience", "-1", "Patience must be a whole number of at least 0, not “-1”");
  refuse("rate", "nan", "Rate must be a number from 0 to 10, not “nan”");
  refuse("offset", "inf", "Offset must be a number, not “inf”");
  refuse("offset", "1e999", "Offset must be a number, not “1e999”");
  refuse("offset", "0x1p3", "Offset must be a number, not “0x1p3”");
  refuse("offset", "1,5", "Offset must be a number, not “1,5”");
  refuse("offset", "1e", "Offset must be a number, not “1e”");
  refuse("use", "maybe", "Use must be true or false, not “maybe”");
  refuse("color", "redd", "Colour: “redd” is unknown; did you mean “red”?");
  refuse("color", "purple", "Colour: “purple” is unknown; choose one of red, green, dark_blue");
  refuse("note", "\xff", "Note must be text in UTF-8, not “\xef\xbf\xbd”");
  refuse("shape", "28,,1",
         "Shape must be a comma-separated list of whole numbers from 1 to 100, not “28,,1”");
  refuse("shape", "28, 0",
         "Shape must be a comma-separated list of whole numbers from 1 to 100, not “28, 0”");
  refuse("weights", "1; 2", "Weights must be a comma-separated list of numbers, not “1; 2”");
  refuse("colors", "red, red", "Colours names “red” twice");
  refuse("colors", "red, gren", "Colours: “gren” is unknown; did you mean “green”?");
}

static void
test_long_text_is_cut(void)
{
  g_autoptr(NwParams) params = nw_params_new(specs);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = g_strnfill(1 << 20, '9');

  g_assert_null(nw_params_with(params, "units", text, &error));
  g_assert_cmpuint(g_utf8_strlen(error->message, -1), <, 150);
}

static void
test_when(void)
{
  g_autoptr(NwParams) red = nw_params_new(specs);
  g_autoptr(NwParams) green = nw_params_with(red, "color", "green", NULL);
  g_autoptr(NwParams) pale = nw_params_with(green, "shade", "0.25", NULL);
  g_autoptr(NwParams) pale_red = nw_params_with(pale, "color", "red", NULL);

  g_assert_true(nw_params_applies(red, "units"));
  g_assert_false(nw_params_applies(red, "shade"));
  g_assert_true(nw_params_applies(green, "shade"));
  g_assert_false(nw_params_applies(green, "depth"));
  g_assert_true(nw_params_applies(pale, "depth"));
  g_assert_false(nw_params_applies(pale_red, "depth"));
}

static void
test_numbers_round_trip(void)
{
  const double values[] = {
      0.1,  1.0 / 3,   1e-300, 5e-324, G_MAXDOUBLE,        -G_MINDOUBLE, 123456789.125,
      M_PI, 0.1 + 0.2, 1e15,   1e22,   9007199254740993.0, -0.0};
  guint64 bits = 1;

  for (gsize i = 0; i < 100000; i++) {
    union {
      guint64 bits;
      double value;
    } x = {.bits = bits};
    g_autofree char *text = NULL;
    double back;

    bits = bits * 6364136223846793005u + 1442695040888963407u;
    if (i < G_N_ELEMENTS(values))
      x.value = values[i];
    if (!isfinite(x.value))
      continue;
    text = nw_number_to_text(x.value);
    g_assert_true(nw_number_from_text(text, &back));
    g_assert_cmpfloat(back, ==, x.value);
  }
}

static void
assert_number_text(double value, const char *expected)
{
  g_autofree char *text = nw_number_to_text(value);

  g_assert_cmpstr(text, ==, expected);
}

static void
test_numbers_are_short(void)
{
  g_autofree char *short_text = NULL;

  assert_number_text(0.1, "0.1");
  assert_number_text(0.1 + 0.2, "0.30000000000000004");
  assert_number_text(1e-7, "1e-07");
  assert_number_text(3, "3");
  for (guint32 i = 0; i < 100000; i++) {
    union {
      guint32 bits;
      float value;
    } x = {.bits = i * 42949u};
    g_autofree char *text = nw_single_to_text(x.value);

    if (isfinite(x.value))
      g_assert_true((float)g_ascii_strtod(text, NULL) == x.value);
  }
  short_text = nw_single_to_text(0.1f);
  g_assert_cmpstr(short_text, ==, "0.1");
}

/* German writes 0,5; files and --set never do. */
static void
test_locale(void)
{
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
    g_test_skip("no German locale here");
    return;
  }
  accept("rate", "0.5", "0.5");
  refuse("rate", "0,5", "Rate must be a number from 0 to 10, not “0,5”");
  setlocale(LC_ALL, "C");
}

static void
test_nearest(void)
{
  const char *const words[] = {"dense", "dense_1", "dropout", "epochs", NULL};

  g_assert_cmpstr(nw_nearest_word("epohcs", words), ==, "epochs");
  g_assert_cmpstr(nw_nearest_word("Dens", words), ==, "dense");
  g_assert_cmpstr(nw_nearest_word("dense_2", words), ==, "dense_1");
  g_assert_null(nw_nearest_word("zebra", words));
  g_assert_null(nw_nearest_word("", words));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/param/defaults-read-as-the-table-says", test_defaults);
  g_test_add_func("/param/a-change-leaves-the-old-values-alone", test_immutable);
  g_test_add_func("/param/what-people-type-is-understood-and-normalised", test_accepts);
  g_test_add_func("/param/what-makes-no-sense-is-refused-in-a-sentence", test_refuses);
  g_test_add_func("/param/a-huge-wrong-text-gives-a-short-sentence", test_long_text_is_cut);
  g_test_add_func("/param/applies-follows-the-other-parameter", test_when);
  g_test_add_func("/param/numbers-survive-text-bit-for-bit", test_numbers_round_trip);
  g_test_add_func("/param/numbers-are-written-as-short-as-possible", test_numbers_are_short);
  g_test_add_func("/param/the-locale-changes-nothing", test_locale);
  g_test_add_func("/param/a-mistyped-word-finds-its-neighbour", test_nearest);
  return g_test_run();
}
