/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the program remembers between starts and nobody would call a setting of a project: window
 * size and appearance. A key file, so it works from the build tree without installed schemas. */
#pragma once

#include <glib.h>

/* @fallback is returned when nothing was remembered. */
int nw_state_get_int(const char *key, int fallback);
char *nw_state_dup_text(const char *key, const char *fallback);
/* Failing to remember is no fault worth telling anybody. */
void nw_state_set_int(const char *key, int value);
void nw_state_set_text(const char *key, const char *value);
