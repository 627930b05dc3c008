/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-build.h"

#include <pthread.h>
#include <string.h>

#include "nw-file.h"
#include "nw-version.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char *build; /* immutable after once */

static void
describe(void)
{
  g_autofree char *checksum = nw_file_checksum("/proc/self/exe", NULL);

  build = checksum != NULL ? g_strdup_printf("%s (%.16s)", NW_ENGINE_VERSION, checksum)
                           : g_strdup(NW_ENGINE_VERSION);
}

const char *
nw_build_describe(void)
{
  pthread_once(&once, describe);
  return build;
}

char *
nw_weights_checksum(const NwWeights *weights)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

  for (guint i = 0; i < nw_weights_get_n(weights); i++) {
    const NwWeight *weight = nw_weights_get(weights, i);
    g_autofree char *shape = nw_shape_to_text(&weight->shape);

    g_checksum_update(sum, (const guchar *)weight->name, (gssize)strlen(weight->name) + 1);
    g_checksum_update(sum, (const guchar *)shape, (gssize)strlen(shape) + 1);
    g_checksum_update(sum, (const guchar *)weight->value,
                      (gssize)(weight->n * sizeof *weight->value));
  }
  return g_strdup(g_checksum_get_string(sum));
}
