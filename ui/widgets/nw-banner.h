/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One sentence across the page, with the button that helps and one that closes it. */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_BANNER (nw_banner_get_type())
G_DECLARE_FINAL_TYPE(NwBanner, nw_banner, NW, BANNER, GtkWidget)

GtkWidget *nw_banner_new(void);

/**
 * nw_banner_show:
 * @style: "error", "warning" or "accent"
 * @button: (nullable): label of the button that helps
 * @action: (nullable): detailed name of the action it runs, such as "win.page::data"
 *
 * Replaces what was shown.
 */
void nw_banner_show(NwBanner *banner, const char *style, const char *sentence, const char *button,
                    const char *action);
void nw_banner_hide(NwBanner *banner);
