/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Networks that nobody would draw, of every registered kind: whatever the plan decides about memory,
 * order and fusing must hold for each of them. */
#pragma once

#include <glib.h>

/**
 * net_random:
 * @plain: (out): training and evaluation give the same numbers
 *
 * Text for net(): several inputs and outputs, masks, ids, shared layers; kinds with the parameters of
 * their own examples. The same seed gives the same text. (transfer full)
 */
char *net_random(guint seed, gboolean *plain);
