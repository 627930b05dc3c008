/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How well something answers to what was typed. */
#pragma once

#include <glib.h>

/* 0 is best (or nothing was typed), −1: not at all. Letter case, spaces and “_” do not count.
 * @words, @text: (nullable): less telling than @title. */
int nw_match_rank(const char *query, const char *title, const char *words, const char *text);
