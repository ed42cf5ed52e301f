// The loops of winograd.c for one width of vector. Included once an instruction set with
//   VECTOR    a vector type of floats (loads and stores need no alignment)
//   LANES     floats a vector
//   NAME(x)   x with the instruction set's suffix
//   TARGET    the target attribute
//   UNROLL    a pragma before loops over a tile's places, whose values then stay in registers
//   WIDEN(p)  LANES half precision numbers from p as a VECTOR

static inline __attribute__((always_inline)) TARGET VECTOR NAME(load)(const float *address)
{
    return *(const VECTOR *)address;
}

static inline __attribute__((always_inline)) TARGET void NAME(store)(float *address, VECTOR value)
{
    *(VECTOR *)address = value;
}

// Input, one dimension, F(4, 3): x is `step` vectors apart in and out.
static inline __attribute__((always_inline)) TARGET void NAME(input4)(const VECTOR *d, size_t step, VECTOR *out,
                                                                      size_t out_step)
{
    const VECTOR d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
    const float a = ROOT_HALF, b = ROOT_TWO;
    const VECTOR even_a = d4 - d2 * 2.0f, odd_a = (d3 - d1 * 2.0f) * a;
    const VECTOR even_b = d4 - d2 * 0.5f, odd_b = (d3 - d1 * 0.5f) * b;
    out[0] = d0 - d2 * 2.5f + d4;
    out[out_step] = even_a + odd_a;
    out[2 * out_step] = even_a - odd_a;
    out[3 * out_step] = even_b + odd_b;
    out[4 * out_step] = even_b - odd_b;
    out[5 * out_step] = d1 - d3 * 2.5f + d5;
}

// F(3, 3) with a = 1/2 and b = 5/4.
static inline __attribute__((always_inline)) TARGET void NAME(input3)(const VECTOR *d, size_t step, VECTOR *out,
                                                                      size_t out_step)
{
    const VECTOR d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step];
    const float a = 0.5f, b = 1.25f, aa = 0.25f, bb = 1.5625f;
    const VECTOR even_a = d3 - d1 * bb, odd_a = (d2 - d0 * bb) * a;
    const VECTOR even_b = d3 - d1 * aa, odd_b = (d2 - d0 * aa) * b;
    out[0] = even_a + odd_a;
    out[out_step] = even_a - odd_a;
    out[2 * out_step] = even_b + odd_b;
    out[3 * out_step] = even_b - odd_b;
    out[4 * out_step] = d4 - d2 * (aa + bb) + d0 * (aa * bb);
}

static inline __attribute__((always_inline)) TARGET void NAME(output4)(const VECTOR *m, size_t step, VECTOR *out,
                                                                       size_t out_step)
{
    const float a = ROOT_HALF, b = ROOT_TWO;
    const VECTOR sum_a = m[step] + m[2 * step], difference_a = (m[step] - m[2 * step]) * a;
    const VECTOR sum_b = m[3 * step] + m[4 * step], difference_b = (m[3 * step] - m[4 * step]) * b;
    out[0] = m[0] + sum_a + sum_b;
    out[out_step] = difference_a + difference_b;
    out[2 * out_step] = sum_a * 0.5f + sum_b * 2.0f;
    out[3 * out_step] = difference_a * 0.5f + difference_b * 2.0f + m[5 * step];
}

static inline __attribute__((always_inline)) TARGET void NAME(output3)(const VECTOR *m, size_t step, VECTOR *out,
                                                                       size_t out_step)
{
    const VECTOR sum_a = m[0] + m[step], difference_a = m[0] - m[step];
    const VECTOR sum_b = m[2 * step] + m[3 * step], difference_b = m[2 * step] - m[3 * step];
    out[0] = sum_a + sum_b;
    out[out_step] = difference_a * 0.5f + difference_b * 1.25f;
    out[2 * out_step] = sum_a * 0.25f + sum_b * 1.5625f + m[4 * step];
}

// Filters, one dimension, F(4, 3): G g, with G's rows (1, p, p^2) over the product of the distances of p to the
// other points; infinity is (0, 0, 1).
static inline __attribute__((always_inline)) TARGET void NAME(filter4)(const VECTOR *g, size_t step, VECTOR *out,
                                                                       size_t out_step)
{
    const VECTOR g0 = g[0], g1 = g[step], g2 = g[2 * step];
    // p = 0: 1 / (a^2 b^2) = 1. p = +-a: 1 / (2 a^2 (a^2 - b^2)) = -2/3. p = +-b: 1 / (2 b^2 (b^2 - a^2)) = 1/6.
    const VECTOR even_a = (g0 + g2 * 0.5f) * (-2.0f / 3), odd_a = g1 * (ROOT_HALF * -2.0f / 3);
    const VECTOR even_b = (g0 + g2 * 2.0f) * (1.0f / 6), odd_b = g1 * (ROOT_TWO / 6);
    out[0] = g0;
    out[out_step] = even_a + odd_a;
    out[2 * out_step] = even_a - odd_a;
    out[3 * out_step] = even_b + odd_b;
    out[4 * out_step] = even_b - odd_b;
    out[5 * out_step] = g2;
}

// F(3, 3). p = +a: 1 / (2a (a^2 - b^2)); its negative has the opposite sign, and so with b.
static inline __attribute__((always_inline)) TARGET void NAME(filter3)(const VECTOR *g, size_t step, VECTOR *out,
                                                                       size_t out_step)
{
    const VECTOR g0 = g[0], g1 = g[step], g2 = g[2 * step];
    const float scale_a = 1.0f / (2 * 0.5f * (0.25f - 1.5625f)), scale_b = 1.0f / (2 * 1.25f * (1.5625f - 0.25f));
    const VECTOR even_a = (g0 + g2 * 0.25f) * scale_a, odd_a = g1 * (0.5f * scale_a);
    const VECTOR even_b = (g0 + g2 * 1.5625f) * scale_b, odd_b = g1 * (1.25f * scale_b);
    out[0] = even_a + odd_a;
    out[out_step] = odd_a - even_a;
    out[2 * out_step] = even_b + odd_b;
    out[3 * out_step] = odd_b - even_b;
    out[4 * out_step] = g2;
}

static inline __attribute__((always_inline)) TARGET void NAME(filter_panel)(const float *filters,
                                                                            const uint16_t *halves, size_t count,
                                                                            const size_t t, float *transformed,
                                                                            size_t frequency_stride)
{
    for (size_t input = 0; input < count; input++) {
        for (size_t column = 0; column < KERNEL_PANEL_COLUMNS; column += LANES) {
            VECTOR g[9], half[18], u[36];
UNROLL
            for (size_t tap = 0; tap < 9; tap++) {
                const size_t place = (input * 9 + tap) * KERNEL_PANEL_COLUMNS + column;
                g[tap] = halves ? WIDEN(halves + place) : NAME(load)(filters + place);
            }
UNROLL
            for (size_t line = 0; line < 3; line++) {
                if (t == 6) NAME(filter4)(g + line, 3, half + line, 3);
                else NAME(filter3)(g + line, 3, half + line, 3);
            }
UNROLL
            for (size_t line = 0; line < t; line++) {
                if (t == 6) NAME(filter4)(half + line * 3, 1, u + line * 6, 1);
                else NAME(filter3)(half + line * 3, 1, u + line * 5, 1);
            }
UNROLL
            for (size_t place = 0; place < t * t; place++) {
                NAME(store)(transformed + place * frequency_stride + input * KERNEL_PANEL_COLUMNS + column, u[place]);
            }
        }
    }
}

static TARGET void NAME(winograd_filters)(const float *filters, const uint16_t *halves, size_t count, size_t tile,
                                          float *transformed, size_t frequency_stride)
{
    if (tile == 4) NAME(filter_panel)(filters, halves, count, 6, transformed, frequency_stride);
    else NAME(filter_panel)(filters, halves, count, 5, transformed, frequency_stride);
}

static inline __attribute__((always_inline)) TARGET void NAME(input_tiles)(const kernel_tiling *tiling,
                                                                           const float *input, size_t first,
                                                                           size_t count, const size_t t,
                                                                           float *transformed, size_t row_stride,
                                                                           size_t frequency_stride)
{
    const size_t channels = tiling->channels, tile = t - 2;
    const size_t tiles = tiling->tiles_down * tiling->tiles_across;
    for (size_t index = 0; index < count; index++) {
        const size_t number = first + index, image = number / tiles;
        const size_t y0 = number % tiles / tiling->tiles_across * tile, x0 = number % tiling->tiles_across * tile;
        const float *samples[36];
        size_t steps[36];
UNROLL
        for (size_t row = 0; row < t; row++) {
UNROLL
            for (size_t column = 0; column < t; column++) {
                // Padding of one pixel: row y0 - 1 is the tile's first; below 0 wraps around to a huge number.
                const size_t y = y0 + row - 1, x = x0 + column - 1;
                const int inside = y < tiling->height && x < tiling->width;
                samples[row * t + column] =
                    inside ? input + ((image * tiling->height + y) * tiling->width + x) * channels : zeros;
                steps[row * t + column] = inside ? 1 : 0;
            }
        }
        float *out = transformed + index * row_stride;
        for (size_t channel = 0; channel < channels; channel += LANES) {
            VECTOR d[36], half[36], v[36];
UNROLL
            for (size_t place = 0; place < t * t; place++) {
                d[place] = NAME(load)(samples[place] + channel * steps[place]);
            }
UNROLL
            for (size_t line = 0; line < t; line++) {
                if (t == 6) NAME(input4)(d + line, 6, half + line, 6);
                else NAME(input3)(d + line, 5, half + line, 5);
            }
UNROLL
            for (size_t line = 0; line < t; line++) {
                if (t == 6) NAME(input4)(half + line * 6, 1, v + line * 6, 1);
                else NAME(input3)(half + line * 5, 1, v + line * 5, 1);
            }
UNROLL
            for (size_t place = 0; place < t * t; place++) {
                NAME(store)(out + place * frequency_stride + channel, v[place]);
            }
        }
    }
}

static TARGET void NAME(winograd_input)(const kernel_tiling *tiling, const float *input, size_t first, size_t count,
                                        float *transformed, size_t row_stride, size_t frequency_stride)
{
    if (tiling->tile == 4) NAME(input_tiles)(tiling, input, first, count, 6, transformed, row_stride, frequency_stride);
    else NAME(input_tiles)(tiling, input, first, count, 5, transformed, row_stride, frequency_stride);
}

// A value that is no number passes both, which no instruction for maxima does: training that diverges is noticed.
static inline __attribute__((always_inline)) TARGET VECTOR NAME(at_least)(VECTOR value, VECTOR floor)
{
    const __typeof__(value < floor) below = value < floor;
    return (VECTOR)((below & (__typeof__(below))floor) | (~below & (__typeof__(below))value));
}

static inline __attribute__((always_inline)) TARGET VECTOR NAME(larger)(VECTOR left, VECTOR right)
{
    const __typeof__(left < right) second = (left < right) | (right != right);
    return (VECTOR)((second & (__typeof__(second))right) | (~second & (__typeof__(second))left));
}

static inline __attribute__((always_inline)) TARGET void NAME(output_tiles)(
    const kernel_tiling *tiling, const float *products, size_t first, size_t count, size_t row_stride,
    size_t frequency_stride, size_t first_channel, size_t columns, const float *bias, int rectify, const int pool,
    const size_t t, float *output)
{
    const size_t tile = t - 2, tiles = tiling->tiles_down * tiling->tiles_across;
    const size_t scale = pool ? 2 : 1, height = tiling->height / scale, width = tiling->width / scale;
    const VECTOR zero = {0}, floor = rectify ? zero : zero - __builtin_inff();
    for (size_t index = 0; index < count; index++) {
        const size_t number = first + index, image = number / tiles;
        const size_t y0 = number % tiles / tiling->tiles_across * tile / scale;
        const size_t x0 = number % tiling->tiles_across * tile / scale;
        const size_t rows = height - y0 < tile / scale ? height - y0 : tile / scale;
        const size_t across = width - x0 < tile / scale ? width - x0 : tile / scale;
        const float *m = products + index * row_stride;
        float *corner = output + ((image * height + y0) * width + x0) * tiling->channels + first_channel;
        for (size_t channel = 0; channel < columns; channel += LANES) {
            VECTOR frequency[36], half[36], y[16];
UNROLL
            for (size_t place = 0; place < t * t; place++) {
                frequency[place] = NAME(load)(m + place * frequency_stride + channel);
            }
UNROLL
            for (size_t line = 0; line < t; line++) {
                if (t == 6) NAME(output4)(frequency + line, 6, half + line, 6);
                else NAME(output3)(frequency + line, 5, half + line, 5);
            }
UNROLL
            for (size_t line = 0; line < tile; line++) {
                if (t == 6) NAME(output4)(half + line * 6, 1, y + line * 4, 1);
                else NAME(output3)(half + line * 5, 1, y + line * 3, 1);
            }
            const VECTOR offset = bias ? NAME(load)(bias + first_channel + channel) : zero;
UNROLL
            for (size_t place = 0; place < tile * tile; place++) y[place] = NAME(at_least)(y[place] + offset, floor);
            if (pool) {
UNROLL
                for (size_t row = 0; row < tile; row += 2) {
UNROLL
                    for (size_t column = 0; column < tile; column += 2) {
                        const VECTOR *window = y + row * tile + column;
                        y[row / 2 * tile + column / 2] = NAME(larger)(NAME(larger)(window[0], window[1]),
                                                                      NAME(larger)(window[tile], window[tile + 1]));
                    }
                }
            }
            for (size_t row = 0; row < rows; row++) {
                for (size_t column = 0; column < across; column++) {
                    NAME(store)(corner + (row * width + column) * tiling->channels + channel, y[row * tile + column]);
                }
            }
        }
    }
}

static TARGET void NAME(winograd_output)(const kernel_tiling *tiling, const float *products, size_t first,
                                         size_t count, size_t row_stride, size_t frequency_stride,
                                         size_t first_channel, size_t columns, const float *bias, int rectify,
                                         int pool, float *output)
{
    if (tiling->tile == 3) {
        NAME(output_tiles)(tiling, products, first, count, row_stride, frequency_stride, first_channel, columns, bias,
                           rectify, 0, 5, output);
    } else if (pool) {
        NAME(output_tiles)(tiling, products, first, count, row_stride, frequency_stride, first_channel, columns, bias,
                           rectify, 1, 6, output);
    } else {
        NAME(output_tiles)(tiling, products, first, count, row_stride, frequency_stride, first_channel, columns, bias,
                           rectify, 0, 6, output);
    }
}
