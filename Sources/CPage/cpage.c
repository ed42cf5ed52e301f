#include "cpage.h"

const uint8_t cpage_index_html[] = {
#embed "index.html"
};
const size_t cpage_index_html_size = sizeof cpage_index_html;
