// The page that the daemon serves, compiled into the binary.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t *bytes;
  size_t size;
} cpage_file;

cpage_file cpage_index_html(void);
cpage_file cpage_page_css(void);
cpage_file cpage_page_js(void);
cpage_file cpage_favicon_svg(void);
