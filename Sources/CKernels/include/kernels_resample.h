// Resampling of planes by separable filters.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// One output sample of a separable filter: where its window starts and how long it is.
typedef struct {
    int32_t first;
    int32_t count;
} kernel_filter_window;

/// Filters columns of an 8-bit plane: output row r is the weighted sum of the rows in its window. `weights` holds
/// `weight_stride` floats a window. Rows beyond the plane are those of its edge. Writes [windows_count, columns].
void kernel_filter_columns(const uint8_t *plane, int32_t height, size_t bytes_per_line, size_t columns,
                           const kernel_filter_window *windows, int32_t windows_count, const float *weights,
                           int32_t weight_stride, float *output);

/// Filters rows of [rows_count, columns] floats whose first column has number `first_column`: for each row,
/// `windows_count` weighted sums of neighbours, times `scale`. Samples beyond the columns are those of their edge.
/// Writes [rows_count, windows_count].
void kernel_filter_rows(const float *rows, int32_t rows_count, int32_t first_column, int32_t columns,
                        const kernel_filter_window *windows, int32_t windows_count, const float *weights,
                        int32_t weight_stride, float scale, float *output);
