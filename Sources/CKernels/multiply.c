#include "kernels.h"

#include <string.h>

void kernel_pack_panels(const float *matrix, size_t inner, size_t columns, size_t stride, float *packed)
{
    for (size_t first = 0; first < columns; first += KERNEL_PANEL_COLUMNS) {
        const size_t count = columns - first < KERNEL_PANEL_COLUMNS ? columns - first : KERNEL_PANEL_COLUMNS;
        for (size_t row = 0; row < inner; row++) {
            memcpy(packed, matrix + row * stride + first, count * sizeof(float));
            memset(packed + count, 0, (KERNEL_PANEL_COLUMNS - count) * sizeof(float));
            packed += KERNEL_PANEL_COLUMNS;
        }
    }
}

typedef float vector4 __attribute__((vector_size(16), aligned(4)));
#define VECTOR vector4
#define LANES 4
#define ROWS 4
#define TARGET
#define NAME(x) x##_plain
#include "multiply_body.h"
#undef VECTOR
#undef LANES
#undef ROWS
#undef TARGET
#undef NAME

#if defined(__x86_64__)
typedef float vector8 __attribute__((vector_size(32), aligned(4)));
#define VECTOR vector8
#define LANES 8
#define ROWS 6
#define TARGET __attribute__((target(KERNEL_TARGET_AVX2)))
#define NAME(x) x##_avx2
#include "multiply_body.h"
#undef VECTOR
#undef LANES
#undef ROWS
#undef TARGET
#undef NAME

typedef float vector16 __attribute__((vector_size(64), aligned(4)));
#define VECTOR vector16
#define LANES 16
#define ROWS 12
#define TARGET __attribute__((target(KERNEL_TARGET_AVX512)))
#define NAME(x) x##_avx512
#include "multiply_body.h"
#endif

void kernel_multiply_packed(const float *a, size_t a_stride, size_t rows, size_t inner, const float *packed,
                            size_t panel_count, int accumulate, float *c, size_t c_stride)
{
    switch (kernel_instruction_set()) {
#if defined(__x86_64__)
    case KERNEL_AVX512:
        multiply_avx512(a, a_stride, rows, inner, packed, panel_count, accumulate, c, c_stride);
        break;
    case KERNEL_AVX2:
        multiply_avx2(a, a_stride, rows, inner, packed, panel_count, accumulate, c, c_stride);
        break;
#endif
    default: multiply_plain(a, a_stride, rows, inner, packed, panel_count, accumulate, c, c_stride); break;
    }
}
