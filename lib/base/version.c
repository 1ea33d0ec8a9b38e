/* Which library runs. */
#include <libcustomer/version.h>

#define TEXT_OF(x) #x
#define VERSION_TEXT(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

int32_t
cstm_version_number(void)
{
    return CSTM_VERSION_MAJOR * 10000 + CSTM_VERSION_MINOR * 100 + CSTM_VERSION_PATCH;
}

const char *
cstm_version_text(void)
{
    return VERSION_TEXT(CSTM_VERSION_MAJOR, CSTM_VERSION_MINOR, CSTM_VERSION_PATCH);
}
