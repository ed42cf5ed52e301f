// All matrix products for one instruction set. Included once for each with
//   VECTOR, LANES, TARGET  as in winograd_body.h
//   ROWS           rows of the register block
//   SUFFIX(x)      x with the instruction set's suffix
//   WIDEN_HALF(p)  LANES half precision numbers from p as a VECTOR

#define WEIGHT float
#define STRIDE KERNEL_PANEL_COLUMNS
#define WIDEN(p) (*(const VECTOR *)(p))

#define NAME(x) SUFFIX(x)
#define FACTOR(row, index) ((row) * a_stride + (index))
#include "multiply_body.h"
#undef NAME
#undef FACTOR

#define NAME(x) SUFFIX(x##_transposed)
#define FACTOR(row, index) ((index) * a_stride + (row))
#include "multiply_body.h"
#undef NAME
#undef FACTOR

#undef WEIGHT
#undef STRIDE
#undef WIDEN
#define WEIGHT uint16_t
#define STRIDE (9 * KERNEL_PANEL_COLUMNS)
#define WIDEN(p) WIDEN_HALF(p)
#define NAME(x) SUFFIX(x##_half)
#define FACTOR(row, index) ((row) * a_stride + (index))
#include "multiply_body.h"
#undef NAME
#undef FACTOR

#undef WEIGHT
#undef STRIDE
#undef WIDEN
#undef VECTOR
#undef LANES
#undef ROWS
#undef TARGET
#undef SUFFIX
#undef WIDEN_HALF
