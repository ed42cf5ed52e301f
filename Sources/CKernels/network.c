#include "dispatch.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static float widen_one_half(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    const uint32_t exponent = (half >> 10) & 0x1F;
    const uint32_t mantissa = half & 0x3FF;
    uint32_t bits;
    if (exponent == 0x1F) {
        bits = sign | 0x7F800000u | mantissa << 13;
    } else if (exponent != 0) {
        bits = sign | (exponent + 112) << 23 | mantissa << 13;
    } else {
        // Subnormal: mantissa * 2^-24, exact in single precision.
        const float magnitude = (float)mantissa * 0x1p-24f;
        memcpy(&bits, &magnitude, sizeof bits);
        bits |= sign;
    }
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

#if defined(__x86_64__)
__attribute__((target("avx,f16c"))) static void widen_half_f16c(const uint16_t *source, float *destination,
                                                                size_t count)
{
    size_t index = 0;
    for (; index + 8 <= count; index += 8) {
        const __m128i halves = _mm_loadu_si128((const __m128i *)(source + index));
        _mm256_storeu_ps(destination + index, _mm256_cvtph_ps(halves));
    }
    for (; index < count; index++) destination[index] = widen_one_half(source[index]);
}
#endif

void kernel_widen_half(const uint16_t *source, float *destination, size_t count)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("f16c")) {
        widen_half_f16c(source, destination, count);
        return;
    }
#endif
    for (size_t index = 0; index < count; index++) destination[index] = widen_one_half(source[index]);
}

void kernel_widen_bfloat16(const uint16_t *source, float *destination, size_t count)
{
    for (size_t index = 0; index < count; index++) {
        const uint32_t bits = (uint32_t)source[index] << 16;
        memcpy(destination + index, &bits, sizeof bits);
    }
}

void kernel_im2col_3x3(const float *input, size_t height, size_t width, size_t channels, size_t first_pixel,
                       size_t pixel_count, float *rows)
{
    const size_t tap_bytes = channels * sizeof(float);
    for (size_t index = 0; index < pixel_count; index++) {
        const size_t pixel = first_pixel + index;
        const size_t x = pixel % width;
        const size_t y = pixel / width % height;
        const float *centre = input + pixel * channels;
        for (int dy = -1; dy <= 1; dy++) {
            const int inside_row = (dy >= 0 || y > 0) && (dy <= 0 || y + 1 < height);
            for (int dx = -1; dx <= 1; dx++) {
                if (inside_row && (dx >= 0 || x > 0) && (dx <= 0 || x + 1 < width)) {
                    const ptrdiff_t offset = ((ptrdiff_t)dy * (ptrdiff_t)width + dx) * (ptrdiff_t)channels;
                    memcpy(rows, centre + offset, tap_bytes);
                } else {
                    memset(rows, 0, tap_bytes);
                }
                rows += channels;
            }
        }
    }
}

VECTOR_CLONES
void kernel_add_bias(float *values, size_t rows, size_t channels, size_t stride, const float *bias, int rectify)
{
    const float floor = rectify ? 0.0f : -__builtin_inff();
    for (size_t row = 0; row < rows; row++) {
        float *line = values + row * stride;
        for (size_t channel = 0; channel < channels; channel++) {
            const float sum = line[channel] + bias[channel];
            // A value that is no number passes: training that diverges is noticed.
            line[channel] = sum < floor ? floor : sum;
        }
    }
}

VECTOR_CLONES
void kernel_max_pool_2x2(const float *input, size_t images, size_t height, size_t width, size_t channels,
                         float *output)
{
    const size_t line = width * channels;
    for (size_t image = 0; image < images; image++) {
        for (size_t y = 0; y + 1 < height; y += 2) {
            const float *upper = input + (image * height + y) * line;
            for (size_t x = 0; x + 1 < width; x += 2) {
                const float *pixel = upper + x * channels;
                for (size_t channel = 0; channel < channels; channel++) {
                    const float a = pixel[channel], b = pixel[channels + channel];
                    const float c = pixel[line + channel], d = pixel[line + channels + channel];
                    // A value that is no number is the largest: training that diverges is noticed.
                    const float top = ((a > b) | (a != a)) ? a : b, bottom = ((c > d) | (c != c)) ? c : d;
                    output[channel] = ((top > bottom) | (top != top)) ? top : bottom;
                }
                output += channels;
            }
        }
    }
}

VECTOR_CLONES
void kernel_global_average(const float *input, size_t images, size_t pixels, size_t channels, float *output)
{
    const float scale = 1.0f / (float)pixels;
    for (size_t image = 0; image < images; image++) {
        float *mean = output + image * channels;
        memset(mean, 0, channels * sizeof(float));
        for (size_t pixel = 0; pixel < pixels; pixel++) {
            const float *sample = input + (image * pixels + pixel) * channels;
            for (size_t channel = 0; channel < channels; channel++) mean[channel] += sample[channel];
        }
        for (size_t channel = 0; channel < channels; channel++) mean[channel] *= scale;
    }
}
