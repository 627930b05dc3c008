/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Faults that a person can cause. The message is one sentence: what is wrong, where, what to do. */
#pragma once

#include <glib.h>

/**
 * NwError:
 * @NW_ERROR_INPUT: a file, a value or a project is at fault; the message says which and what to do
 * @NW_ERROR_FORMAT: a file is not what it claims to be (truncated, lying header, wrong version)
 * @NW_ERROR_GRAPH: the network cannot be compiled as drawn
 * @NW_ERROR_NOT_FINITE: training met NaN or infinity
 * @NW_ERROR_STOPPED: stopped by the person or by a signal
 * @NW_ERROR_LIMIT: more memory or time would be needed than is allowed
 */
typedef enum {
  NW_ERROR_INPUT,
  NW_ERROR_FORMAT,
  NW_ERROR_GRAPH,
  NW_ERROR_NOT_FINITE,
  NW_ERROR_STOPPED,
  NW_ERROR_LIMIT,
} NwError;

#define NW_ERROR (nw_error_quark())
GQuark nw_error_quark(void);
