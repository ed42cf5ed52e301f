// The matrix product of multiply.c for one width of vector. Included once an instruction set with
//   VECTOR, LANES, NAME(x), TARGET  as in winograd_body.h
//   ROWS      rows of the register block
//   WEIGHT    the type of a stored weight
//   WIDEN(p)  LANES weights from p as a VECTOR
//   FACTOR(row, index)  where in a, whose rows are a_stride floats apart, a factor stands
//   STRIDE    weights from one row of a panel to the next, a constant: as a variable it costs half the speed

// A block of `rows` rows by two vectors of columns: all sums stay in registers, each weight is loaded once.
static inline __attribute__((always_inline)) TARGET void NAME(multiply_block)(const size_t rows, const float *a,
                                                                              size_t a_stride, size_t inner,
                                                                              const WEIGHT *b,
                                                                              const int accumulate, float *c,
                                                                              size_t c_stride)
{
    VECTOR left[ROWS], right[ROWS];
#pragma clang loop unroll(full)
    for (size_t row = 0; row < ROWS; row++) {
        if (accumulate && row < rows) {
            left[row] = *(const VECTOR *)(c + row * c_stride);
            right[row] = *(const VECTOR *)(c + row * c_stride + LANES);
        } else {
            left[row] = right[row] = (VECTOR){0};
        }
    }
    for (size_t index = 0; index < inner; index++) {
        const VECTOR b0 = WIDEN(b), b1 = WIDEN(b + LANES);
        b += STRIDE;
#pragma clang loop unroll(full)
        for (size_t row = 0; row < ROWS; row++) {
            if (row < rows) {
                const float factor = a[FACTOR(row, index)];
                left[row] += b0 * factor;
                right[row] += b1 * factor;
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < ROWS; row++) {
        if (row < rows) {
            *(VECTOR *)(c + row * c_stride) = left[row];
            *(VECTOR *)(c + row * c_stride + LANES) = right[row];
        }
    }
}

static TARGET void NAME(multiply)(const float *a, size_t a_stride, size_t rows, size_t inner, const WEIGHT *packed,
                                  size_t panel_count, int accumulate, float *c, size_t c_stride)
{
    for (size_t panel = 0; panel < panel_count; panel++) {
        const WEIGHT *weights = packed + panel * inner * KERNEL_PANEL_COLUMNS;
        for (size_t column = 0; column < KERNEL_PANEL_COLUMNS; column += 2 * LANES) {
            const WEIGHT *b = weights + column;
            float *out = c + panel * KERNEL_PANEL_COLUMNS + column;
            size_t row = 0;
            for (; row + ROWS <= rows; row += ROWS) {
                NAME(multiply_block)(ROWS, a + FACTOR(row, 0), a_stride, inner, b, accumulate, out + row * c_stride,
                                     c_stride);
            }
            const float *rest = a + FACTOR(row, 0);
            float *target = out + row * c_stride;
            switch (rows - row) {
#define REMAINDER(count) \
    case count: NAME(multiply_block)(count, rest, a_stride, inner, b, accumulate, target, c_stride); break;
                REMAINDER(1)
                REMAINDER(2)
                REMAINDER(3)
#if ROWS > 4
                REMAINDER(4)
                REMAINDER(5)
#endif
#if ROWS > 6
                REMAINDER(6)
                REMAINDER(7)
                REMAINDER(8)
                REMAINDER(9)
                REMAINDER(10)
                REMAINDER(11)
#endif
#undef REMAINDER
            default: break;
            }
        }
    }
}
