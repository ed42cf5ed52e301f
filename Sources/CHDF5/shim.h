#pragma once

#include <hdf5.h>

// What libhdf5 defines as macros, which Swift does not import: constants that initialise the library when they are
// read, and functions whose name depends on the library's version.

static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_default_properties(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_whole_space(void) { return H5S_ALL; }

/// Opens a file for reading; negative on failure.
static inline hid_t chdf5_open_for_reading(const char *path) { return H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT); }

/// Keeps the library from printing its error stack on this thread.
static inline void chdf5_silence_errors(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

/// Keeps the library from loading filters from shared objects that an environment variable names.
static inline void chdf5_forbid_plugins(void) { H5PLset_loading_state(0); }

/// 1 where the link is a hard one, 0 where it is soft, external or of a type of the user's, negative where there is
/// none or it cannot be read.
static inline int chdf5_link_is_hard(hid_t location, const char *name) {
    H5L_info_t link;
    if (H5Lexists(location, name, H5P_DEFAULT) <= 0) return -1;
    if (H5Lget_info(location, name, &link, H5P_DEFAULT) < 0) return -1;
    return link.type == H5L_TYPE_HARD;
}

/// Bytes of a reference to a text of variable length as a file stores it: length (4), address of the collection in the
/// global heap (8), index in it (4).
enum { chdf5_reference_bytes = 16 };

static herr_t chdf5_keep_references(hid_t source, hid_t destination, H5T_cdata_t *data, size_t count,
                                    size_t stride, size_t background_stride, void *buffer, void *background,
                                    hid_t properties) {
    (void)count, (void)stride, (void)background_stride, (void)buffer, (void)background, (void)properties;
    if (data->command != H5T_CONV_INIT) return 0;
    data->need_bkg = H5T_BKG_NO;
    // Of the same size, so that a conversion that changes nothing is one.
    return H5Tget_size(destination) == chdf5_reference_bytes && source >= 0 ? 0 : -1;
}

/// A type in which references to texts of variable length are read as they stand in the file; negative on failure.
/// The library's own way to such texts (1.10) trusts the length in the reference: it allocates up to 4 GiB for one
/// text, and copies the text in the heap however long that is.
static inline hid_t chdf5_reference_type(void) {
    hid_t reference = H5Tcreate(H5T_OPAQUE, chdf5_reference_bytes);
    hid_t text = H5Tcopy(H5T_C_S1);
    if (reference < 0 || text < 0 || H5Tset_size(text, H5T_VARIABLE) < 0 ||
        H5Tregister(H5T_PERS_SOFT, "references", text, reference, chdf5_keep_references) < 0) {
        if (reference >= 0) H5Tclose(reference);
        reference = -1;
    }
    if (text >= 0) H5Tclose(text);
    return reference;
}

/// Takes back what making the type registered.
static inline void chdf5_forget_reference_type(void) {
    H5Tunregister(H5T_PERS_SOFT, "references", -1, -1, chdf5_keep_references);
}

/// The code of a dataset's filter, without its parameters; negative on failure.
static inline int chdf5_filter(hid_t creation_properties, unsigned index) {
    unsigned flags = 0;
    size_t parameter_count = 0;
    return (int)H5Pget_filter2(creation_properties, index, &flags, &parameter_count, NULL, 0, NULL, NULL);
}
