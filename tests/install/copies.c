/* Two copies of the library in one process, as when two plugins each bring their own: each is loaded with its symbols to itself, and
 * both work at the same time, on two threads and in turn, without seeing each other. */
#include <libcustomer.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct copy {
    void *library;
    cstm_status (*parse)(const char *, size_t, const char *, cstm_strategy **, cstm_error **);
    const char *(*digest)(const cstm_strategy *);
    void (*unref)(cstm_strategy *);
    const char *(*message)(const cstm_error *);
    void (*free_error)(cstm_error *);
    char seen[65];
    int faults;
};

/* POSIX lets a pointer from dlsym be called; ISO C has no cast for it. */
#define FIND(copy, member, name) \
    do { \
        void *symbol = dlsym((copy)->library, name); \
        memcpy(&(copy)->member, &symbol, sizeof symbol); \
    } while (0)

static int
load(struct copy *copy, const char *path)
{
    copy->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (copy->library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 0;
    }
    FIND(copy, parse, "cstm_strategy_parse");
    FIND(copy, digest, "cstm_strategy_digest");
    FIND(copy, unref, "cstm_strategy_unref");
    FIND(copy, message, "cstm_error_message");
    FIND(copy, free_error, "cstm_error_free");
    return copy->parse != NULL && copy->digest != NULL && copy->unref != NULL && copy->message != NULL && copy->free_error != NULL;
}

static void *
work(void *argument)
{
    static const char good[] = "format: 1\nstrategy: s\nversion: \"1\"\ntimezone: Asia/Shanghai\ncurrency: CNY\npurposes: [service]\n"
                               "events: {visit: {on: customer, fields: {pages: int}}}\nfeatures: {visits: {count: visit, over: 7 days}}\n";
    static const char bad[] = "format: 1\nstrategy: s\nversion: \"1\"\nfeatures: {visits: {count: vist}}\n";
    struct copy *copy = argument;
    for (int i = 0; i < 200; i++) {
        cstm_strategy *strategy;
        cstm_error *error;
        if (copy->parse(good, sizeof good - 1, "good.yaml", &strategy, &error) != CSTM_OK) {
            fprintf(stderr, "%s\n", copy->message(error));
            copy->free_error(error);
            copy->faults++;
            return NULL;
        }
        if (i == 0)
            snprintf(copy->seen, sizeof copy->seen, "%s", copy->digest(strategy));
        copy->faults += strcmp(copy->seen, copy->digest(strategy)) != 0;
        copy->unref(strategy);
        copy->faults += copy->parse(bad, sizeof bad - 1, "bad.yaml", &strategy, &error) == CSTM_OK;
        copy->free_error(error);
    }
    return NULL;
}

int
main(int argc, char **argv)
{
    struct copy copies[2] = {0};
    pthread_t threads[2];
    if (argc != 3 || !load(&copies[0], argv[1]) || !load(&copies[1], argv[2]))
        return 2;
    if (copies[0].parse == copies[1].parse) {
        fprintf(stderr, "the library was loaded only once\n");
        return 2;
    }
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, work, &copies[i]) != 0)
            return 2;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    /* One copy goes away; the other still works. */
    dlclose(copies[0].library);
    work(&copies[1]);
    if (copies[0].faults + copies[1].faults > 0 || strcmp(copies[0].seen, copies[1].seen) != 0) {
        fprintf(stderr, "%d faults; digests %s and %s\n", copies[0].faults + copies[1].faults, copies[0].seen, copies[1].seen);
        return 1;
    }
    return 0;
}
