#include "dispatch.h"

#include <string.h>

// The windows along an image's side.
static inline size_t windows(const kernel_window *window, size_t side, size_t kernel)
{
    return (side + 2 * window->padding - kernel) / window->stride + 1;
}

// The part of a window's row that lies inside the image: pixels from..<to of the window, at pixel `x` of the image.
typedef struct {
    size_t from, to;
    size_t x;
} run;

static inline run inside(const kernel_window *window, size_t x)
{
    const size_t from = x < window->padding ? window->padding - x : 0;
    const size_t beyond = window->width + window->padding - x;
    const size_t to = window->kernel_width < beyond ? window->kernel_width : beyond;
    return (run){from, to, x + from - window->padding};
}

// Three floats, a window's row over a grey picture, are moved without a call.
static inline void copy_row(float *target, const float *source, size_t count)
{
    if (count == 3) memcpy(target, source, 3 * sizeof(float));
    else memcpy(target, source, count * sizeof(float));
}

void kernel_im2col(const kernel_window *window, const float *input, size_t first_pixel, size_t pixel_count,
                   float *rows)
{
    const size_t channels = window->channels, row_count = window->kernel_width * channels;
    const size_t down = windows(window, window->height, window->kernel_height);
    const size_t across = windows(window, window->width, window->kernel_width);
    size_t column = first_pixel % across, line = first_pixel / across % down;
    const float *image = input + first_pixel / across / down * window->height * window->width * channels;
    for (size_t index = 0; index < pixel_count; index++) {
        const size_t y = line * window->stride;
        const run part = inside(window, column * window->stride);
        for (size_t row = 0; row < window->kernel_height; row++) {
            const size_t source_line = y + row - window->padding;
            if (source_line >= window->height) {
                memset(rows, 0, row_count * sizeof(float));
            } else {
                const float *source = image + (source_line * window->width + part.x) * channels;
                if (part.to - part.from == window->kernel_width) {
                    copy_row(rows, source, row_count);
                } else {
                    memset(rows, 0, row_count * sizeof(float));
                    memcpy(rows + part.from * channels, source, (part.to - part.from) * channels * sizeof(float));
                }
            }
            rows += row_count;
        }
        if (++column < across) continue;
        column = 0;
        if (++line < down) continue;
        line = 0;
        image += window->height * window->width * channels;
    }
}

VECTOR_CLONES
void kernel_col2im(const kernel_window *window, const float *rows, float *result)
{
    const size_t channels = window->channels;
    const size_t down = windows(window, window->height, window->kernel_height);
    const size_t across = windows(window, window->width, window->kernel_width);
    for (size_t y = 0; y < down; y++) {
        for (size_t x = 0; x < across; x++) {
            const run part = inside(window, x * window->stride);
            for (size_t row = 0; row < window->kernel_height; row++) {
                const size_t line = y * window->stride + row - window->padding;
                if (line < window->height) {
                    float *target = result + (line * window->width + part.x) * channels;
                    const float *source = rows + part.from * channels;
                    const size_t count = (part.to - part.from) * channels;
                    for (size_t index = 0; index < count; index++) target[index] += source[index];
                }
                rows += window->kernel_width * channels;
            }
        }
    }
}

// Inputs that are laid out together: a cache line of each output's weights is read once.
#define INPUT_BLOCK 8

void kernel_pack_window_filters(const kernel_filters *filters, const float *weights, size_t first_panel,
                                size_t panel_count, float *panels)
{
    const size_t inputs = filters->inputs, taps = filters->taps, repeats = filters->repeats;
    for (size_t panel = first_panel; panel < first_panel + panel_count; panel++) {
        const float *source = weights + panel * KERNEL_PANEL_COLUMNS * repeats * inputs * taps;
        float *target = panels + panel * taps * inputs * KERNEL_PANEL_COLUMNS;
        for (size_t repeat = 0; repeat < repeats; repeat++) {
            for (size_t first = 0; first < inputs; first += INPUT_BLOCK) {
                const size_t end = SMALLER(first + INPUT_BLOCK, inputs);
                for (size_t tap = 0; tap < taps; tap++) {
                    for (size_t output = 0; output < KERNEL_PANEL_COLUMNS; output++) {
                        const float *row = source + (output * repeats + repeat) * inputs * taps + tap;
                        float *column = target + tap * inputs * KERNEL_PANEL_COLUMNS + output;
                        for (size_t input = first; input < end; input++) {
                            float *place = column + input * KERNEL_PANEL_COLUMNS;
                            *place = row[input * taps] + (repeat ? *place : 0.0f);
                        }
                    }
                }
            }
        }
    }
}

void kernel_pack_window_filters_transposed(const kernel_filters *filters, const float *weights, size_t first_output,
                                           size_t output_count, float *transposed)
{
    const size_t inputs = filters->inputs, taps = filters->taps, repeats = filters->repeats;
    const size_t inner = inputs * taps, edge = inner % KERNEL_PANEL_COLUMNS;
    for (size_t output = first_output; output < first_output + output_count; output++) {
        const float *source = weights + output * repeats * inner;
        size_t place = 0;
        for (size_t tap = 0; tap < taps; tap++) {
            for (size_t input = 0; input < inputs; input++, place++) {
                float sum = 0;
                for (size_t repeat = 0; repeat < repeats; repeat++) sum += source[repeat * inner + input * taps + tap];
                transposed[(place / KERNEL_PANEL_COLUMNS * filters->outputs + output) * KERNEL_PANEL_COLUMNS
                           + place % KERNEL_PANEL_COLUMNS] = sum;
            }
        }
        if (edge) {
            float *row = transposed + (inner / KERNEL_PANEL_COLUMNS * filters->outputs + output) * KERNEL_PANEL_COLUMNS;
            memset(row + edge, 0, (KERNEL_PANEL_COLUMNS - edge) * sizeof(float));
        }
    }
}

void kernel_unpack_window_gradient(const kernel_filters *filters, const float *sums, size_t first_output,
                                   size_t output_count, float *gradient)
{
    const size_t inputs = filters->inputs, taps = filters->taps, repeats = filters->repeats;
    const size_t inner = inputs * taps;
    for (size_t first = 0; first < inputs; first += INPUT_BLOCK) {
        const size_t end = SMALLER(first + INPUT_BLOCK, inputs);
        for (size_t output = first_output; output < first_output + output_count; output++) {
            for (size_t repeat = 0; repeat < repeats; repeat++) {
                float *target = gradient + (output * repeats + repeat) * inner;
                for (size_t tap = 0; tap < taps; tap++) {
                    for (size_t input = first; input < end; input++) {
                        target[input * taps + tap] = sums[(tap * inputs + input) * filters->outputs + output];
                    }
                }
            }
        }
    }
}
