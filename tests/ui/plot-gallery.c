/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Draws every kind of plot into a folder, to be looked at: plot-gallery FOLDER [NAME]. */
#include "plot-examples.h"

#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  double width, height;
} sizes[] = {{"tiny", 120, 90}, {"small", 240, 160}, {"medium", 420, 300}, {"large", 920, 420}};

int
main(int argc, char **argv)
{
  const char *folder = argc > 1 ? argv[1] : ".", *only = argc > 2 ? argv[2] : NULL;

  for (const PlotExample *e = plot_examples_get(); e->name != NULL; e++)
    for (guint s = 0; s < G_N_ELEMENTS(sizes); s++)
      for (guint dark = 0; dark < 2; dark++) {
        g_autofree char *path = g_strdup_printf("%s/%s-%s-%s.png", folder, e->name, sizes[s].name,
                                                dark ? "dark" : "light");
        g_autofree char *words = NULL;
        g_autoptr(GError) error = NULL;
        gint64 start = g_get_monotonic_time();

        if (only != NULL && strstr(path, only) == NULL)
          continue;
        if (!nw_plot_export(e->kind, e->data, path, sizes[s].width, sizes[s].height,
                            nw_plot_theme_get(dark), &error)) {
          fprintf(stderr, "%s\n", error->message);
          return 1;
        }
        words = e->kind->describe(e->data);
        if (dark == 0)
          printf("%-24s %-6s %6.1f ms  %s\n", e->name, sizes[s].name,
                 (g_get_monotonic_time() - start) / 1e3, s == 0 ? words : "");
      }
  return 0;
}
