/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The engine's only header for the window and the program. */
#pragma once

#include "nw-error.h"
#include "nw-data-guess.h"
#include "nw-data-settings.h"
#include "nw-dataset.h"
#include "nw-evaluate.h"
#include "nw-graph.h"
#include "nw-helper.h"
#include "nw-history.h"
#include "nw-infer.h"
#include "nw-layer.h"
#include "nw-loss.h"
#include "nw-optimizer.h"
#include "nw-param.h"
#include "nw-project.h"
#include "nw-project-json.h"
#include "nw-reader.h"
#include "nw-report.h"
#include "nw-score.h"
#include "nw-scores.h"
#include "nw-shape.h"
#include "nw-table.h"
#include "nw-threshold.h"
#include "nw-trainer.h"
#include "nw-weights.h"
