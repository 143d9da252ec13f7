/* The least that a test in C needs: CHECK counts, main returns `check_result()`. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int checks_made;
static int checks_failed;

#define CHECK(condition)                                                        \
    do {                                                                        \
        checks_made++;                                                          \
        if (!(condition)) {                                                     \
            checks_failed++;                                                    \
            (void)printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
        }                                                                       \
    } while (0)

static inline int check_result(void)
{
    (void)printf("%d checks, %d failed\n", checks_made, checks_failed);
    return ((checks_failed == 0) && (checks_made > 0)) ? 0 : 1;
}

#endif
