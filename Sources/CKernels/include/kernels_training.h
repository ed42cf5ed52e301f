// Loops over floats of networks that are trained: batch normalisation, the gradients of the pools, the optimisers'
// steps. Activations are rows of `channels` floats, a row a pixel.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Adds to `sums` and `squares` each channel's sum of (value - shift) and of its square. Shifted by something near the
/// mean, so that the variance does not drown in it.
void kernel_channel_moments(const float *values, size_t rows, size_t channels, const float *shift, double *sums,
                            double *squares);

/// output = values * scale + offset by channel, rectified if `rectify` is not 0. In place or not.
void kernel_scale_channels(const float *values, size_t rows, size_t channels, const float *scale, const float *offset,
                           int rectify, float *output);

/// For the gradient of what `kernel_scale_channels` gave: adds to `sums` each channel's sum of g and to `products` that
/// of g * (value - mean), where g is the gradient, or 0 where the rectified output was 0.
void kernel_scaled_gradient_moments(const float *values, const float *gradient, size_t rows, size_t channels,
                                    const float *scale, const float *offset, int rectify, const float *mean,
                                    double *sums, double *products);

/// output = g * factor + value * slope + constant by channel, g as above. In place of the gradient or not.
void kernel_scaled_gradient(const float *values, const float *gradient, size_t rows, size_t channels,
                            const float *scale, const float *offset, int rectify, const float *factor,
                            const float *slope, const float *constant, float *output);

/// The gradient through a ReLU whose output is known: 0 where that is 0. In place or not.
void kernel_rectifier_gradient(const float *output, const float *gradient, size_t count, float *result);

/// The gradient of `kernel_max_pool_2x2` for one image: each window's goes to its first maximum, row by row; everything
/// else is 0, an odd last row or column too.
void kernel_max_pool_gradient_2x2(const float *input, const float *gradient, size_t height, size_t width,
                                  size_t channels, float *result);

/// Mean over 2x2 windows of one image, stride 2; an odd last row or column is left out.
void kernel_average_pool_2x2(const float *input, size_t height, size_t width, size_t channels, float *output);

/// The gradient of `kernel_average_pool_2x2` for one image.
void kernel_average_pool_gradient_2x2(const float *gradient, size_t height, size_t width, size_t channels,
                                      float *result);

/// Mean over 2x2 windows of one image, stride 1: [height - 1, width - 1, channels].
void kernel_box_average_2x2(const float *input, size_t height, size_t width, size_t channels, float *output);

/// The gradient of `kernel_box_average_2x2` for one image of that height and width.
void kernel_box_average_gradient_2x2(const float *gradient, size_t height, size_t width, size_t channels,
                                     float *result);

/// How a convolution looks at images: the kernel's size, how many zeros stand around the image, and how many pixels lie
/// from one window to the next, down and across.
typedef struct {
    size_t height, width, channels;
    size_t kernel_height, kernel_width, padding, stride;
} kernel_window;

/// Lays out neighbourhoods as rows of a matrix: for each of `pixel_count` output pixels from `first_pixel` (numbered
/// through the batch), the window's pixels row by row.
void kernel_im2col(const kernel_window *window, const float *input, size_t first_pixel, size_t pixel_count,
                   float *rows);

/// The adjoint of `kernel_im2col` for all output pixels of one image: adds the rows to `result`, which the caller has
/// set to 0.
void kernel_col2im(const kernel_window *window, const float *rows, float *result);

/// The filters of a convolution by such a window: [outputs, repeats, inputs, taps], outputs a multiple of
/// KERNEL_PANEL_COLUMNS, taps the pixels of the window. With several repeats the input stands for itself that often, and
/// a neighbourhood has it once: `repeats` weights are summed.
typedef struct {
    size_t outputs, repeats, inputs, taps;
} kernel_filters;

/// Writes the panels of the filters for products with neighbourhoods, [outputs / 32][taps][inputs][32], from
/// `first_panel` on.
void kernel_pack_window_filters(const kernel_filters *filters, const float *weights, size_t first_panel,
                                size_t panel_count, float *panels);

/// Writes some outputs of the filters for products with gradients by the outputs, [taps * inputs / 32, rounded
/// up][outputs][32], zeros behind the last.
void kernel_pack_window_filters_transposed(const kernel_filters *filters, const float *weights, size_t first_output,
                                           size_t output_count, float *transposed);

/// Writes some outputs of the gradient, as the filters lie, from [taps][inputs][outputs]; each repeat has the whole.
void kernel_unpack_window_gradient(const kernel_filters *filters, const float *sums, size_t first_output,
                                   size_t output_count, float *gradient);

/// A step of stochastic gradient descent with Nesterov's momentum (I. Sutskever et al., ICML 2013, in the form that
/// PyTorch documents): g += decay * w; v = momentum * v + g; w -= rate * (g + momentum * v).
void kernel_nesterov_step(float *weights, const float *gradient, float *velocity, size_t count, float rate,
                          float momentum, float decay);

/// A step of Adam (D. Kingma, J. Ba, arXiv:1412.6980, algorithm 1): m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// w -= rate * (m * mean_scale) / (sqrt(v * square_scale) + epsilon) + decay * w. The scales correct the start's bias;
/// the decay, already times the rate, is AdamW's (I. Loshchilov, F. Hutter, arXiv:1711.05101). An epsilon that stands
/// beside sqrt(v), as in Keras, is given times sqrt(square_scale).
void kernel_adam_step(float *weights, const float *gradient, float *mean, float *square, size_t count, float rate,
                      float beta1, float beta2, float mean_scale, float square_scale, float epsilon, float decay);

/// Dropout: the value at `index` becomes 0 where the number that SplitMix64 (G. Steele et al., OOPSLA 2014) gives
/// `index` steps after `state`, in 0..<1 with 24 bits, is below `rate`, and is multiplied by `scale` elsewhere.
void kernel_drop(const float *input, size_t count, uint64_t state, float rate, float scale, float *output);

/// sums += values.
void kernel_add(float *sums, const float *values, size_t count);

/// average += (1 - decay) * (weights - average).
void kernel_moving_average(float *average, const float *weights, size_t count, float decay);
