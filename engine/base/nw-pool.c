/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#if defined(__x86_64__) || defined(__i386__)
#define cpu_relax() __builtin_ia32_pause()
#else
#define cpu_relax() atomic_signal_fence(memory_order_seq_cst)
#endif

/* Waiting threads look this often before they sleep: kernels follow each other within microseconds,
 * waking a sleeping thread costs about fifty. */
#define SPINS 4000

/* Nobody may join the job: it is done, or not yet written down. */
#define CLOSED (-1)

struct _NwPool {
  int threads;          /* immutable; with the caller */
  pthread_t *workers;   /* immutable; threads − 1 of them */
  pthread_mutex_t lock;
  pthread_cond_t wake;
  gboolean quit;        /* guarded by lock */

  /* The job at hand; written while it is closed, read by those who joined. */
  NwPoolFunc func;
  gpointer data;
  gsize tasks;
  atomic_size_t next;
  atomic_int joined;    /* workers at this job, or CLOSED */
  atomic_uint round;
};

static void
work(NwPool *pool)
{
  for (;;) {
    gsize task = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (task >= pool->tasks)
      return;
    pool->func(pool->data, task);
  }
}

/* A worker that wakes too late finds the job closed, and nobody has waited for it: on a busy machine
 * the caller does all tasks itself rather than stand by until the scheduler comes round. */
static gboolean
join(NwPool *pool)
{
  int joined = atomic_load(&pool->joined);

  while (joined != CLOSED)
    if (atomic_compare_exchange_weak(&pool->joined, &joined, joined + 1))
      return TRUE;
  return FALSE;
}

/* Waits for the workers that joined to finish their last task. */
static void
close_job(NwPool *pool)
{
  int none = 0;

  for (int i = 0; !atomic_compare_exchange_weak(&pool->joined, &none, CLOSED); i++) {
    none = 0;
    if (i < SPINS)
      cpu_relax();
    else
      sched_yield();
  }
}

static void *
worker_main(void *arg)
{
  NwPool *pool = arg;
  unsigned seen = 0;

  for (;;) {
    for (int i = 0; i < SPINS && atomic_load(&pool->round) == seen; i++)
      cpu_relax();
    if (atomic_load(&pool->round) == seen) {
      pthread_mutex_lock(&pool->lock);
      while (atomic_load(&pool->round) == seen && !pool->quit)
        pthread_cond_wait(&pool->wake, &pool->lock);
      gboolean quit = pool->quit;
      pthread_mutex_unlock(&pool->lock);
      if (quit)
        return NULL;
    }
    seen = atomic_load(&pool->round);
    if (join(pool)) {
      work(pool);
      atomic_fetch_sub(&pool->joined, 1);
    }
  }
}

NwPool *
nw_pool_new(int threads)
{
  NwPool *pool = g_new0(NwPool, 1);
  if (threads <= 0)
    threads = (int)MAX(sysconf(_SC_NPROCESSORS_ONLN), 1);
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pool->workers = g_new0(pthread_t, threads);
  pool->threads = 1;
  atomic_init(&pool->joined, CLOSED);
  for (int i = 1; i < threads; i++) {
    if (pthread_create(&pool->workers[i - 1], NULL, worker_main, pool) != 0)
      break; /* fewer threads than asked for: slower, never wrong */
    pool->threads++;
  }
  return pool;
}

void
nw_pool_free(NwPool *pool)
{
  if (pool == NULL)
    return;
  pthread_mutex_lock(&pool->lock);
  pool->quit = TRUE;
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->lock);
  for (int i = 1; i < pool->threads; i++)
    pthread_join(pool->workers[i - 1], NULL);
  pthread_mutex_destroy(&pool->lock);
  pthread_cond_destroy(&pool->wake);
  g_free(pool->workers);
  g_free(pool);
}

int
nw_pool_get_threads(const NwPool *pool)
{
  return pool == NULL ? 1 : pool->threads;
}

void
nw_pool_run(NwPool *pool, gsize tasks, NwPoolFunc func, gpointer data)
{
  if (pool == NULL || pool->threads == 1 || tasks <= 1) {
    for (gsize task = 0; task < tasks; task++)
      func(data, task);
    return;
  }
  pool->func = func;
  pool->data = data;
  pool->tasks = tasks;
  atomic_store(&pool->next, 0);
  atomic_store(&pool->joined, 0);
  pthread_mutex_lock(&pool->lock);
  atomic_fetch_add(&pool->round, 1);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->lock);
  work(pool);
  close_job(pool);
}
