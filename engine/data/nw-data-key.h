/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Names a prepared dataset by everything it is made from: settings, what the network asks for, and
 * the files as they are on disk. Equal keys, equal datasets; so runs can share one. */
#pragma once

#include "nw-dataset.h"

/* @base_dir: (nullable). (transfer full) */
char *nw_data_key_new(NwDataSettings *settings, const char *base_dir,
                      const NwFieldRequest *requests, gsize n_requests);
