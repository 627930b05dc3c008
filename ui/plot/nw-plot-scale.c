/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-scale.h"
#include "nw-plot-text.h"

#include <float.h>
#include <math.h>

#define HUGE_VALUE 1e300  /* differences and sums of two such values stay finite */
#define TINY_VALUE 1e-300 /* the smallest value on a log scale */

NwPlotScale
nw_plot_scale_new(double low, double high, gboolean log, NwPlotFormat format)
{
  NwPlotScale scale = {.log = log, .format = format, .from = 0, .to = 1};
  gboolean is_usable = isfinite(low) && isfinite(high);

  if (low > high) {
    double swap = low;
    low = high;
    high = swap;
  }
  low = CLAMP(low, -HUGE_VALUE, HUGE_VALUE);
  high = CLAMP(high, -HUGE_VALUE, HUGE_VALUE);
  if (log) {
    if (!is_usable || high <= 0)
      low = 0.1, high = 1;
    low = MAX(low, MAX(TINY_VALUE, high * 1e-16));
    if (high <= low * (1 + 1e-9))
      low /= 2, high *= 2;
  } else {
    double magnitude;

    if (!is_usable)
      low = 0, high = 1;
    /* Closer together than their own rounding: nothing could be told apart between them. */
    magnitude = MAX(fabs(low), fabs(high));
    if (high - low <= magnitude * 1e-13) {
      double half = magnitude > 0 ? magnitude / 2 : 0.5;
      low -= half;
      high += half;
    }
  }
  scale.low = low;
  scale.high = high;
  return scale;
}

double
nw_plot_round_step(double step)
{
  double power, part;

  if (!(step > 0) || !isfinite(step))
    return 1;
  power = pow(10, floor(log10(step)));
  part = step / power;
  if (part <= 1 + 1e-9)
    return power;
  if (part <= 2 + 1e-9)
    return 2 * power;
  return part <= 5 + 1e-9 ? 5 * power : 10 * power;
}

static double
round_log(double value, gboolean up)
{
  static const double parts[] = {1, 2, 5, 10};
  double power = pow(10, floor(log10(value) + 1e-12));

  if (up) {
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
      if (parts[i] * power >= value * (1 - 1e-9))
        return parts[i] * power;
    return 10 * power;
  }
  for (guint i = G_N_ELEMENTS(parts); i-- > 0;)
    if (parts[i] * power <= value * (1 + 1e-9))
      return parts[i] * power;
  return power;
}

void
nw_plot_scale_widen(NwPlotScale *scale, guint parts)
{
  double step;

  if (scale->log) {
    scale->low = round_log(scale->low, FALSE);
    scale->high = round_log(scale->high, TRUE);
    return;
  }
  step = nw_plot_round_step((scale->high - scale->low) / MAX(parts, 1));
  if (scale->format == NW_PLOT_WHOLE)
    step = MAX(step, 1);
  scale->low = floor(scale->low / step + 1e-9) * step;
  scale->high = ceil(scale->high / step - 1e-9) * step;
}

double
nw_plot_scale_map(const NwPlotScale *scale, double value)
{
  double low = scale->low, high = scale->high, share;

  if (scale->log) {
    low = log(low);
    high = log(high);
    value = value > 0 ? log(value) : -HUGE_VALUE;
  }
  share = (value - low) / (high - low);
  return scale->from + CLAMP(share, -1, 2) * (scale->to - scale->from);
}

double
nw_plot_scale_unmap(const NwPlotScale *scale, double place)
{
  double share = (place - scale->from) / (scale->to - scale->from);

  if (scale->log)
    return exp(log(scale->low) + share * (log(scale->high) - log(scale->low)));
  return scale->low + share * (scale->high - scale->low);
}

/* ── ticks ───────────────────────────────────────────────────────────────────────────────────── */

static void
add_major(NwPlotTicks *ticks, double value)
{
  if (ticks->n_major < NW_PLOT_MAX_TICKS)
    ticks->major[ticks->n_major++].value = value;
}

static void
add_minor(NwPlotTicks *ticks, double value)
{
  if (ticks->n_minor < G_N_ELEMENTS(ticks->minor))
    ticks->minor[ticks->n_minor++] = value;
}

/* All labels of an axis have the same number of decimals, as many as @step needs. */
static void
label_linear(const NwPlotScale *scale, double step, NwPlotTicks *ticks)
{
  double unit = scale->format == NW_PLOT_PERCENT ? 100 : 1;
  double largest = MAX(fabs(scale->low), fabs(scale->high)) * unit;
  int decimals = MAX(0, (int)ceil(-log10(step * unit) - 1e-9));
  gboolean as_power = largest >= 1e7 || largest < 5e-4;

  for (guint i = 0; i < ticks->n_major; i++) {
    double value = ticks->major[i].value * unit;
    char *label = ticks->major[i].label;

    if (value == 0) {
      g_strlcpy(label, "0", sizeof ticks->major[i].label);
    } else if (as_power) {
      int digits = value == 0 ? 0 : (int)floor(log10(fabs(value)) + 1e-9) + decimals;
      if (decimals == 0)
        digits =
            value == 0 ? 0 : (int)(floor(log10(fabs(value)) + 1e-9) - floor(log10(step) + 1e-9));
      nw_plot_format_power(value, CLAMP(digits, 0, 12), label, sizeof ticks->major[i].label);
    } else {
      nw_plot_format_fixed(value, MIN(decimals, 15), label, sizeof ticks->major[i].label);
    }
    if (scale->format == NW_PLOT_PERCENT)
      g_strlcat(label, "\u202f%", sizeof ticks->major[i].label);
  }
}

static void
find_linear(const NwPlotScale *scale, double room, NwPlotTicks *ticks)
{
  double length = fabs(scale->to - scale->from);
  double parts = CLAMP(length / MAX(room, 1), 1, NW_PLOT_MAX_TICKS - 2);
  double step = nw_plot_round_step((scale->high - scale->low) / parts);
  double first, last, minor, slack;
  guint n_minor = 5;

  if (scale->format == NW_PLOT_WHOLE)
    step = MAX(step, 1);
  /* A tick on an end counts although rounding may put it a hair outside. */
  slack = (scale->high - scale->low) * 1e-6;
  first = ceil((scale->low - slack) / step);
  last = floor((scale->high + slack) / step);
  for (double k = first; k <= last && ticks->n_major < NW_PLOT_MAX_TICKS; k++)
    add_major(ticks, k * step);

  /* Steps of 2 are halved twice, those of 1 and 5 have fifths. */
  if (fabs(step / pow(10, floor(log10(step) + 1e-9)) - 2) < 1e-6)
    n_minor = 4;
  minor = step / n_minor;
  if (length * minor / (scale->high - scale->low) >= 5 &&
      !(scale->format == NW_PLOT_WHOLE && minor < 1 - 1e-9)) {
    for (double k = ceil((scale->low - slack) / minor); k <= (scale->high + slack) / minor; k++)
      if (fabs(remainder(k, n_minor)) > 0.5)
        add_minor(ticks, k * minor);
  }
  label_linear(scale, step, ticks);
}

static void
label_log(const NwPlotScale *scale, NwPlotTicks *ticks)
{
  double unit = scale->format == NW_PLOT_PERCENT ? 100 : 1;

  for (guint i = 0; i < ticks->n_major; i++) {
    double value = ticks->major[i].value * unit;
    int decade = (int)floor(log10(value) + 1e-9);
    char *label = ticks->major[i].label;

    if (decade < -4 || decade > 5)
      nw_plot_format_power(value, 0, label, sizeof ticks->major[i].label);
    else
      nw_plot_format_fixed(value, MAX(0, -decade), label, sizeof ticks->major[i].label);
    if (scale->format == NW_PLOT_PERCENT)
      g_strlcat(label, "\u202f%", sizeof ticks->major[i].label);
  }
}

static void
find_log(const NwPlotScale *scale, double room, NwPlotTicks *ticks)
{
  static const int parts[] = {1, 2, 5};
  double low = log10(scale->low), high = log10(scale->high);
  double per_decade = fabs(scale->to - scale->from) / (high - low);
  gboolean with_parts = per_decade * 0.301 >= room; /* from 1 to 2, the closest pair */
  int stride = MAX(1, (int)ceil(room / per_decade));
  int first = (int)floor(low - 1e-9), last = (int)ceil(high + 1e-9);

  for (int decade = first; decade <= last; decade++) {
    double power = pow(10, decade);

    if (with_parts) {
      for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        if (parts[i] * power >= scale->low * (1 - 1e-9) &&
            parts[i] * power <= scale->high * (1 + 1e-9))
          add_major(ticks, parts[i] * power);
    } else if (((decade % stride) + stride) % stride == 0 && power >= scale->low * (1 - 1e-9) &&
               power <= scale->high * (1 + 1e-9)) {
      add_major(ticks, power);
    }
    if (stride > 1)
      continue;
    for (int part = 2; part <= 9; part++)
      if (part * power >= scale->low && part * power <= scale->high &&
          !(with_parts && (part == 2 || part == 5)) && per_decade >= 60)
        add_minor(ticks, part * power);
  }
  if (ticks->n_major < 2 && high - low < 1) {
    /* Equal steps come closest at the upper end: L / (high · ln(high/low)) pixels per unit there, L
     * / (high − low) on average. */
    double crowding = scale->high * log(scale->high / scale->low) / (scale->high - scale->low);

    *ticks = (NwPlotTicks){0};
    find_linear(scale, room * crowding, ticks);
    return;
  }
  label_log(scale, ticks);
}

void
nw_plot_scale_find_ticks(const NwPlotScale *scale, double room, NwPlotTicks *ticks)
{
  *ticks = (NwPlotTicks){0};
  if (scale->log)
    find_log(scale, room, ticks);
  else
    find_linear(scale, room, ticks);
}
