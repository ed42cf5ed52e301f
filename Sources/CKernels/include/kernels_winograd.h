// Winograd's minimal filtering for 3x3 convolutions, and the small matrix product at its heart.
//
// A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks" (CVPR 2016), equation 13:
// Y = A'[(G g G') . (B' d B)]A. F(4x4, 3x3) with the points 0, +-sqrt(1/2), +-sqrt(2), infinity; F(3x3, 3x3) with
// +-1/2, +-5/4, infinity: of the points that were tried those with the smallest rounding error.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Output channels side by side in a panel of packed weights.
#define KERNEL_PANEL_COLUMNS 32

/// Sizes of a tile.
typedef enum {
    KERNEL_TILE_F3 = 3,
    KERNEL_TILE_F4 = 4,
} kernel_tile;

/// The shape of a batch of images in NHWC and of the tiles that cover its output (stride 1, padding 1).
typedef struct {
    size_t images, height, width, channels;
    /// Output pixels a tile side: 3 or 4.
    size_t tile;
    size_t tiles_down, tiles_across;
} kernel_tiling;

/// Packs a row-major [inner, columns] matrix into panels of KERNEL_PANEL_COLUMNS columns, [panel][inner][column];
/// columns that are missing in the last panel are 0. `packed` holds inner * columns rounded up to whole panels.
void kernel_pack_panels(const float *matrix, size_t inner, size_t columns, size_t stride, float *packed);

/// The same from the transposed matrix, [columns, inner].
void kernel_pack_transposed_panels(const float *matrix, size_t inner, size_t columns, size_t stride, float *packed);

/// c[rows, columns] = a[rows, inner] * b, for `panel_count` whole panels of a packed b; with `accumulate` not 0 the
/// product is added to c. `a` has `a_stride` and `c` `c_stride` floats from row to row; c is written whole panels
/// wide.
void kernel_multiply_packed(const float *a, size_t a_stride, size_t rows, size_t inner, const float *packed,
                            size_t panel_count, int accumulate, float *c, size_t c_stride);

/// The same with a transposed: a is [inner, rows], `a_stride` floats from one of its rows to the next.
void kernel_multiply_transposed(const float *a, size_t a_stride, size_t rows, size_t inner, const float *packed,
                                size_t panel_count, int accumulate, float *c, size_t c_stride);

/// c[rows, KERNEL_PANEL_COLUMNS] = a[rows, inner] * b, or added to c, with one tap of a panel of filters, packed as
/// below, in half precision: its rows are 9 * KERNEL_PANEL_COLUMNS numbers apart.
void kernel_multiply_half(const float *a, size_t a_stride, size_t rows, size_t inner, const uint16_t *weights,
                          int accumulate, float *c, size_t c_stride);

/// Narrows to half precision; returns 1 where every value survives unchanged, else 0 (and `halves` is of no use).
int kernel_narrow_exactly(const float *values, uint16_t *halves, size_t count);

/// Packs [out, in, 3, 3] filters into panels of KERNEL_PANEL_COLUMNS outputs, [panel][in][9][column]; missing
/// columns are 0.
void kernel_pack_filters(const float *filters, size_t inputs, size_t outputs, float *packed);

/// Transforms the filters of one panel for `count` inputs, G g G': `filters` is [count][9][column] as packed,
/// `transformed` [t * t][count][column] with t = tile + 2, frequencies `frequency_stride` floats apart.
void kernel_winograd_filters(const float *filters, size_t count, size_t tile, float *transformed,
                             size_t frequency_stride);

/// The same for filters stored in half precision.
void kernel_winograd_filters_half(const uint16_t *filters, size_t count, size_t tile, float *transformed,
                                  size_t frequency_stride);

/// Packs packed [panel][in][9][column] filters of `outputs` outputs, a multiple of KERNEL_PANEL_COLUMNS, anew as those
/// of the data gradient, [panel of inputs][out][9][column], turned by 180 degrees; only the given panels of inputs.
void kernel_pack_rotated_filters(const float *packed, size_t inputs, size_t outputs, size_t first_panel,
                                 size_t panel_count, float *rotated);

/// Transforms input tiles first...first + count, B' d B: `transformed` is [t * t][count, channels], rows `row_stride`
/// and frequencies `frequency_stride` floats apart. Samples outside the image are 0.
void kernel_winograd_input(const kernel_tiling *tiling, const float *input, size_t first, size_t count,
                           float *transformed, size_t row_stride, size_t frequency_stride);

/// Transforms products back, A' m A, adds the bias, if there is one, and rectifies, if `rectify` is not 0: `products`
/// is [t * t][count, columns] with `row_stride` floats a row and frequencies `frequency_stride` floats apart. Writes
/// the `columns` channels from `first_channel` of the output, which has `tiling->channels` channels here; with `pool`
/// not 0 the maximum of each 2x2 window instead (only with even tiles).
void kernel_winograd_output(const kernel_tiling *tiling, const float *products, size_t first, size_t count,
                            size_t row_stride, size_t frequency_stride, size_t first_channel, size_t columns,
                            const float *bias, int rectify, int pool, float *output);

/// The adjoint of the output transform, A y A', of KERNEL_PANEL_COLUMNS channels of an output's gradient, which has
/// `tiling->channels` channels: `transformed` is [t * t][count][column], frequencies `frequency_stride` floats apart.
void kernel_winograd_gradient(const kernel_tiling *tiling, const float *gradient, size_t first, size_t count,
                              size_t first_channel, float *transformed, size_t frequency_stride);

/// The adjoint of the filters' transform, G' u G: from [t * t][count][column] to packed filters, [count][9][column].
void kernel_winograd_filter_gradient(const float *products, size_t count, size_t tile, float *gradient,
                                     size_t frequency_stride);
