// The page that the daemon serves at `/`, compiled into the binary.
#pragma once

#include <stddef.h>
#include <stdint.h>

extern const uint8_t cpage_index_html[];
extern const size_t cpage_index_html_size;
