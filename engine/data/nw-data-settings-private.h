/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Filling data settings that nobody else has seen yet. */
#pragma once

#include "nw-data-settings.h"

void nw_data_settings_put_source(NwDataSettings *settings, const NwDataSource *source);
void nw_data_settings_put_column(NwDataSettings *settings, const NwColumnSetting *setting);
void nw_data_settings_put_binding(NwDataSettings *settings, const NwBinding *binding);
void nw_data_settings_put_split(NwDataSettings *settings, const NwSplitSettings *split);
