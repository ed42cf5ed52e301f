// Loops over floats of networks. Activations are NHWC: image, row, column, channel, channels side by side.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Widens IEEE 754 half precision numbers to single precision.
void kernel_widen_half(const uint16_t *source, float *destination, size_t count);

/// Widens bfloat16 numbers (the upper half of single precision) to single precision.
void kernel_widen_bfloat16(const uint16_t *source, float *destination, size_t count);

/// Lays out the 3x3 neighbourhoods of output pixels as rows of a matrix: for each of `pixel_count` pixels from
/// `first_pixel` (numbered through the batch, row by row), 9 * channels floats in the order kernel row,
/// kernel column, channel. Outside the image they are 0 (padding 1, stride 1).
void kernel_im2col_3x3(const float *input, size_t height, size_t width, size_t channels, size_t first_pixel,
                       size_t pixel_count, float *rows);

/// Adds a bias for each channel to `rows` rows that are `stride` floats apart and, if `rectify` is not 0, sets
/// negative results to 0.
void kernel_add_bias(float *values, size_t rows, size_t channels, size_t stride, const float *bias, int rectify);

/// Maximum over 2x2 windows, stride 2; an odd last row or column is left out. `input` holds `images` images of
/// height x width x channels.
void kernel_max_pool_2x2(const float *input, size_t images, size_t height, size_t width, size_t channels,
                         float *output);

/// Mean over all pixels for each channel: [images, height * width, channels] to [images, channels].
void kernel_global_average(const float *input, size_t images, size_t pixels, size_t channels, float *output);
