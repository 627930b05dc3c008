/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the program remembers between starts and nobody would call a setting of a project: window
 * size and appearance. The keys and their types are in the GSettings schema in resources/install. */
#pragma once

#include <gio/gio.h>

/* NULL when the schema is nowhere to be found: then nothing is remembered. Kept until the end. */
GSettings *nw_state_get(void);
