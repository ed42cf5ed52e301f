#include "kernels.h"

#include <string.h>

static inline int32_t clamp(int32_t value, int32_t upper)
{
    return value < 0 ? 0 : value > upper ? upper : value;
}

void kernel_filter_rows(const uint8_t *plane, int32_t width, int32_t height, size_t bytes_per_line,
                        int32_t first_row, int32_t row_count, const kernel_filter_window *windows,
                        int32_t windows_count, const float *weights, int32_t weight_stride, float *output)
{
    for (int32_t row = 0; row < row_count; row++) {
        const uint8_t *line = plane + (size_t)clamp(first_row + row, height - 1) * bytes_per_line;
        for (int32_t index = 0; index < windows_count; index++) {
            const kernel_filter_window window = windows[index];
            const float *weight = weights + (size_t)index * (size_t)weight_stride;
            float sum = 0;
            if (window.first >= 0 && window.first + window.count <= width) {
                const uint8_t *sample = line + window.first;
                for (int32_t tap = 0; tap < window.count; tap++) sum += weight[tap] * (float)sample[tap];
            } else {
                for (int32_t tap = 0; tap < window.count; tap++) {
                    sum += weight[tap] * (float)line[clamp(window.first + tap, width - 1)];
                }
            }
            *output++ = sum;
        }
    }
}

void kernel_filter_columns(const float *rows, int32_t columns, int32_t first_row,
                           const kernel_filter_window *windows, int32_t windows_count, const float *weights,
                           int32_t weight_stride, float scale, float *output)
{
    for (int32_t index = 0; index < windows_count; index++) {
        const kernel_filter_window window = windows[index];
        const float *weight = weights + (size_t)index * (size_t)weight_stride;
        memset(output, 0, (size_t)columns * sizeof(float));
        for (int32_t tap = 0; tap < window.count; tap++) {
            const float *row = rows + (size_t)(window.first - first_row + tap) * (size_t)columns;
            const float factor = weight[tap] * scale;
            for (int32_t column = 0; column < columns; column++) output[column] += factor * row[column];
        }
        output += columns;
    }
}
