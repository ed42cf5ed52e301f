#include "cpage.h"

// The compiler knows #embed in C17 too, but says that it belongs to C23; the package's other sources need
// C17's GNU form.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t index_html[] = {
#embed "index.html"
};
static const uint8_t page_css[] = {
#embed "page.css"
};
static const uint8_t page_js[] = {
#embed "page.js"
};
static const uint8_t favicon_svg[] = {
#embed "favicon.svg"
};

cpage_file cpage_index_html(void) { return (cpage_file){index_html, sizeof index_html}; }
cpage_file cpage_page_css(void) { return (cpage_file){page_css, sizeof page_css}; }
cpage_file cpage_page_js(void) { return (cpage_file){page_js, sizeof page_js}; }
cpage_file cpage_favicon_svg(void) { return (cpage_file){favicon_svg, sizeof favicon_svg}; }
