/* Which library this is, and what it promises. Apache-2.0.
 *
 * The promise. From 1.0 on no public function, constant or type is removed, renumbered or given another meaning, and
 * the soname stays; what is added carries the release in its @since. Until 1.0 the soname is 0 and a release may change
 * the interface; each change is then reported against the release before it.
 * Not promised: the wording of messages; that an error keeps a general code where a later release has a sharper one;
 * the order of keys in JSON.
 * Memory: the data paths (record, set, advance, evaluate, import, score, batch, restore, merge, serialise) return
 * CSTM_ERROR_NO_MEMORY when an allocation fails and leave everything as it was. Compiling a strategy or a rule may use
 * containers of GLib, which end the process when memory runs out; a document is limited to CSTM_DOCUMENT_LIMIT bytes,
 * which bounds what a compilation can ask for.
 */
#ifndef LIBCUSTOMER_VERSION_H
#define LIBCUSTOMER_VERSION_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CSTM_API __attribute__((visibility("default")))
#else
#define CSTM_API
#endif

#define CSTM_VERSION_MAJOR 0
#define CSTM_VERSION_MINOR 1
#define CSTM_VERSION_PATCH 0

/* The greatest size of a strategy document, in bytes (16 MiB). */
#define CSTM_DOCUMENT_LIMIT 16777216

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The version of the library that runs, which may be newer than the headers that the caller was compiled with.
 *
 * @return major * 10000 + minor * 100 + patch: 100 is 0.1.0.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_version_number(void);

/**
 * The version as text.
 *
 * @return "major.minor.patch"; static, never NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_version_text(void);

#ifdef __cplusplus
}
#endif

#endif
