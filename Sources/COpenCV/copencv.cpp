#include "copencv.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

struct copencv_cascade {
    cv::CascadeClassifier classifier;
    std::vector<cv::Rect> found;
};

struct copencv_hog {
    cv::HOGDescriptor descriptor;
    std::vector<float> values;
    size_t length;
};

namespace {

constexpr int overlayFont = cv::FONT_HERSHEY_DUPLEX;

void report(char *error, size_t size, const char *reason)
{
    if (size > 0) std::snprintf(error, size, "%s", reason);
}

}  // namespace

copencv_cascade *copencv_cascade_load(const char *path, char *error, size_t error_size)
{
    try {
        auto cascade = std::make_unique<copencv_cascade>();
        if (cascade->classifier.load(path)) return cascade.release();
        report(error, error_size, "not a cascade file");
    } catch (const cv::Exception &exception) {
        report(error, error_size, exception.err.c_str());
    } catch (const std::exception &exception) {
        report(error, error_size, exception.what());
    }
    return nullptr;
}

void copencv_cascade_free(copencv_cascade *cascade)
{
    delete cascade;
}

int32_t copencv_cascade_detect(copencv_cascade *cascade, const uint8_t *pixels, int32_t width, int32_t height,
                               size_t bytes_per_line, double scale_factor, int32_t minimum_neighbors,
                               int32_t minimum_size, int32_t maximum_size, copencv_rectangle *rectangles,
                               int32_t capacity, char *error, size_t error_size)
{
    try {
        const cv::Mat picture(height, width, CV_8UC1, const_cast<uint8_t *>(pixels), bytes_per_line);
        cascade->classifier.detectMultiScale(picture, cascade->found, scale_factor, minimum_neighbors, 0,
                                             cv::Size(minimum_size, minimum_size),
                                             cv::Size(maximum_size, maximum_size));
        const auto count = static_cast<int32_t>(cascade->found.size());
        for (int32_t index = 0; index < count && index < capacity; index++) {
            const cv::Rect &box = cascade->found[static_cast<size_t>(index)];
            rectangles[index] = {box.x, box.y, box.width, box.height};
        }
        return count;
    } catch (const cv::Exception &exception) {
        report(error, error_size, exception.err.c_str());
    } catch (const std::exception &exception) {
        report(error, error_size, exception.what());
    }
    return -1;
}

void copencv_set_thread_count(int32_t count)
{
    cv::setNumThreads(count);
}

int32_t copencv_shrink(const uint8_t *pixels, int32_t width, int32_t height, size_t bytes_per_line,
                       uint8_t *output, int32_t output_width, int32_t output_height, size_t output_bytes_per_line,
                       char *error, size_t error_size)
{
    try {
        const cv::Mat picture(height, width, CV_8UC1, const_cast<uint8_t *>(pixels), bytes_per_line);
        cv::Mat smaller(output_height, output_width, CV_8UC1, output, output_bytes_per_line);
        cv::resize(picture, smaller, smaller.size(), 0, 0, cv::INTER_AREA);
        return 0;
    } catch (const cv::Exception &exception) {
        report(error, error_size, exception.err.c_str());
    } catch (const std::exception &exception) {
        report(error, error_size, exception.what());
    }
    return -1;
}

void copencv_text_size(const char *text, double scale, int32_t thickness, int32_t *width, int32_t *height,
                       int32_t *baseline)
{
    int below = 0;
    const cv::Size size = cv::getTextSize(text, overlayFont, scale, thickness, &below);
    *width = size.width;
    *height = size.height;
    *baseline = below;
}

int32_t copencv_draw_text(uint8_t *plane, int32_t width, int32_t height, size_t bytes_per_line, const char *text,
                          int32_t x, int32_t y, double scale, int32_t thickness, uint8_t value, char *error,
                          size_t error_size)
{
    try {
        cv::Mat picture(height, width, CV_8UC1, plane, bytes_per_line);
        cv::putText(picture, text, cv::Point(x, y), overlayFont, scale, cv::Scalar(value), thickness, cv::LINE_AA);
        return 0;
    } catch (const cv::Exception &exception) {
        report(error, error_size, exception.err.c_str());
    } catch (const std::exception &exception) {
        report(error, error_size, exception.what());
    }
    return -1;
}

copencv_hog *copencv_hog_create(copencv_hog_shape shape, char *error, size_t error_size)
{
    try {
        const auto square = [](int32_t side) { return cv::Size(side, side); };
        std::unique_ptr<copencv_hog> hog(new copencv_hog{
            cv::HOGDescriptor(square(shape.window_side), square(shape.block_side), square(shape.block_stride),
                              square(shape.cell_side), shape.bins),
            {},
            0});
        // Where the sizes do not fit each other, this is what says so.
        hog->length = hog->descriptor.getDescriptorSize();
        return hog.release();
    } catch (const cv::Exception &exception) {
        report(error, error_size, exception.err.c_str());
    } catch (const std::exception &exception) {
        report(error, error_size, exception.what());
    }
    return nullptr;
}

void copencv_hog_free(copencv_hog *hog)
{
    delete hog;
}

size_t copencv_hog_length(const copencv_hog *hog)
{
    return hog->length;
}

int32_t copencv_hog_compute(copencv_hog *hog, const uint8_t *pixels, size_t bytes_per_line, float *descriptor,
                            char *error, size_t error_size)
{
    try {
        const cv::Size size = hog->descriptor.winSize;
        const cv::Mat picture(size, CV_8UC1, const_cast<uint8_t *>(pixels), bytes_per_line);
        hog->descriptor.compute(picture, hog->values);
        if (hog->values.size() != hog->length) {
            report(error, error_size, "the descriptor has an unexpected length");
            return -1;
        }
        std::copy(hog->values.begin(), hog->values.end(), descriptor);
        return 0;
    } catch (const cv::Exception &exception) {
        report(error, error_size, exception.err.c_str());
    } catch (const std::exception &exception) {
        report(error, error_size, exception.what());
    }
    return -1;
}
