// How code for one of several instruction sets is chosen when the program runs.
#pragma once

#include "kernels.h"

#define SMALLER(a, b) ((a) < (b) ? (a) : (b))

// Before a function of plain loops: the compiler makes a version for each level and the loader chooses. Not under the
// thread sanitizer, which is not ready yet when the loader asks.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VECTOR_CLONES
#endif

// Calls the function of the processor's instruction set: DISPATCH(multiply, a, b) is multiply_avx512(a, b) where the
// processor has AVX-512.

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
