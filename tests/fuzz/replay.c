/* Runs a fuzzer's LLVMFuzzerTestOneInput() over files, or over every file of the directories given:
 * what the corpus has found once is tried again in every test run, without libFuzzer and with any
 * compiler. A fault ends the process by itself. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int
run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    /* An exact allocation, so that reading past the end is seen by valgrind and ASan. */
    fseek(file, 0, SEEK_END);
    size_t size = (size_t) ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(size > 0 ? size : 1);
    int failed = bytes == NULL || fread(bytes, 1, size, file) != size;
    fclose(file);
    if (failed)
        fprintf(stderr, "%s: cannot be read\n", path);
    else
        LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    return failed;
}

/* Every file below a directory; -1 if it is none. The number run is added to *run. */
static int
run_directory(const char *path, int *run)
{
    DIR *directory = opendir(path);
    if (directory == NULL)
        return -1;
    int failed = 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char below[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        failed |= run_file(below);
        ++*run;
    }
    closedir(directory);
    return failed;
}

int
main(int argc, char **argv)
{
    int failed = 0, run = 0;
    for (int i = 1; i < argc; i++) {
        int status = run_directory(argv[i], &run);
        if (status < 0) {
            status = run_file(argv[i]);
            run++;
        }
        failed |= status;
    }
    printf("%d inputs\n", run);
    return failed != 0 || run == 0;
}
