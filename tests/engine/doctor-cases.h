/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Small projects with and without each trap that the doctor knows. */
#pragma once

/**
 * DoctorCase:
 * @rule: which must find something in @sick and nothing in @well, nor in what its remedies make of
 *   @sick
 * @says: a piece of the sentence
 * @remedies: how many it offers
 *
 * A project is drawn as net.h says; lines with a % in front are its data and settings:
 *
 *   % csv NAME ROWS HEADER ROW …     a source: the rows, over and over; cells are apart by commas
 *   % npy NAME DIMS NUMBERS          a source of one array: the numbers, over and over
 *   % more NAME OF validation|test   NAME's rows are more rows of the source OF
 *   % bind FIELD SOURCE COLUMN …
 *   % column SOURCE COLUMN KIND SCALING
 *   % split VALIDATION TEST [COLUMN] in order, or at random and evenly by the column
 *   % set KEY=VALUE                  as --set
 */
typedef struct {
  const char *rule, *says;
  int remedies;
  const char *sick, *well;
} DoctorCase;

extern const DoctorCase doctor_cases[]; /* ended by a NULL rule */
