#include "dispatch.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Rows of a matrix that are transposed together.
#define ROW_BLOCK 16

void kernel_pack_panels(const float *matrix, size_t inner, size_t columns, size_t stride, float *packed)
{
    for (size_t first = 0; first < columns; first += KERNEL_PANEL_COLUMNS) {
        const size_t count = columns - first < KERNEL_PANEL_COLUMNS ? columns - first : KERNEL_PANEL_COLUMNS;
        if (count == KERNEL_PANEL_COLUMNS) {
            // A size that the compiler knows is a few moves instead of a call.
            for (size_t row = 0; row < inner; row++) {
                memcpy(packed, matrix + row * stride + first, KERNEL_PANEL_COLUMNS * sizeof(float));
                packed += KERNEL_PANEL_COLUMNS;
            }
            continue;
        }
        for (size_t row = 0; row < inner; row++) {
            memcpy(packed, matrix + row * stride + first, count * sizeof(float));
            memset(packed + count, 0, (KERNEL_PANEL_COLUMNS - count) * sizeof(float));
            packed += KERNEL_PANEL_COLUMNS;
        }
    }
}

void kernel_pack_transposed_panels(const float *matrix, size_t inner, size_t columns, size_t stride, float *packed)
{
    for (size_t first = 0; first < columns; first += KERNEL_PANEL_COLUMNS) {
        const size_t count = columns - first < KERNEL_PANEL_COLUMNS ? columns - first : KERNEL_PANEL_COLUMNS;
        // By blocks of rows: a cache line of each column is read once, also where columns lie powers of two apart.
        for (size_t start = 0; start < inner; start += ROW_BLOCK) {
            const size_t end = inner - start < ROW_BLOCK ? inner : start + ROW_BLOCK;
            for (size_t column = 0; column < count; column++) {
                const float *source = matrix + (first + column) * stride;
                for (size_t row = start; row < end; row++) packed[row * KERNEL_PANEL_COLUMNS + column] = source[row];
            }
        }
        if (count < KERNEL_PANEL_COLUMNS) {
            for (size_t row = 0; row < inner; row++) {
                memset(packed + row * KERNEL_PANEL_COLUMNS + count, 0, (KERNEL_PANEL_COLUMNS - count) * sizeof(float));
            }
        }
        packed += inner * KERNEL_PANEL_COLUMNS;
    }
}

typedef float vector4 __attribute__((vector_size(16), aligned(4)));

static inline vector4 widen_plain(const uint16_t *halves)
{
    vector4 result;
    kernel_widen_half(halves, (float *)&result, 4);
    return result;
}

#define VECTOR vector4
#define LANES 4
#define ROWS 4
#define TARGET
#define SUFFIX(x) x##_plain
#define WIDEN_HALF(p) widen_plain(p)
#include "multiply_set.h"

#if defined(__x86_64__)
typedef float vector8 __attribute__((vector_size(32), aligned(4)));
#define VECTOR vector8
#define LANES 8
#define ROWS 6
#define TARGET __attribute__((target(KERNEL_TARGET_AVX2)))
#define SUFFIX(x) x##_avx2
#define WIDEN_HALF(p) ((vector8)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p))))
#include "multiply_set.h"

typedef float vector16 __attribute__((vector_size(64), aligned(4)));
#define VECTOR vector16
#define LANES 16
#define ROWS 12
#define TARGET __attribute__((target(KERNEL_TARGET_AVX512)))
#define SUFFIX(x) x##_avx512
#define WIDEN_HALF(p) ((vector16)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p))))
#include "multiply_set.h"
#endif

void kernel_multiply_packed(const float *a, size_t a_stride, size_t rows, size_t inner, const float *packed,
                            size_t panel_count, int accumulate, float *c, size_t c_stride)
{
    DISPATCH(multiply, a, a_stride, rows, inner, packed, panel_count, accumulate, c, c_stride)
}

void kernel_multiply_transposed(const float *a, size_t a_stride, size_t rows, size_t inner, const float *packed,
                                size_t panel_count, int accumulate, float *c, size_t c_stride)
{
    DISPATCH(multiply_transposed, a, a_stride, rows, inner, packed, panel_count, accumulate, c, c_stride)
}

void kernel_multiply_half(const float *a, size_t a_stride, size_t rows, size_t inner, const uint16_t *weights,
                          int accumulate, float *c, size_t c_stride)
{
    DISPATCH(multiply_half, a, a_stride, rows, inner, weights, 1, accumulate, c, c_stride)
}
