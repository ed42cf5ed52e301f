// Flat C functions over the few parts of OpenCV that are used. C++ exceptions end here: a function that can
// fail returns a negative number or NULL and writes the library's words into `error`.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A trained cascade of boosted classifiers over Haar-like features. One thread at a time.
typedef struct copencv_cascade copencv_cascade;

typedef struct {
    int32_t x, y, width, height;
} copencv_rectangle;

/// Loads a cascade file (OpenCV's XML). NULL on failure, with the reason in `error`.
copencv_cascade *copencv_cascade_load(const char *path, char *error, size_t error_size);

void copencv_cascade_free(copencv_cascade *cascade);

/// Finds objects in an 8-bit grey picture (cv::CascadeClassifier::detectMultiScale).
///
/// Writes at most `capacity` rectangles, the library's order, and returns how many were found (which may be
/// more), or -1 with the reason in `error`.
int32_t copencv_cascade_detect(copencv_cascade *cascade, const uint8_t *pixels, int32_t width, int32_t height,
                               size_t bytes_per_line, double scale_factor, int32_t minimum_neighbors,
                               int32_t minimum_size, int32_t maximum_size, copencv_rectangle *rectangles,
                               int32_t capacity, char *error, size_t error_size);

/// How many threads OpenCV may use; process wide.
void copencv_set_thread_count(int32_t count);

/// Shrinks an 8-bit plane by averaging areas (cv::INTER_AREA). Returns 0, or -1 with the reason in `error`.
int32_t copencv_shrink(const uint8_t *pixels, int32_t width, int32_t height, size_t bytes_per_line,
                       uint8_t *output, int32_t output_width, int32_t output_height, size_t output_bytes_per_line,
                       char *error, size_t error_size);

/// Size in pixels of a line of text in the overlay's font at a scale, and how far it reaches below its base
/// line. ASCII only.
void copencv_text_size(const char *text, double scale, int32_t thickness, int32_t *width, int32_t *height,
                       int32_t *baseline);

/// Draws a line of ASCII text into one 8-bit plane, its base line starting at (x, y), smooth edges, clipped
/// to the plane. Returns 0, or -1 with the reason in `error`.
int32_t copencv_draw_text(uint8_t *plane, int32_t width, int32_t height, size_t bytes_per_line, const char *text,
                          int32_t x, int32_t y, double scale, int32_t thickness, uint8_t value, char *error,
                          size_t error_size);

/// Computes histograms of oriented gradients (cv::HOGDescriptor). One thread at a time.
typedef struct copencv_hog copencv_hog;

/// All square, in pixels: the picture, a block of cells that is normalised as one, from block to block, a cell; and
/// how many orientations of 0 to 180 degrees a cell's histogram has.
typedef struct {
    int32_t window_side, block_side, block_stride, cell_side, bins;
} copencv_hog_shape;

/// NULL on failure, with the reason in `error`.
copencv_hog *copencv_hog_create(copencv_hog_shape shape, char *error, size_t error_size);

void copencv_hog_free(copencv_hog *hog);

/// How many numbers describe a picture.
size_t copencv_hog_length(const copencv_hog *hog);

/// Describes an 8-bit grey picture of the window's size: writes copencv_hog_length numbers. Returns 0, or -1 with
/// the reason in `error`.
int32_t copencv_hog_compute(copencv_hog *hog, const uint8_t *pixels, size_t bytes_per_line, float *descriptor,
                            char *error, size_t error_size);

#ifdef __cplusplus
}
#endif
