#include "dispatch.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define ROOT_HALF 0.70710678118654752440f
#define ROOT_TWO 1.41421356237309504880f

#define UNROLL _Pragma("clang loop unroll(full)")

// What a tile reads beyond the image's edge. As long as the longest vector: it is not advanced by channel.
static const float zeros[16] __attribute__((aligned(64))) = {0};

typedef float vector4 __attribute__((vector_size(16), aligned(4)));

static inline vector4 widen_plain(const uint16_t *halves)
{
    vector4 result;
    kernel_widen_half(halves, (float *)&result, 4);
    return result;
}

#define VECTOR vector4
#define LANES 4
#define TARGET
#define WIDEN(p) widen_plain(p)
#define NAME(x) x##_plain
#include "winograd_body.h"
#include "winograd_gradient_body.h"
#undef VECTOR
#undef LANES
#undef WIDEN
#undef TARGET
#undef NAME

#if defined(__x86_64__)
typedef float vector8 __attribute__((vector_size(32), aligned(4)));
typedef float vector16 __attribute__((vector_size(64), aligned(4)));

#define VECTOR vector8
#define LANES 8
#define WIDEN(p) ((vector8)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p))))
#define TARGET __attribute__((target(KERNEL_TARGET_AVX2)))
#define NAME(x) x##_avx2
#include "winograd_body.h"
#include "winograd_gradient_body.h"
#undef VECTOR
#undef LANES
#undef WIDEN
#undef TARGET
#undef NAME

#define VECTOR vector16
#define LANES 16
#define WIDEN(p) ((vector16)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p))))
#define TARGET __attribute__((target(KERNEL_TARGET_AVX512)))
#define NAME(x) x##_avx512
#include "winograd_body.h"
#include "winograd_gradient_body.h"
#endif

void kernel_pack_filters(const float *filters, size_t inputs, size_t outputs, float *packed)
{
    for (size_t first = 0; first < outputs; first += KERNEL_PANEL_COLUMNS) {
        for (size_t input = 0; input < inputs; input++) {
            for (size_t tap = 0; tap < 9; tap++) {
                for (size_t column = 0; column < KERNEL_PANEL_COLUMNS; column++) {
                    const size_t output = first + column;
                    *packed++ = output < outputs ? filters[(output * inputs + input) * 9 + tap] : 0;
                }
            }
        }
    }
}

int kernel_narrow_exactly(const float *values, uint16_t *halves, size_t count)
{
    for (size_t index = 0; index < count; index++) {
        uint32_t bits;
        memcpy(&bits, values + index, sizeof bits);
        const uint32_t sign = bits >> 16 & 0x8000, mantissa = bits & 0x7FFFFF;
        const int exponent = (int)(bits >> 23 & 0xFF) - 127;
        uint16_t half = (uint16_t)sign;
        if (exponent >= -14) {
            if (exponent > 15) return 0;
            half |= (uint16_t)((uint32_t)(exponent + 15) << 10 | mantissa >> 13);
        } else if (exponent >= -24) {
            half |= (uint16_t)((mantissa | 0x800000) >> (-exponent - 1));
        }
        float back;
        kernel_widen_half(&half, &back, 1);
        if (memcmp(&back, values + index, sizeof back) != 0) return 0;
        halves[index] = half;
    }
    return 1;
}

void kernel_pack_rotated_filters(const float *packed, size_t inputs, size_t outputs, size_t first_panel,
                                 size_t panel_count, float *rotated)
{
    const size_t columns = KERNEL_PANEL_COLUMNS;
    for (size_t panel = first_panel; panel < first_panel + panel_count; panel++) {
        for (size_t output = 0; output < outputs; output++) {
            const size_t source_panel = output / columns, source_column = output % columns;
            for (size_t tap = 0; tap < 9; tap++) {
                const float *source =
                    packed + ((source_panel * inputs + panel * columns) * 9 + 8 - tap) * columns + source_column;
                float *target = rotated + ((panel * outputs + output) * 9 + tap) * columns;
                for (size_t column = 0; column < columns; column++) target[column] = source[column * 9 * columns];
            }
        }
    }
}

void kernel_winograd_filters(const float *filters, size_t count, size_t tile, float *transformed,
                             size_t frequency_stride)
{
    DISPATCH(winograd_filters, filters, NULL, count, tile, transformed, frequency_stride)
}

void kernel_winograd_filters_half(const uint16_t *filters, size_t count, size_t tile, float *transformed,
                                  size_t frequency_stride)
{
    DISPATCH(winograd_filters, NULL, filters, count, tile, transformed, frequency_stride)
}

void kernel_winograd_input(const kernel_tiling *tiling, const float *input, size_t first, size_t count,
                           float *transformed, size_t row_stride, size_t frequency_stride)
{
    DISPATCH(winograd_input, tiling, input, first, count, transformed, row_stride, frequency_stride)
}

void kernel_winograd_output(const kernel_tiling *tiling, const float *products, size_t first, size_t count,
                            size_t row_stride, size_t frequency_stride, size_t first_channel, size_t columns,
                            const float *bias, int rectify, int pool, float *output)
{
    DISPATCH(winograd_output, tiling, products, first, count, row_stride, frequency_stride, first_channel, columns,
             bias, rectify, pool, output)
}

void kernel_winograd_gradient(const kernel_tiling *tiling, const float *gradient, size_t first, size_t count,
                              size_t first_channel, float *transformed, size_t frequency_stride)
{
    DISPATCH(winograd_gradient, tiling, gradient, first, count, first_channel, transformed, frequency_stride)
}

void kernel_winograd_filter_gradient(const float *products, size_t count, size_t tile, float *gradient,
                                     size_t frequency_stride)
{
    DISPATCH(winograd_filter_gradient, products, count, tile, gradient, frequency_stride)
}
