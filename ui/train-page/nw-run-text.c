/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-text.h"

#include <math.h>

#include "nw-plot-text.h"

char *
nw_run_dup_epochs(NwRun *run)
{
  return g_strdup_printf("%" G_GSIZE_FORMAT, nw_run_get_n_epochs(run));
}

char *
nw_run_dup_best_loss(NwRun *run)
{
  double loss = nw_run_get_best_loss(run);

  return isnan(loss) ? g_strdup("–") : nw_plot_format_value(loss);
}

char *
nw_run_dup_ece(NwRun *run)
{
  double ece = nw_run_get_mean_ece(run);

  return isnan(ece) ? g_strdup("–") : nw_plot_format_percent(ece);
}

char *
nw_run_dup_time(NwRun *run)
{
  guint seconds = (guint)nw_run_get_progress(run)->elapsed;

  return g_strdup_printf("%u:%02u", seconds / 60, seconds % 60);
}
