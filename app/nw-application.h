/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The program with a window. */
#pragma once

#include <adwaita.h>

#define NW_APP_ID        "io.github.netwright.Netwright"
#define NW_RESOURCE_BASE "/io/github/netwright/Netwright/"

#define NW_TYPE_APPLICATION (nw_application_get_type())
G_DECLARE_FINAL_TYPE(NwApplication, nw_application, NW, APPLICATION, AdwApplication)

/* Opens the studio: on the files in @argv, or on the welcome screen. Returns the exit code. */
int nw_application_run(int argc, char **argv);
