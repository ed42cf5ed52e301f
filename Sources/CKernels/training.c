#include "dispatch.h"

#include <string.h>

// Rows whose sums are kept in single precision before they are added to the double ones.
#define ROW_BLOCK 32
// Channels whose sums are kept on the stack.
#define CHANNEL_BLOCK 256


VECTOR_CLONES
void kernel_channel_moments(const float *values, size_t rows, size_t channels, const float *shift, double *sums,
                            double *squares)
{
    for (size_t first = 0; first < channels; first += CHANNEL_BLOCK) {
        const size_t count = SMALLER(channels - first, CHANNEL_BLOCK);
        for (size_t start = 0; start < rows; start += ROW_BLOCK) {
            const size_t end = SMALLER(rows, start + ROW_BLOCK);
            float sum[CHANNEL_BLOCK] = {0}, square[CHANNEL_BLOCK] = {0};
            for (size_t row = start; row < end; row++) {
                const float *line = values + row * channels + first;
                for (size_t channel = 0; channel < count; channel++) {
                    const float value = line[channel] - shift[first + channel];
                    sum[channel] += value;
                    square[channel] += value * value;
                }
            }
            for (size_t channel = 0; channel < count; channel++) {
                sums[first + channel] += (double)sum[channel];
                squares[first + channel] += (double)square[channel];
            }
        }
    }
}

VECTOR_CLONES
void kernel_scale_channels(const float *values, size_t rows, size_t channels, const float *scale, const float *offset,
                           int rectify, float *output)
{
    const float floor = rectify ? 0.0f : -__builtin_inff();
    for (size_t row = 0; row < rows; row++) {
        const float *line = values + row * channels;
        float *target = output + row * channels;
        for (size_t channel = 0; channel < channels; channel++) {
            const float value = line[channel] * scale[channel] + offset[channel];
            // A value that is no number passes: training must not go on as if all were well.
            target[channel] = value < floor ? floor : value;
        }
    }
}

VECTOR_CLONES
void kernel_scaled_gradient_moments(const float *values, const float *gradient, size_t rows, size_t channels,
                                    const float *scale, const float *offset, int rectify, const float *mean,
                                    double *sums, double *products)
{
    const float floor = rectify ? 0.0f : -__builtin_inff();
    for (size_t first = 0; first < channels; first += CHANNEL_BLOCK) {
        const size_t count = SMALLER(channels - first, CHANNEL_BLOCK);
        for (size_t start = 0; start < rows; start += ROW_BLOCK) {
            const size_t end = SMALLER(rows, start + ROW_BLOCK);
            float sum[CHANNEL_BLOCK] = {0}, product[CHANNEL_BLOCK] = {0};
            for (size_t row = start; row < end; row++) {
                const float *line = values + row * channels + first, *slope = gradient + row * channels + first;
                for (size_t channel = 0; channel < count; channel++) {
                    const size_t place = first + channel;
                    const float value = line[channel];
                    const float g = value * scale[place] + offset[place] > floor ? slope[channel] : 0.0f;
                    sum[channel] += g;
                    product[channel] += g * (value - mean[place]);
                }
            }
            for (size_t channel = 0; channel < count; channel++) {
                sums[first + channel] += (double)sum[channel];
                products[first + channel] += (double)product[channel];
            }
        }
    }
}

VECTOR_CLONES
void kernel_scaled_gradient(const float *values, const float *gradient, size_t rows, size_t channels,
                            const float *scale, const float *offset, int rectify, const float *factor,
                            const float *slope, const float *constant, float *output)
{
    const float floor = rectify ? 0.0f : -__builtin_inff();
    for (size_t row = 0; row < rows; row++) {
        const float *line = values + row * channels, *incoming = gradient + row * channels;
        float *target = output + row * channels;
        for (size_t channel = 0; channel < channels; channel++) {
            const float value = line[channel];
            const float g = value * scale[channel] + offset[channel] > floor ? incoming[channel] : 0.0f;
            target[channel] = g * factor[channel] + value * slope[channel] + constant[channel];
        }
    }
}

VECTOR_CLONES
void kernel_rectifier_gradient(const float *output, const float *gradient, size_t count, float *result)
{
    for (size_t index = 0; index < count; index++) result[index] = output[index] > 0.0f ? gradient[index] : 0.0f;
}

// One window's gradient by all channels. The four targets are a function's arguments for the sake of `restrict`: without
// it the compiler finds that whole rows overlap, and takes one channel at a time.
static inline __attribute__((always_inline)) void spread_window(const float *a, const float *b, const float *c,
                                                                const float *d, const float *gradient,
                                                                size_t channels, float *restrict to_a,
                                                                float *restrict to_b, float *restrict to_c,
                                                                float *restrict to_d)
{
    for (size_t channel = 0; channel < channels; channel++) {
        const float g = gradient[channel];
        const float top = a[channel] > b[channel] ? a[channel] : b[channel];
        const float bottom = c[channel] > d[channel] ? c[channel] : d[channel];
        const int first_row = top >= bottom;
        to_a[channel] = (first_row & (a[channel] >= b[channel])) ? g : 0.0f;
        to_b[channel] = (first_row & (a[channel] < b[channel])) ? g : 0.0f;
        to_c[channel] = (!first_row & (c[channel] >= d[channel])) ? g : 0.0f;
        to_d[channel] = (!first_row & (c[channel] < d[channel])) ? g : 0.0f;
    }
}

VECTOR_CLONES
void kernel_max_pool_gradient_2x2(const float *input, const float *gradient, size_t height, size_t width,
                                  size_t channels, float *result)
{
    const size_t line = width * channels;
    for (size_t y = 0; y + 1 < height; y += 2) {
        const float *upper = input + y * line;
        float *target = result + y * line;
        for (size_t x = 0; x + 1 < width; x += 2) {
            spread_window(upper, upper + channels, upper + line, upper + line + channels, gradient, channels, target,
                          target + channels, target + line, target + line + channels);
            gradient += channels;
            upper += 2 * channels;
            target += 2 * channels;
        }
        if (width % 2) {
            memset(result + (y * width + width - 1) * channels, 0, channels * sizeof(float));
            memset(result + ((y + 1) * width + width - 1) * channels, 0, channels * sizeof(float));
        }
    }
    if (height % 2) memset(result + (height - 1) * line, 0, line * sizeof(float));
}

VECTOR_CLONES
void kernel_average_pool_2x2(const float *input, size_t height, size_t width, size_t channels, float *output)
{
    const size_t line = width * channels;
    for (size_t y = 0; y + 1 < height; y += 2) {
        for (size_t x = 0; x + 1 < width; x += 2) {
            const float *pixel = input + y * line + x * channels;
            for (size_t channel = 0; channel < channels; channel++) {
                output[channel] = 0.25f * ((pixel[channel] + pixel[channels + channel]) +
                                           (pixel[line + channel] + pixel[line + channels + channel]));
            }
            output += channels;
        }
    }
}

// As `spread_window`.
static inline __attribute__((always_inline)) void share_window(const float *gradient, size_t channels,
                                                               float *restrict to_a, float *restrict to_b,
                                                               float *restrict to_c, float *restrict to_d)
{
    for (size_t channel = 0; channel < channels; channel++) {
        const float share = 0.25f * gradient[channel];
        to_a[channel] = share;
        to_b[channel] = share;
        to_c[channel] = share;
        to_d[channel] = share;
    }
}

VECTOR_CLONES
void kernel_average_pool_gradient_2x2(const float *gradient, size_t height, size_t width, size_t channels,
                                      float *result)
{
    const size_t line = width * channels;
    if (height % 2 || width % 2) memset(result, 0, height * line * sizeof(float));
    for (size_t y = 0; y + 1 < height; y += 2) {
        for (size_t x = 0; x + 1 < width; x += 2) {
            float *pixel = result + y * line + x * channels;
            share_window(gradient, channels, pixel, pixel + channels, pixel + line, pixel + line + channels);
            gradient += channels;
        }
    }
}

VECTOR_CLONES
void kernel_box_average_2x2(const float *input, size_t height, size_t width, size_t channels, float *output)
{
    const size_t line = width * channels, count = (width - 1) * channels;
    for (size_t y = 0; y + 1 < height; y++) {
        const float *upper = input + y * line, *lower = upper + line;
        float *target = output + y * count;
        for (size_t index = 0; index < count; index++) {
            target[index] = 0.25f * ((upper[index] + upper[index + channels]) + (lower[index] + lower[index + channels]));
        }
    }
}

VECTOR_CLONES
void kernel_box_average_gradient_2x2(const float *gradient, size_t height, size_t width, size_t channels,
                                     float *result)
{
    const size_t line = width * channels, count = (width - 1) * channels;
    memset(result, 0, height * line * sizeof(float));
    for (size_t y = 0; y + 1 < height; y++) {
        const float *source = gradient + y * count;
        for (size_t row = 0; row < 2; row++) {
            float *left = result + (y + row) * line, *right = left + channels;
            // One after the other: the second adds to what the first has written.
            for (size_t index = 0; index < count; index++) left[index] += 0.25f * source[index];
            for (size_t index = 0; index < count; index++) right[index] += 0.25f * source[index];
        }
    }
}

VECTOR_CLONES
void kernel_nesterov_step(float *weights, const float *gradient, float *velocity, size_t count, float rate,
                          float momentum, float decay)
{
    for (size_t index = 0; index < count; index++) {
        const float g = gradient[index] + decay * weights[index];
        const float v = momentum * velocity[index] + g;
        velocity[index] = v;
        weights[index] -= rate * (g + momentum * v);
    }
}

VECTOR_CLONES
void kernel_adam_step(float *weights, const float *gradient, float *mean, float *square, size_t count, float rate,
                      float beta1, float beta2, float mean_scale, float square_scale, float epsilon, float decay)
{
    for (size_t index = 0; index < count; index++) {
        const float g = gradient[index];
        const float m = beta1 * mean[index] + (1 - beta1) * g, v = beta2 * square[index] + (1 - beta2) * g * g;
        mean[index] = m;
        square[index] = v;
        weights[index] -= rate * (m * mean_scale) / (__builtin_elementwise_sqrt(v * square_scale) + epsilon) + decay * weights[index];
    }
}

VECTOR_CLONES
void kernel_moving_average(float *average, const float *weights, size_t count, float decay)
{
    for (size_t index = 0; index < count; index++) average[index] += (1 - decay) * (weights[index] - average[index]);
}

VECTOR_CLONES
void kernel_add(float *sums, const float *values, size_t count)
{
    for (size_t index = 0; index < count; index++) sums[index] += values[index];
}

VECTOR_CLONES
void kernel_drop(const float *input, size_t count, uint64_t state, float rate, float scale, float *output)
{
    for (size_t index = 0; index < count; index++) {
        // SplitMix64 by position instead of by step: no number waits for the one before it.
        uint64_t mixed = state + (index + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        const float unit = (float)(int32_t)((mixed ^ (mixed >> 31)) >> 40) * 0x1p-24f;
        output[index] = unit < rate ? 0.0f : input[index] * scale;
    }
}
