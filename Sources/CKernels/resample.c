#include "kernels.h"
#include "dispatch.h"

#include <string.h>

static inline int32_t clamp(int32_t value, int32_t upper)
{
    return value < 0 ? 0 : value > upper ? upper : value;
}

VECTOR_CLONES void kernel_filter_columns(const uint8_t *restrict plane, int32_t height, size_t bytes_per_line,
                                         size_t columns, const kernel_filter_window *windows, int32_t windows_count,
                                         const float *weights, int32_t weight_stride, float *restrict output)
{
    for (int32_t index = 0; index < windows_count; index++) {
        const kernel_filter_window window = windows[index];
        const float *weight = weights + (size_t)index * (size_t)weight_stride;
        memset(output, 0, columns * sizeof(float));
        for (int32_t tap = 0; tap < window.count; tap++) {
            const uint8_t *row = plane + (size_t)clamp(window.first + tap, height - 1) * bytes_per_line;
            const float factor = weight[tap];
            for (size_t column = 0; column < columns; column++) output[column] += factor * (float)row[column];
        }
        output += columns;
    }
}

VECTOR_CLONES void kernel_filter_rows(const float *restrict rows, int32_t rows_count, int32_t first_column,
                                      int32_t columns, const kernel_filter_window *windows, int32_t windows_count,
                                      const float *weights, int32_t weight_stride, float scale,
                                      float *restrict output)
{
    for (int32_t row = 0; row < rows_count; row++) {
        const float *line = rows + (size_t)row * (size_t)columns;
        for (int32_t index = 0; index < windows_count; index++) {
            const kernel_filter_window window = windows[index];
            const float *weight = weights + (size_t)index * (size_t)weight_stride;
            const int32_t first = window.first - first_column;
            float sum = 0;
            if (first >= 0 && first + window.count <= columns) {
                for (int32_t tap = 0; tap < window.count; tap++) sum += weight[tap] * line[first + tap];
            } else {
                for (int32_t tap = 0; tap < window.count; tap++) {
                    sum += weight[tap] * line[clamp(first + tap, columns - 1)];
                }
            }
            *output++ = sum * scale;
        }
    }
}
