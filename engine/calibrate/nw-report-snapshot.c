/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-report-snapshot.h"

#include <gio/gio.h>
#include <string.h>

#include "nw-report-private.h"

/* One report:
 *   s output   t columns   u head   u verdict of the confidence   b soft   b binary
 *   t rows   t rows that are not finite
 *   ad the summary's numbers
 *   as names of the labels
 *   at of each label: rows, positives, verdict
 *   ad of each label: its numbers
 *   au of each label: the histogram [2, NW_HISTOGRAM_BINS]
 *   au of each bin its count, ad its mean prediction and mean target: NW_LABEL_BINS for each label,
 *      then NW_CONFIDENCE_BINS for the confidence, if there is one
 * Edges and intervals follow from these. */
#define TYPE      "(stuubbttadasatadauauad)"
#define MAX_BYTES ((gsize)256 << 20) /* of a snapshot that is read */

static const gsize summary_numbers[] = {
    G_STRUCT_OFFSET(NwReportSummary, accuracy),      G_STRUCT_OFFSET(NwReportSummary, ece),
    G_STRUCT_OFFSET(NwReportSummary, mce),           G_STRUCT_OFFSET(NwReportSummary, pooled_ece),
    G_STRUCT_OFFSET(NwReportSummary, classwise_ece), G_STRUCT_OFFSET(NwReportSummary, brier),
    G_STRUCT_OFFSET(NwReportSummary, log_loss),      G_STRUCT_OFFSET(NwReportSummary, mae),
    G_STRUCT_OFFSET(NwReportSummary, rmse),
};

static const gsize label_numbers[] = {
    G_STRUCT_OFFSET(NwReportLabel, prevalence), G_STRUCT_OFFSET(NwReportLabel, mean_predicted),
    G_STRUCT_OFFSET(NwReportLabel, ece),        G_STRUCT_OFFSET(NwReportLabel, mce),
    G_STRUCT_OFFSET(NwReportLabel, ece_floor),  G_STRUCT_OFFSET(NwReportLabel, brier),
    G_STRUCT_OFFSET(NwReportLabel, log_loss),
};

#define N_COUNTS   3
#define N_NUMBERS  G_N_ELEMENTS(label_numbers)
#define HISTOGRAMS (2 * NW_HISTOGRAM_BINS)

static double *
number_at(const void *object, gsize offset)
{
  return (double *)((char *)object + offset);
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────────── */

static GVariant *
array_of(const char *type, const GArray *values)
{
  return g_variant_new_fixed_array(G_VARIANT_TYPE(type), values->data, values->len,
                                   g_array_get_element_size((GArray *)values));
}

static void
append_bins(GArray *counts, GArray *means, const NwBin *bins, guint n)
{
  for (guint b = 0; b < n; b++) {
    guint32 count = (guint32)bins[b].count;
    g_array_append_val(counts, count);
    g_array_append_val(means, bins[b].predicted);
    g_array_append_val(means, bins[b].observed);
  }
}

static GVariant *
report_to_variant(const NwReport *report)
{
  const NwReportSummary *summary = &report->summary;
  g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(double));
  g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(guint64));
  g_autoptr(GArray) label = g_array_new(FALSE, FALSE, sizeof(double));
  g_autoptr(GArray) histogram = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_autoptr(GArray) bin_counts = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_autoptr(GArray) means = g_array_new(FALSE, FALSE, sizeof(double));

  for (gsize i = 0; i < G_N_ELEMENTS(summary_numbers); i++)
    g_array_append_vals(numbers, number_at(summary, summary_numbers[i]), 1);
  for (guint l = 0; l < summary->n_labels; l++) {
    const NwReportLabel *one = &report->labels[l];
    guint64 three[N_COUNTS] = {one->count, one->positives, one->verdict};

    g_array_append_vals(counts, three, N_COUNTS);
    for (gsize i = 0; i < N_NUMBERS; i++)
      g_array_append_vals(label, number_at(one, label_numbers[i]), 1);
    g_array_append_vals(histogram, one->histogram, HISTOGRAMS);
    append_bins(bin_counts, means, one->bins, NW_LABEL_BINS);
  }
  if (report->confidence != NULL)
    append_bins(bin_counts, means, report->confidence, NW_CONFIDENCE_BINS);
  return g_variant_new(
      "(stuubbtt@ad@as@at@ad@au@au@ad)", report->output, (guint64)report->cols,
      (guint32)summary->head, (guint32)report->confidence_verdict, summary->soft, summary->binary,
      (guint64)summary->rows, (guint64)summary->not_finite, array_of("d", numbers),
      g_variant_new_strv((const char *const *)report->names, (gssize)summary->n_labels),
      array_of("t", counts), array_of("d", label), array_of("u", histogram),
      array_of("u", bin_counts), array_of("d", means));
}

/* Little-endian in the file. (transfer full) */
static GVariant *
take_ordered(GVariant *variant)
{
#if G_BYTE_ORDER == G_BIG_ENDIAN
  GVariant *swapped = g_variant_byteswap(variant);
  g_variant_unref(variant);
  return swapped;
#else
  return variant;
#endif
}

char *
nw_report_snapshot_write(NwReport *const *reports, guint n, gsize *length)
{
  g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a" TYPE));
  g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
  g_autoptr(GZlibCompressor) zlib = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW, 1);
  g_autoptr(GOutputStream) stream = g_converter_output_stream_new(memory, G_CONVERTER(zlib));
  g_autoptr(GVariant) variant = NULL;
  guint found = 0;

  for (guint i = 0; i < n; i++) {
    if (reports[i] == NULL)
      continue;
    g_variant_builder_add_value(&builder, report_to_variant(reports[i]));
    found++;
  }
  if (found == 0)
    return NULL;
  variant = take_ordered(g_variant_ref_sink(g_variant_builder_end(&builder)));
  g_output_stream_write_all(stream, g_variant_get_data(variant), g_variant_get_size(variant), NULL,
                            NULL, NULL);
  g_output_stream_close(stream, NULL, NULL);
  *length = g_memory_output_stream_get_data_size(G_MEMORY_OUTPUT_STREAM(memory));
  return g_memory_output_stream_steal_data(G_MEMORY_OUTPUT_STREAM(memory));
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

/* The child @i as an array of exactly @n items; NULL otherwise. */
static const void *
get_array(GVariant *variant, gsize i, gsize n, gsize size)
{
  g_autoptr(GVariant) child = g_variant_get_child_value(variant, i);
  gsize length;
  const void *data = g_variant_get_fixed_array(child, &length, size);

  return length == n ? data : NULL; /* lies in the bytes of @variant */
}

static void
read_bins(NwBin *bins, guint n, const guint32 *counts, const double *means)
{
  for (guint b = 0; b < n; b++) {
    NwBin *bin = &bins[b];
    double count = counts[b];

    bin->low = (double)b / n;
    bin->high = (double)(b + 1) / n;
    bin->count = counts[b];
    bin->predicted = means[2 * b];
    bin->observed = means[2 * b + 1];
    nw_wilson(bin->observed * count, count, NW_Z_95, &bin->observed_low, &bin->observed_high);
  }
}

static void
read_labels(NwReport *report, const guint64 *counts, const double *numbers,
            const guint32 *histogram, const guint32 *bin_counts, const double *means)
{
  for (guint l = 0; l < report->summary.n_labels; l++) {
    NwReportLabel *label = &report->labels[l];
    gsize first = (gsize)l * NW_LABEL_BINS;

    label->name = report->names[l];
    label->count = (gsize)counts[l * N_COUNTS];
    label->positives = (gsize)counts[l * N_COUNTS + 1];
    label->verdict = (NwVerdict)MIN(counts[l * N_COUNTS + 2], NW_N_VERDICTS - 1);
    for (gsize i = 0; i < N_NUMBERS; i++)
      *number_at(label, label_numbers[i]) = numbers[l * N_NUMBERS + i];
    memcpy(label->histogram, histogram + (gsize)l * HISTOGRAMS, sizeof label->histogram);
    read_bins(label->bins, NW_LABEL_BINS, bin_counts + first, means + 2 * first);
  }
}

static NwReport *
report_from_variant(GVariant *variant)
{
  g_autoptr(NwReport) report = NULL;
  g_autofree char *output = NULL;
  guint64 cols, rows, not_finite;
  guint32 head, verdict;
  gboolean soft, binary;
  const guint64 *counts;
  const double *numbers, *label, *means;
  const guint32 *histogram, *bin_counts;
  gsize n, n_bins;

  g_variant_get(variant, "(stuubbtt@ad@as@at@ad@au@au@ad)", &output, &cols, &head, &verdict, &soft,
                &binary, &rows, &not_finite, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
  if (head > NW_HEAD_SOFTMAX || rows > G_MAXUINT32)
    return NULL;
  report = nw_report_alloc(output, (gsize)cols);
  g_variant_get_child(variant, 9, "^as", &report->names);
  n = g_strv_length(report->names);
  n_bins = n * NW_LABEL_BINS + (head == NW_HEAD_SOFTMAX ? NW_CONFIDENCE_BINS : 0);
  numbers = get_array(variant, 8, G_N_ELEMENTS(summary_numbers), sizeof(double));
  counts = get_array(variant, 10, n * N_COUNTS, sizeof(guint64));
  label = get_array(variant, 11, n * N_NUMBERS, sizeof(double));
  histogram = get_array(variant, 12, n * HISTOGRAMS, sizeof(guint32));
  bin_counts = get_array(variant, 13, n_bins, sizeof(guint32));
  means = get_array(variant, 14, 2 * n_bins, sizeof(double));
  if (numbers == NULL || (n > 0 && (counts == NULL || label == NULL || histogram == NULL)) ||
      (n_bins > 0 && (bin_counts == NULL || means == NULL)))
    return NULL;
  report->summary = (NwReportSummary){.head = (NwHead)head,
                                      .soft = soft,
                                      .binary = binary,
                                      .rows = (gsize)rows,
                                      .not_finite = (gsize)not_finite,
                                      .n_labels = (guint)n};
  for (gsize i = 0; i < G_N_ELEMENTS(summary_numbers); i++)
    *number_at(&report->summary, summary_numbers[i]) = numbers[i];
  report->confidence_verdict = (NwVerdict)MIN(verdict, NW_N_VERDICTS - 1);
  report->labels = g_new0(NwReportLabel, n + 1);
  report->rankings = g_new0(NwReportRanking, n + 1);
  read_labels(report, counts, label, histogram, bin_counts, means);
  if (head == NW_HEAD_SOFTMAX) {
    report->confidence = g_new(NwBin, NW_CONFIDENCE_BINS);
    read_bins(report->confidence, NW_CONFIDENCE_BINS, bin_counts + n * NW_LABEL_BINS,
              means + 2 * n * NW_LABEL_BINS);
  }
  nw_report_sort_labels(report);
  return g_steal_pointer(&report);
}

/* NULL: damaged, or larger than any snapshot is. */
static GBytes *
inflate(const void *data, gsize length)
{
  g_autoptr(GInputStream) memory = g_memory_input_stream_new_from_data(data, (gssize)length, NULL);
  g_autoptr(GZlibDecompressor) zlib = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW);
  g_autoptr(GInputStream) stream = g_converter_input_stream_new(memory, G_CONVERTER(zlib));
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  guint8 part[16384];
  gssize n;

  while ((n = g_input_stream_read(stream, part, sizeof part, NULL, NULL)) > 0) {
    g_byte_array_append(bytes, part, (guint)n);
    if (bytes->len > MAX_BYTES)
      return NULL;
  }
  return n == 0 ? g_byte_array_free_to_bytes(g_steal_pointer(&bytes)) : NULL;
}

GPtrArray *
nw_report_snapshot_read(const void *data, gsize length)
{
  g_autoptr(GBytes) bytes = inflate(data, length);
  g_autoptr(GVariant) variant = NULL;
  g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);

  if (bytes == NULL)
    return NULL;
  variant = take_ordered(
      g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE("a" TYPE), bytes, FALSE)));
  if (!g_variant_is_normal_form(variant))
    return NULL;
  for (gsize i = 0; i < g_variant_n_children(variant); i++) {
    g_autoptr(GVariant) child = g_variant_get_child_value(variant, i);
    NwReport *report = report_from_variant(child);

    if (report == NULL)
      return NULL;
    g_ptr_array_add(reports, report);
  }
  return g_steal_pointer(&reports);
}
