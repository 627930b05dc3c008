/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every command of the program in one searchable list; Enter runs it. */
#pragma once

#include <adwaita.h>

#define NW_TYPE_COMMAND_PALETTE (nw_command_palette_get_type())
G_DECLARE_FINAL_TYPE(NwCommandPalette, nw_command_palette, NW, COMMAND_PALETTE, AdwWindow)

/* Commands run in @window, which also owns the list. */
void nw_command_palette_open(GtkWindow *window);
