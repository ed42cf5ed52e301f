// Resampling of planes by separable filters.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// One output sample of a separable filter: where its window starts and how long it is.
typedef struct {
    int32_t first;
    int32_t count;
} kernel_filter_window;

/// Filters rows: for each of `row_count` rows from `first_row` of an 8-bit plane, `windows_count` weighted sums of
/// neighbours. `weights` holds `weight_stride` floats a window. Samples beyond the plane are those of its edge.
/// Writes [row_count, windows_count].
void kernel_filter_rows(const uint8_t *plane, int32_t width, int32_t height, size_t bytes_per_line,
                        int32_t first_row, int32_t row_count, const kernel_filter_window *windows,
                        int32_t windows_count, const float *weights, int32_t weight_stride, float *output);

/// Filters columns of [row_count, columns] floats whose first row has number `first_row`: output row r is the
/// weighted sum of the rows in its window, times `scale`. Writes [windows_count, columns].
void kernel_filter_columns(const float *rows, int32_t columns, int32_t first_row,
                           const kernel_filter_window *windows, int32_t windows_count, const float *weights,
                           int32_t weight_stride, float scale, float *output);
