// Calls the function of the processor's instruction set: DISPATCH(multiply, a, b) is multiply_avx512(a, b) where the
// processor has AVX-512.
#pragma once

#include "kernels.h"

#if defined(__x86_64__)
#define DISPATCH(function, ...)                                \
    switch (kernel_instruction_set()) {                        \
    case KERNEL_AVX512: function##_avx512(__VA_ARGS__); break; \
    case KERNEL_AVX2: function##_avx2(__VA_ARGS__); break;     \
    default: function##_plain(__VA_ARGS__); break;             \
    }
#else
#define DISPATCH(function, ...) function##_plain(__VA_ARGS__);
#endif
