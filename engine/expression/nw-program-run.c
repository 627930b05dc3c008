/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-program-private.h"

#include <string.h>

#include "nw-vec.h"

/* Numbers that steps calculate per task, the same at any number of threads. */
#define TASK_WORK 65536

/* ── walking ─────────────────────────────────────────────────────────────────────────────────── */

/* Goes through numbers first … first + n − 1 of a loop in runs along the walk's last axis. */
typedef struct {
  const NwWalk *walk;
  gsize index[NW_MAX_RANK + 1];
  gsize offset; /* in the tensor, of the run at hand */
  gsize run;    /* its length */
  gsize left;   /* numbers from its first on */
} Runs;

static void
cut_run(Runs *runs)
{
  int last = runs->walk->rank - 1;
  runs->run = last == 0 ? runs->left : MIN(runs->walk->dim[last] - runs->index[last], runs->left);
}

static Runs
runs_begin(const NwWalk *walk, gsize first, gsize n)
{
  Runs runs = {.walk = walk, .left = n};
  for (int axis = walk->rank - 1; axis >= 0; axis--) {
    runs.index[axis] = axis == 0 ? first : first % walk->dim[axis];
    first = axis == 0 ? 0 : first / walk->dim[axis];
    runs.offset += runs.index[axis] * walk->stride[axis];
  }
  cut_run(&runs);
  return runs;
}

/* FALSE when nothing is left. */
static gboolean
runs_next(Runs *runs)
{
  const NwWalk *walk = runs->walk;
  int axis = walk->rank - 1;

  runs->left -= runs->run;
  if (runs->left == 0)
    return FALSE;
  runs->offset += runs->run * walk->stride[axis];
  runs->index[axis] += runs->run;
  for (; axis > 0 && runs->index[axis] == walk->dim[axis]; axis--) {
    runs->offset -= walk->dim[axis] * walk->stride[axis];
    runs->index[axis] = 0;
    runs->index[axis - 1]++;
    runs->offset += walk->stride[axis - 1];
  }
  cut_run(runs);
  return TRUE;
}

/* y[n] = x, repeated */
static void
gather(const NwWalk *walk, const NwReal *x, gsize first, NwReal *y, gsize n)
{
  Runs runs = runs_begin(walk, first, n);
  gsize stride = walk->stride[walk->rank - 1];

  do {
    const NwReal *from = x + runs.offset;
    if (stride == 1)
      memcpy(y, from, runs.run * sizeof *y);
    else if (stride == 0)
      nw_vec()->fill(from[0], y, runs.run);
    else
      for (gsize i = 0; i < runs.run; i++)
        y[i] = from[i * stride];
    y += runs.run;
  } while (runs_next(&runs));
}

/* A sum whose end is not there yet; in double, because it may be long. */
typedef struct {
  NwReal *to;
  double sum;
} Sum;

static void
finish_sum(Sum *sum)
{
  if (sum->to != NULL)
    *sum->to += (NwReal)sum->sum;
  *sum = (Sum){NULL, 0};
}

/* y += x[n], summed where y is repeated; the last sum may go on in @sum. */
static void
scatter(const NwWalk *walk, const NwReal *x, gsize first, NwReal *y, gsize n, Sum *sum)
{
  Runs runs = runs_begin(walk, first, n);
  gsize stride = walk->stride[walk->rank - 1];

  do {
    NwReal *to = y + runs.offset;
    if (stride == 1) {
      nw_vec()->add(x, to, runs.run);
    } else if (stride == 0) {
      if (sum->to != to)
        finish_sum(sum);
      sum->to = to;
      sum->sum += (double)nw_vec()->sum(x, runs.run);
    } else {
      for (gsize i = 0; i < runs.run; i++)
        to[i * stride] += x[i];
    }
    x += runs.run;
  } while (runs_next(&runs));
}

/* y = the largest (smallest) of y and x[n]; ties counts how many are. What is no number stays. */
static void
scatter_largest(const NwStep *step, const NwReal *x, gsize first, NwReal *y, NwReal *ties, gsize n)
{
  Runs runs = runs_begin(&step->walk, first, n);
  gsize stride = step->walk.stride[step->walk.rank - 1];
  gboolean largest = step->op->reduce == NW_REDUCE_MAX;

  do {
    for (gsize i = 0; i < runs.run; i++, x++) {
      gsize at = runs.offset + i * stride;
      if ((largest ? *x > y[at] : *x < y[at]) || *x != *x) {
        y[at] = *x;
        ties[at] = 1;
      } else if (*x == y[at]) {
        ties[at]++;
      }
    }
  } while (runs_next(&runs));
}

/* ── one task: all loops for some samples ────────────────────────────────────────────────────── */

typedef struct {
  const NwProgram *program;
  gsize n, samples; /* of the batch; per task */
  const NwReal *const *x;
  NwReal *kept, *y;
  const NwReal *dy;
  NwReal *scratch;
  NwReal *const *dx;
  const gboolean *accumulate;
  guint32 set; /* inputs, as bits, whose gradient one step sets and nothing adds to */
} Job;

/* The loop at hand. */
typedef struct {
  const Job *job;
  gsize first;                                /* sample */
  const NwReal *values[NW_PROGRAM_REGISTERS]; /* where a register's numbers are */
  gboolean needs[NW_PROGRAM_REGISTERS];       /* its gradient */
  NwReal blocks[NW_PROGRAM_REGISTERS][NW_PROGRAM_BLOCK];
  NwReal gradients[NW_PROGRAM_REGISTERS][NW_PROGRAM_BLOCK];
  Sum sums[NW_PROGRAM_REGISTERS]; /* by register: one that is loaded or reduced */
} Task;

static gsize
place_offset(const Job *job, int place, gsize sample)
{
  const NwPlace *p = &job->program->places[place];
  return p->offset * job->n + sample * p->elements;
}

/* Where the values of @place begin, for the task's first sample. */
static NwReal *
values_at(const Task *task, int place)
{
  const Job *job = task->job;
  gsize inputs = job->program->n_inputs, offset = place_offset(job, place, task->first);
  return (gsize)place < inputs    ? (NwReal *)job->x[place] + offset
         : (gsize)place == inputs ? job->y + offset
                                  : job->kept + offset;
}

/* The same of its gradient; NULL: not wanted. */
static NwReal *
gradient_at(const Task *task, int place)
{
  const Job *job = task->job;
  gsize inputs = job->program->n_inputs, offset = place_offset(job, place, task->first);
  if ((gsize)place < inputs)
    return job->dx[place] == NULL ? NULL : job->dx[place] + offset;
  return (gsize)place == inputs ? (NwReal *)job->dy + offset : job->scratch + offset;
}

static void
fill_numbers(Task *task, const NwLoop *loop)
{
  const NwStep *steps = task->job->program->list + loop->first;
  for (int s = 0; s < loop->n; s++)
    if (steps[s].kind == NW_STEP_NUMBER) {
      nw_vec()->fill(steps[s].number, task->blocks[steps[s].reg], NW_PROGRAM_BLOCK);
      task->values[steps[s].reg] = task->blocks[steps[s].reg];
    }
}

/* Registers of @n numbers of the loop, from @at on. */
static void
calculate(Task *task, const NwLoop *loop, gsize at, gsize n)
{
  const NwStep *steps = task->job->program->list + loop->first;

  for (int s = 0; s < loop->n; s++) {
    const NwStep *step = &steps[s];
    NwReal *block = task->blocks[step->reg];
    const NwReal *args[NW_PRIMITIVE_MAX_ARGS];

    if (step->kind == NW_STEP_LOAD) {
      const NwReal *x = values_at(task, step->place);
      if (nw_walk_is_plain(&step->walk))
        task->values[step->reg] = x + at;
      else {
        gather(&step->walk, x, at, block, n);
        task->values[step->reg] = block;
      }
    } else if (step->kind == NW_STEP_APPLY) {
      for (int k = 0; k < step->op->n_args; k++)
        args[k] = task->values[step->args[k]];
      step->op->forward(args, block, n);
      task->values[step->reg] = block;
    }
  }
}

/* ── forward ─────────────────────────────────────────────────────────────────────────────────── */

static void
begin_reductions(Task *task, const NwLoop *loop, gsize samples)
{
  const NwProgram *program = task->job->program;

  for (int s = loop->first; s < loop->first + loop->n; s++) {
    const NwStep *step = &program->list[s];
    if (step->kind != NW_STEP_REDUCE)
      continue;
    gsize n = samples * program->places[step->place].elements;
    nw_vec()->fill(step->op->reduce == NW_REDUCE_MAX   ? -(NwReal)INFINITY
                   : step->op->reduce == NW_REDUCE_MIN ? (NwReal)INFINITY
                                                       : 0,
                   values_at(task, step->place), n);
    if (step->ties >= 0)
      nw_vec()->fill(0, values_at(task, step->ties), n);
  }
}

static void
put(Task *task, const NwLoop *loop, gsize at, gsize n)
{
  const NwStep *steps = task->job->program->list + loop->first;

  for (int s = 0, reduction = 0; s < loop->n; s++) {
    const NwStep *step = &steps[s];
    if (step->kind == NW_STEP_STORE) {
      memcpy(values_at(task, step->place) + at, task->values[step->reg], n * sizeof(NwReal));
    } else if (step->kind == NW_STEP_REDUCE) {
      const NwReal *x = task->values[step->reg];
      NwReal *y = values_at(task, step->place);
      if (step->ties >= 0)
        scatter_largest(step, x, at, y, values_at(task, step->ties), n);
      else
        scatter(&step->walk, x, at, y, n, &task->sums[reduction++]);
    }
  }
}

static void
end_reductions(Task *task, const NwLoop *loop, gsize samples)
{
  const NwProgram *program = task->job->program;

  for (int i = 0; i < NW_PROGRAM_REGISTERS; i++)
    finish_sum(&task->sums[i]);
  for (int s = loop->first; s < loop->first + loop->n; s++) {
    const NwStep *step = &program->list[s];
    NwReal *y = step->kind == NW_STEP_REDUCE ? values_at(task, step->place) : NULL;
    if (y != NULL && step->factor != 1)
      nw_vec()->scale(step->factor, y, y, samples * program->places[step->place].elements);
  }
}

static void
forward_cb(gpointer data, gsize index)
{
  const Job *job = data;
  const NwProgram *program = job->program;
  Task task;
  gsize samples = MIN(job->samples, job->n - index * job->samples);

  task.job = job;
  task.first = index * job->samples;
  memset(task.sums, 0, sizeof task.sums);
  for (int k = 0; k < program->n_loops; k++) {
    const NwLoop *loop = &program->loops[k];
    gsize total = samples * loop->elements;

    begin_reductions(&task, loop, samples);
    fill_numbers(&task, loop);
    for (gsize at = 0; at < total; at += NW_PROGRAM_BLOCK) {
      gsize n = MIN(NW_PROGRAM_BLOCK, total - at);
      calculate(&task, loop, at, n);
      put(&task, loop, at, n);
    }
    end_reductions(&task, loop, samples);
  }
}

/* ── backward ────────────────────────────────────────────────────────────────────────────────── */

/* Which registers of the loop need a gradient; @wanted[place] is known for the loops before, and is
 * set for what this one makes. */
static void
find_needs(Task *task, const NwLoop *loop, gboolean *wanted)
{
  const NwStep *steps = task->job->program->list + loop->first;

  for (int s = 0; s < loop->n; s++) {
    const NwStep *step = &steps[s];
    gboolean needs = FALSE;
    switch (step->kind) {
    case NW_STEP_LOAD:
    case NW_STEP_NUMBER:
      task->needs[step->reg] = step->kind == NW_STEP_LOAD && wanted[step->place];
      break;
    case NW_STEP_APPLY:
      for (int k = 0; k < step->op->n_args; k++)
        needs |= step->op->backward != NULL && task->needs[step->args[k]];
      task->needs[step->reg] = needs;
      break;
    case NW_STEP_STORE:
    case NW_STEP_REDUCE:
      wanted[step->place] = task->needs[step->reg];
      break;
    }
  }
}

/* dx += dy of the place, to each number that went into it: times the factor of a mean, or shared by
 * the numbers that are the largest. */
static void
reduce_backward(Task *task, const NwStep *step, gsize at, gsize n)
{
  NwReal dy[NW_PROGRAM_BLOCK], y[NW_PROGRAM_BLOCK], ties[NW_PROGRAM_BLOCK];
  NwReal *dx = task->gradients[step->reg];
  const NwReal *x = task->values[step->reg];

  gather(&step->walk, gradient_at(task, step->place), at, dy, n);
  if (step->ties < 0) {
    nw_vec()->axpy(step->factor, dy, dx, n);
    return;
  }
  gather(&step->walk, values_at(task, step->place), at, y, n);
  gather(&step->walk, values_at(task, step->ties), at, ties, n);
  for (gsize i = 0; i < n; i++)
    dx[i] += x[i] == y[i] ? dy[i] / ties[i] : 0;
}

static void
apply_backward(Task *task, const NwStep *step, gsize n)
{
  const NwReal *args[NW_PRIMITIVE_MAX_ARGS];
  NwReal *slopes[NW_PRIMITIVE_MAX_ARGS];

  for (int k = 0; k < step->op->n_args; k++) {
    args[k] = task->values[step->args[k]];
    slopes[k] = task->needs[step->args[k]] ? task->gradients[step->args[k]] : NULL;
  }
  step->op->backward(args, task->values[step->reg], task->gradients[step->reg], slopes, n);
}

static void
differentiate(Task *task, const NwLoop *loop, gsize at, gsize n)
{
  const NwStep *steps = task->job->program->list + loop->first;

  for (int s = 0; s < loop->n; s++)
    if (steps[s].kind <= NW_STEP_APPLY && task->needs[steps[s].reg])
      memset(task->gradients[steps[s].reg], 0, n * sizeof(NwReal));
  for (int s = loop->n - 1; s >= 0; s--) {
    const NwStep *step = &steps[s];
    if (!task->needs[step->reg])
      continue;
    NwReal *gradient = task->gradients[step->reg];
    if (step->kind == NW_STEP_STORE)
      nw_vec()->add(gradient_at(task, step->place) + at, gradient, n);
    else if (step->kind == NW_STEP_REDUCE)
      reduce_backward(task, step, at, n);
    else if (step->kind == NW_STEP_APPLY)
      apply_backward(task, step, n);
    else if (step->alone && (task->job->set >> step->place & 1) != 0)
      memcpy(gradient_at(task, step->place) + at, gradient, n * sizeof(NwReal));
    else
      scatter(&step->walk, gradient, at, gradient_at(task, step->place), n, &task->sums[step->reg]);
  }
}

/* Gradients are added up from zero, but dy is given and inputs may say otherwise. */
static void
clear_gradients(Task *task, gsize samples)
{
  const Job *job = task->job;
  const NwProgram *program = job->program;

  for (int place = 0; place < program->n_places; place++) {
    gboolean given =
        (gsize)place == program->n_inputs ||
        ((gsize)place < program->n_inputs && (job->accumulate[place] || (job->set >> place & 1)));
    NwReal *gradient = given ? NULL : gradient_at(task, place);
    if (gradient != NULL)
      memset(gradient, 0, samples * program->places[place].elements * sizeof(NwReal));
  }
}

static void
backward_cb(gpointer data, gsize index)
{
  const Job *job = data;
  const NwProgram *program = job->program;
  gboolean wanted[NW_PROGRAM_MAX_INPUTS + 1 + 2 * NW_EXPRESSION_MAX_TERMS];
  Task task;
  gsize samples = MIN(job->samples, job->n - index * job->samples);

  task.job = job;
  task.first = index * job->samples;
  memset(task.sums, 0, sizeof task.sums);
  clear_gradients(&task, samples);
  for (gsize i = 0; i < program->n_inputs; i++)
    wanted[i] = job->dx[i] != NULL;
  for (int k = 0; k < program->n_loops; k++)
    find_needs(&task, &program->loops[k], wanted);
  for (int k = program->n_loops - 1; k >= 0; k--) {
    const NwLoop *loop = &program->loops[k];
    gsize total = samples * loop->elements;

    find_needs(&task, loop, wanted);
    fill_numbers(&task, loop);
    for (gsize at = 0; at < total; at += NW_PROGRAM_BLOCK) {
      gsize n = MIN(NW_PROGRAM_BLOCK, total - at);
      calculate(&task, loop, at, n);
      differentiate(&task, loop, at, n);
    }
    for (int i = 0; i < NW_PROGRAM_REGISTERS; i++)
      finish_sum(&task.sums[i]);
  }
}

/* ── the batch ───────────────────────────────────────────────────────────────────────────────── */

static void
run(Job *job, NwPool *pool, NwPoolFunc func)
{
  job->samples = MAX(TASK_WORK / MAX(job->program->work, 1), 1);
  nw_pool_run(pool, (job->n + job->samples - 1) / job->samples, func, job);
}

void
nw_program_forward(const NwProgram *program, NwPool *pool, gsize n, const NwReal *const *x,
                   NwReal *kept, NwReal *y)
{
  Job job = {.program = program, .n = n, .x = x, .kept = kept, .y = y};
  run(&job, pool, forward_cb);
}

/* Inputs whose gradient need not be cleared first: one step makes all of it, and no other input has
 * the same tensor. */
static guint32
find_set(const NwProgram *program, NwReal *const *dx, const gboolean *accumulate)
{
  guint32 set = program->alone;

  for (gsize i = 0; i < program->n_inputs; i++)
    for (gsize k = 0; k < program->n_inputs; k++)
      if (dx[i] == NULL || accumulate[i] || (k != i && dx[k] == dx[i]))
        set &= ~(1u << i);
  return set;
}

void
nw_program_backward(const NwProgram *program, NwPool *pool, gsize n, const NwReal *const *x,
                    const NwReal *kept, const NwReal *y, const NwReal *dy, NwReal *scratch,
                    NwReal *const *dx, const gboolean *accumulate)
{
  Job job = {.program = program,
             .n = n,
             .x = x,
             .kept = (NwReal *)kept,
             .y = (NwReal *)y,
             .dy = dy,
             .scratch = scratch,
             .dx = dx,
             .accumulate = accumulate,
             .set = find_set(program, dx, accumulate)};
  run(&job, pool, backward_cb);
}
